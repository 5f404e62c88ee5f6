import { View } from '@tarojs/components'
import { formatDateTime } from '../i18n/format-user.ts'
import { errorMessage, useMessages } from '../i18n/index.ts'
import { openPage } from '../lib/navigation.ts'
import { ApiError } from '../session/index.ts'
import './error-message.css'
import { mentionsSupport, SupportLink } from './support-link.tsx'
import { TextLink } from './text-link.tsx'

type Props = {
  error: unknown
  /** Overrides the general message of the error's code. */
  message?: string | null | undefined
}

export function ErrorMessage({ error, message }: Props) {
  const messages = useMessages()
  const { code, status, requestId, reason, until }: Partial<ApiError> = error instanceof ApiError ? error : {}
  const text = message ?? errorMessage(error, messages)
  const isBanned = code === 'account_banned'
  const isServerError = Number(status) >= 500
  return (
    <View className="error-message" ariaRole="alert">
      <View className="error-message__icon">!</View>
      <View className="error-message__body">
        <View>{text}</View>
        {reason && <View className="error-message__reason">{messages.reason(reason)}</View>}
        {until && <View>{messages.until(formatDateTime(until, messages))}</View>}
        {isBanned && <TextLink label={messages.banNotice} onTap={() => void openPage('banned')} />}
        {mentionsSupport(text, messages) && <SupportLink />}
        {isServerError && requestId && (
          <View className="error-message__request-id">{messages.requestId(requestId)}</View>
        )}
      </View>
    </View>
  )
}
