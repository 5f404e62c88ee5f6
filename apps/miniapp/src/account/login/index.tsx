import { View } from '@tarojs/components'
import { useUnload } from '@tarojs/taro'
import { useState } from 'react'
import { ActionButton } from '../../components/action-button.tsx'
import { BrandMark } from '../../components/brand-mark.tsx'
import { useText, useWords } from '../../i18n/index.ts'
import { loginClosed, openPage } from '../../lib/navigation.ts'
import { Screen } from '../components/account-screen.tsx'
import { AgreementTick } from '../components/agreement-checkbox.tsx'
import { AgreementSheet } from '../components/agreement-sheet.tsx'
import { PhoneButton } from '../components/phone-button.tsx'
import type { PhoneAnswer } from '../lib/phone-number-result.ts'
import { slogans } from '../lib/slogan.ts'
import { LoginWords } from './login-message.tsx'
import { words } from './strings.ts'
import { useLogin, type Way } from './use-login.ts'
import './login.css'

/** The one place where somebody becomes logged in. The tick gates both buttons, and there is a way out. */
export default function LoginPage() {
  const text = useText()
  const loginWords = useWords(words)
  const slogan = useWords(slogans)
  useUnload(loginClosed)
  const { busyWith, error, showError, waitSeconds, loginWithWechat, loginWithPhone, leave } = useLogin()
  const [isAgreed, setAgreed] = useState(false)
  const [asksFor, setAsksFor] = useState<Way | null>(null)
  const [isPhoneRefused, setPhoneRefused] = useState(false)

  function pressWechat(): void {
    if (isAgreed) void loginWithWechat()
    else setAsksFor('wechat')
  }

  function agree(): void {
    setAsksFor(null)
    setAgreed(true)
  }

  const refuse = () => setAsksFor(null)

  function agreeAndLogin(): void {
    agree()
    void loginWithWechat()
  }

  function takePhone(answer: PhoneAnswer): void {
    setPhoneRefused(answer.kind === 'refused')
    showError(answer.kind === 'problem' ? answer.error : null)
    if (answer.kind === 'code') void loginWithPhone(answer.code)
  }

  const isWaiting = waitSeconds > 0
  const phone = {
    label: busyWith === 'phone' ? loginWords.busy : loginWords.phoneButton,
    isBusy: busyWith === 'phone',
    isIdle: isWaiting || busyWith === 'wechat',
  }

  return (
    <Screen title={loginWords.title} isFull>
      <View className="login">
        <View className="login__brand">
          <BrandMark />
          <View className="login__words">
            <View className="login__name">{text.brand}</View>
            <View className="login__slogan">{slogan}</View>
          </View>
        </View>

        <LoginWords error={error} isPhoneRefused={isPhoneRefused} />
        <ActionButton
          look="primary"
          label={
            busyWith === 'wechat'
              ? loginWords.busy
              : isWaiting
                ? loginWords.wait(waitSeconds)
                : loginWords.button
          }
          isBusy={busyWith === 'wechat'}
          isIdle={isWaiting || busyWith === 'phone'}
          onPress={pressWechat}
        />
        <View className="login__phone">
          {isAgreed ? (
            <PhoneButton look="soft" {...phone} acceptsPrivacyGuide onAnswer={takePhone} />
          ) : (
            // WeChat's own button would open WeChat's sheet before the consent.
            <ActionButton look="soft" {...phone} onPress={() => setAsksFor('phone')} />
          )}
          <View className="login__purpose">{loginWords.phonePurpose}</View>
        </View>
        <AgreementTick isTicked={isAgreed} onToggle={() => setAgreed(!isAgreed)} />
        <View className="login__others">
          <ActionButton
            look="plain"
            label={loginWords.password}
            onPress={() => void openPage('password-login')}
          />
          <ActionButton look="plain" label={loginWords.notNow} onPress={leave} />
        </View>

        {asksFor === 'wechat' && <AgreementSheet onAgree={agreeAndLogin} onRefuse={refuse} />}
        {asksFor === 'phone' && (
          <AgreementSheet
            onAgree={agree}
            onRefuse={refuse}
            phoneButton={
              <PhoneButton
                look="primary"
                label={loginWords.sheetAgreePhone}
                acceptsPrivacyGuide
                onAnswer={(answer) => {
                  agree()
                  takePhone(answer)
                }}
              />
            }
          />
        )}
      </View>
    </Screen>
  )
}
