import { View } from '@tarojs/components'
import { useUnload } from '@tarojs/taro'
import { useState } from 'react'
import { ActionButton } from '../../components/action-button.tsx'
import { AgreementSheet } from '../../components/agreement-sheet.tsx'
import { AgreementTick } from '../../components/agreement-tick.tsx'
import { BrandMark } from '../../components/brand-mark.tsx'
import { Notice } from '../../components/notice.tsx'
import { Screen } from '../../components/screen.tsx'
import { SessionEnded } from '../../components/session-ended.tsx'
import { leaveLogin, loginClosed } from '../../navigation.ts'
import { useText } from '../../text/index.ts'
import { useLogin } from './use-login.ts'
import './index.css'

/** The one place where somebody becomes logged in. The tick gates the button, and there is a way out. */
export default function LoginPage() {
  const text = useText()
  useUnload(loginClosed)
  const { isBusy, error, waitSeconds, login } = useLogin()
  const [isAgreed, setAgreed] = useState(false)
  const [isSheetOpen, setSheetOpen] = useState(false)

  function press(): void {
    if (isAgreed) void login()
    else setSheetOpen(true)
  }

  function agreeAndLogin(): void {
    setSheetOpen(false)
    setAgreed(true)
    void login()
  }

  return (
    <Screen title={text.login.title} isFull>
      <View className="login">
        <View className="login__brand">
          <BrandMark />
          <View className="login__name">{text.brand}</View>
          <View className="login__slogan">{text.slogan}</View>
        </View>

        {error === null ? (
          <>
            <SessionEnded />
            <View className="login__lead">{text.login.lead}</View>
          </>
        ) : (
          <Notice error={error} />
        )}
        <ActionButton
          look="primary"
          label={
            isBusy ? text.login.busy : waitSeconds > 0 ? text.login.wait(waitSeconds) : text.login.button
          }
          isBusy={isBusy}
          isIdle={waitSeconds > 0}
          onPress={press}
        />
        <View className="login__agreement">
          <AgreementTick isTicked={isAgreed} onToggle={() => setAgreed(!isAgreed)} />
        </View>
        <ActionButton look="plain" label={text.login.notNow} onPress={() => void leaveLogin()} />

        {isSheetOpen && <AgreementSheet onAgree={agreeAndLogin} onRefuse={() => setSheetOpen(false)} />}
      </View>
    </Screen>
  )
}
