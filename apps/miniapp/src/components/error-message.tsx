import { View } from '@tarojs/components'
import { dateTimeOf } from '../i18n/format-user.ts'
import { useText, wordsFor } from '../i18n/index.ts'
import { ApiProblem } from '../session/index.ts'
import './error-message.css'

type Props = {
  error: unknown
  /** Where a page knows better what to say of it. */
  words?: string | null | undefined
}

/** Says in words what went wrong. The way on stands below it: the button that was pressed. */
export function Notice({ error, words }: Props) {
  const text = useText()
  const { status, requestId, reason, until }: Partial<ApiProblem> = error instanceof ApiProblem ? error : {}
  const isServerFault = Number(status) >= 500
  return (
    <View className="notice" ariaRole="alert">
      <View className="notice__sign">!</View>
      <View className="notice__body">
        <View>{words ?? wordsFor(error, text)}</View>
        {reason && <View className="notice__reason">{text.reason(reason)}</View>}
        {until && <View>{text.until(dateTimeOf(until, text))}</View>}
        {isServerFault && requestId && <View className="notice__trace">{text.requestId(requestId)}</View>}
      </View>
    </View>
  )
}
