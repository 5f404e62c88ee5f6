import type { ButtonProps } from '@tarojs/components'
import { ActionButton, type ActionButtonProps } from '../../components/action-button.tsx'
import { type PhoneNumberResult, toPhoneNumberResult } from '../lib/phone-number-result.ts'
import { hasPrivacyGuide } from '../lib/privacy-guide.ts'

type Props = Pick<ActionButtonProps, 'label' | 'variant' | 'loading' | 'disabled'> & {
  onResult: (result: PhoneNumberResult) => void
  /** The tap also accepts the privacy guidelines. Only where the text beside it says so and links to them. */
  acceptsPrivacyGuide?: boolean
  /** WeChat verifies the number now, whatever `PHONE_BUTTON` is: for the law's real identity. */
  isRealtime?: boolean
}

/** WeChat's own button for a phone number, since only a tap may open its sheet. `PHONE_BUTTON` selects the kind. */
export function PhoneButton({ onResult, acceptsPrivacyGuide = false, isRealtime = false, ...button }: Props) {
  const openType = isRealtime ? 'getRealtimePhoneNumber' : PHONE_OPEN_TYPE
  return (
    <ActionButton
      {...button}
      wechat={{
        // Taro's type knows single names, WeChat also combinations.
        openType: (acceptsPrivacyGuide && hasPrivacyGuide()
          ? `${openType}|agreePrivacyAuthorization`
          : openType) as ButtonProps.OpenType,
        onGetPhoneNumber: ({ detail }) => onResult(toPhoneNumberResult(detail)),
        onGetRealTimePhoneNumber: ({ detail }) => onResult(toPhoneNumberResult(detail)),
      }}
    />
  )
}
