import { View } from '@tarojs/components'
import { useState } from 'react'
import { ActionButton } from '../../components/action-button.tsx'
import { useStrings } from '../../i18n/index.ts'
import { AgreementSheet } from '../components/agreement-sheet.tsx'
import { strings as agreementStrings } from '../components/agreement-strings.ts'
import { PhoneButton } from '../components/phone-button.tsx'
import type { PhoneNumberResult } from '../lib/phone-number-result.ts'
import { strings } from './strings.ts'
import type { useLogin } from './use-login.ts'

type Props = {
  login: ReturnType<typeof useLogin>
  variant: 'primary' | 'soft'
  isAgreed: boolean
  onAgree: () => void
}

/** WeChat's phone button with its purpose. Without the consent, a button that asks for it. */
export function PhoneLogin({ login, variant, isAgreed, onAgree }: Props) {
  const t = useStrings(strings)
  const { acceptWithPhone } = useStrings(agreementStrings)
  const [isAsking, setAsking] = useState(false)
  const isPending = login.pendingMethod === 'phone'
  const button = {
    variant,
    label: isPending ? t.loggingIn : t.phoneButton,
    loading: isPending,
    disabled: login.retryLabel !== null || login.pendingMethod === 'wechat',
  }

  function acceptWith(result: PhoneNumberResult): void {
    setAsking(false)
    onAgree()
    login.handlePhoneNumber(result)
  }

  return (
    <>
      <View className="login__phone">
        {isAgreed ? (
          <PhoneButton {...button} acceptsPrivacyGuide onResult={login.handlePhoneNumber} />
        ) : (
          // WeChat's own button would open WeChat's sheet before the consent.
          <ActionButton {...button} onTap={() => setAsking(true)} />
        )}
        <View className="login__purpose">{t.phonePurpose}</View>
      </View>
      {isAsking && (
        <AgreementSheet
          onAccept={() => setAsking(false)}
          onReject={() => setAsking(false)}
          phoneButton={
            <PhoneButton
              variant="primary"
              label={acceptWithPhone}
              acceptsPrivacyGuide
              onResult={acceptWith}
            />
          }
        />
      )}
    </>
  )
}
