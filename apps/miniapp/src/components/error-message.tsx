import { View } from '@tarojs/components'
import { formatDateTime } from '../i18n/format-user.ts'
import { errorMessage, useMessages } from '../i18n/index.ts'
import { ApiError } from '../session/index.ts'
import './error-message.css'

type Props = {
  error: unknown
  /** Overrides the general message of the error's code. */
  message?: string | null | undefined
}

export function ErrorMessage({ error, message }: Props) {
  const messages = useMessages()
  const { status, requestId, reason, until }: Partial<ApiError> = error instanceof ApiError ? error : {}
  const isServerError = Number(status) >= 500
  return (
    <View className="error-message" ariaRole="alert">
      <View className="error-message__icon">!</View>
      <View className="error-message__body">
        <View>{message ?? errorMessage(error, messages)}</View>
        {reason && <View className="error-message__reason">{messages.reason(reason)}</View>}
        {until && <View>{messages.until(formatDateTime(until, messages))}</View>}
        {isServerError && requestId && (
          <View className="error-message__request-id">{messages.requestId(requestId)}</View>
        )}
      </View>
    </View>
  )
}
