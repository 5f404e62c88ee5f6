import { View } from '@tarojs/components'
import { useUnload } from '@tarojs/taro'
import { useState } from 'react'
import { ActionButton } from '../../components/action-button.tsx'
import { BrandMark } from '../../components/brand-mark.tsx'
import { useMessages, useStrings } from '../../i18n/index.ts'
import { notifyLoginClosed, openPage } from '../../lib/navigation.ts'
import { AccountScreen } from '../components/account-screen.tsx'
import { AgreementCheckbox } from '../components/agreement-checkbox.tsx'
import { AgreementSheet } from '../components/agreement-sheet.tsx'
import { closeLogin } from '../lib/navigation.ts'
import { slogans } from '../lib/slogan.ts'
import { LoginMessage } from './login-message.tsx'
import './login.css'
import { PhoneLogin } from './phone-login.tsx'
import { SharedAccountSheet } from './shared-account-sheet.tsx'
import { strings } from './strings.ts'
import { useLogin } from './use-login.ts'

export default function LoginPage() {
  useUnload(notifyLoginClosed)
  return <Login phoneHasOwnPage={PHONE_HAS_OWN_PAGE} />
}

/** The consent checkbox gates both login buttons. `PHONE_BUTTON_PLACE` decides where the phone button is. */
export function Login({ phoneHasOwnPage }: { phoneHasOwnPage: boolean }) {
  const { brand } = useMessages()
  const t = useStrings(strings)
  const slogan = useStrings(slogans)
  const login = useLogin({ onLogin: closeLogin, onLeave: closeLogin })
  const { pendingMethod, retryLabel } = login
  const [isAgreed, setAgreed] = useState(false)
  /** The user tapped the WeChat button without the consent. */
  const [isAsking, setAsking] = useState(false)

  function tapWechat(): void {
    if (isAgreed) void login.loginWithWechat()
    else setAsking(true)
  }

  function acceptAndLogIn(): void {
    setAsking(false)
    setAgreed(true)
    void login.loginWithWechat()
  }

  return (
    <AccountScreen title={t.title} isFull>
      <View className="login">
        <View className="login__brand">
          <BrandMark />
          <View className="login__text">
            <View className="login__name">{brand}</View>
            <View className="login__slogan">{slogan}</View>
          </View>
        </View>

        <LoginMessage
          error={login.error}
          isPhoneDenied={login.isPhoneDenied}
          onNotMine={login.dismissConflict}
        />
        <ActionButton
          variant="primary"
          label={pendingMethod === 'wechat' ? t.loggingIn : (retryLabel ?? t.button)}
          loading={pendingMethod === 'wechat'}
          disabled={retryLabel !== null || pendingMethod === 'phone'}
          onTap={tapWechat}
        />
        {!phoneHasOwnPage && (
          <PhoneLogin login={login} variant="soft" isAgreed={isAgreed} onAgree={() => setAgreed(true)} />
        )}
        <AgreementCheckbox checked={isAgreed} onToggle={() => setAgreed(!isAgreed)} />
        <View className="login__others">
          {phoneHasOwnPage && (
            <ActionButton variant="plain" label={t.phoneButton} onTap={() => void openPage('phone-login')} />
          )}
          <ActionButton
            variant="plain"
            label={t.passwordButton}
            onTap={() => void openPage('password-login')}
          />
          <ActionButton variant="plain" label={t.notNow} onTap={login.leave} />
        </View>

        {login.question && <SharedAccountSheet {...login.question} onClose={login.closeQuestion} />}
        {isAsking && <AgreementSheet onAccept={acceptAndLogIn} onReject={() => setAsking(false)} />}
      </View>
    </AccountScreen>
  )
}
