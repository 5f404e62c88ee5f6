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
import { strings as agreementStrings } from '../components/agreement-strings.ts'
import { PhoneButton } from '../components/phone-button.tsx'
import type { PhoneNumberResult } from '../lib/phone-number-result.ts'
import { slogans } from '../lib/slogan.ts'
import { LoginMessage } from './login-message.tsx'
import './login.css'
import { SharedAccountSheet } from './shared-account-sheet.tsx'
import { strings } from './strings.ts'
import { type LoginMethod, useLogin } from './use-login.ts'

/** The consent checkbox gates both login buttons. */
export default function LoginPage() {
  const { brand } = useMessages()
  const t = useStrings(strings)
  const { acceptWithPhone } = useStrings(agreementStrings)
  const slogan = useStrings(slogans)
  useUnload(notifyLoginClosed)
  const login = useLogin()
  const { pendingMethod, error, showError, retryLabel, loginWithWechat, loginWithPhone, leave } = login
  const { dismissConflict } = login
  const [isAgreed, setAgreed] = useState(false)
  /** The login button that the user tapped without the consent. */
  const [consentFor, setConsentFor] = useState<LoginMethod | null>(null)
  const [isPhoneDenied, setPhoneDenied] = useState(false)

  function tapWechat(): void {
    if (isAgreed) void loginWithWechat()
    else setConsentFor('wechat')
  }

  function accept(): void {
    setConsentFor(null)
    setAgreed(true)
  }

  const reject = () => setConsentFor(null)

  function acceptAndLogIn(): void {
    accept()
    void loginWithWechat()
  }

  function handlePhoneNumber(result: PhoneNumberResult): void {
    setPhoneDenied(result.kind === 'denied')
    showError(result.kind === 'error' ? result.error : null)
    if (result.kind === 'code') void loginWithPhone(result.code)
  }

  const isWaiting = retryLabel !== null
  const phone = {
    label: pendingMethod === 'phone' ? t.loggingIn : t.phoneButton,
    loading: pendingMethod === 'phone',
    disabled: isWaiting || pendingMethod === 'wechat',
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

        <LoginMessage error={error} isPhoneDenied={isPhoneDenied} onNotMine={dismissConflict} />
        <ActionButton
          variant="primary"
          label={pendingMethod === 'wechat' ? t.loggingIn : (retryLabel ?? t.button)}
          loading={pendingMethod === 'wechat'}
          disabled={isWaiting || pendingMethod === 'phone'}
          onTap={tapWechat}
        />
        <View className="login__phone">
          {isAgreed ? (
            <PhoneButton variant="soft" {...phone} acceptsPrivacyGuide onResult={handlePhoneNumber} />
          ) : (
            // WeChat's own button would open WeChat's sheet before the consent.
            <ActionButton variant="soft" {...phone} onTap={() => setConsentFor('phone')} />
          )}
          <View className="login__purpose">{t.phonePurpose}</View>
        </View>
        <AgreementCheckbox checked={isAgreed} onToggle={() => setAgreed(!isAgreed)} />
        <View className="login__others">
          <ActionButton
            variant="plain"
            label={t.passwordButton}
            onTap={() => void openPage('password-login')}
          />
          <ActionButton variant="plain" label={t.notNow} onTap={leave} />
        </View>

        {login.question && <SharedAccountSheet {...login.question} onClose={login.closeQuestion} />}
        {consentFor === 'wechat' && <AgreementSheet onAccept={acceptAndLogIn} onReject={reject} />}
        {consentFor === 'phone' && (
          <AgreementSheet
            onAccept={accept}
            onReject={reject}
            phoneButton={
              <PhoneButton
                variant="primary"
                label={acceptWithPhone}
                acceptsPrivacyGuide
                onResult={(result) => {
                  accept()
                  handlePhoneNumber(result)
                }}
              />
            }
          />
        )}
      </View>
    </AccountScreen>
  )
}
