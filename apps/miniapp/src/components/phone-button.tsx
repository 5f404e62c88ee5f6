import type { ButtonProps } from '@tarojs/components'
import { ActionButton, type ActionButtonProps } from './action-button.tsx'
import { type PhoneAnswer, phoneAnswerOf } from './phone-answer.ts'

/**
 * How WeChat gets the number: `getPhoneNumber` takes one that WeChat has verified before; `getRealtimePhoneNumber`
 * verifies it now, by a message, and costs more. Each is granted and paid for apart, in WeChat's console.
 */
const openType: 'getPhoneNumber' | 'getRealtimePhoneNumber' = 'getPhoneNumber'

type Props = Pick<ActionButtonProps, 'label' | 'look' | 'isBusy' | 'isIdle'> & {
  /** Each press of the person leads to one answer, sooner or later. */
  onAnswer: (answer: PhoneAnswer) => void
  /** The press accepts WeChat's privacy guide as well; for where the words around it say so, with a link to it. */
  acceptsPrivacyGuide?: boolean
}

/** WeChat's own button for a phone number: only a press of the person's opens WeChat's sheet. */
export function PhoneButton({ onAnswer, acceptsPrivacyGuide = false, ...button }: Props) {
  const answer = ({ detail }: { detail: unknown }) => onAnswer(phoneAnswerOf(detail))
  return (
    <ActionButton
      {...button}
      wechat={{
        // Taro's type knows one name at a time, WeChat knows several.
        openType: (acceptsPrivacyGuide
          ? `${openType}|agreePrivacyAuthorization`
          : openType) as ButtonProps.OpenType,
        onGetPhoneNumber: answer,
        onGetRealTimePhoneNumber: answer,
      }}
    />
  )
}
