import type { ButtonProps } from '@tarojs/components'
import { ActionButton, type ActionButtonProps } from '../../components/action-button.tsx'
import { type PhoneAnswer, phoneAnswerOf } from '../lib/phone-number-result.ts'
import { hasPrivacyGuide } from '../lib/privacy-guide.ts'

type Props = Pick<ActionButtonProps, 'label' | 'look' | 'isBusy' | 'isIdle'> & {
  /** Each press of the person leads to one answer, sooner or later. */
  onAnswer: (answer: PhoneAnswer) => void
  /** The press accepts WeChat's privacy guide as well; for where the words around it say so, with a link to it. */
  acceptsPrivacyGuide?: boolean
}

/**
 * WeChat's own button for a phone number: only a press of the person's opens WeChat's sheet. `PHONE_BUTTON` decides at
 * the build which of the two it is.
 */
export function PhoneButton({ onAnswer, acceptsPrivacyGuide = false, ...button }: Props) {
  return (
    <ActionButton
      {...button}
      wechat={{
        // Taro's type knows one name at a time, WeChat knows several.
        openType: (acceptsPrivacyGuide && hasPrivacyGuide()
          ? `${PHONE_OPEN_TYPE}|agreePrivacyAuthorization`
          : PHONE_OPEN_TYPE) as ButtonProps.OpenType,
        onGetPhoneNumber: ({ detail }) => onAnswer(phoneAnswerOf(detail)),
        onGetRealTimePhoneNumber: ({ detail }) => onAnswer(phoneAnswerOf(detail)),
      }}
    />
  )
}
