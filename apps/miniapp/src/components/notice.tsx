import { View } from '@tarojs/components'
import { ApiProblem } from '../session/index.ts'
import { useText, wordsFor } from '../text/index.ts'
import { dateTimeOf } from '../text/user-words.ts'
import './notice.css'

/**
 * Says in words what went wrong; in the page's own `words` where it knows better. The way on stands below it: the button
 * that was pressed.
 */
export function Notice({ error, words }: { error: unknown; words?: string | undefined }) {
  const text = useText()
  const requestId = error instanceof ApiProblem && (error.status ?? 0) >= 500 ? error.requestId : null
  const { reason = null, until = null } = error instanceof ApiProblem ? error : {}
  return (
    <View className="notice" ariaRole="alert">
      <View className="notice__sign">!</View>
      <View className="notice__body">
        <View>{words ?? wordsFor(error, text)}</View>
        {reason && <View className="notice__reason">{text.reason(reason)}</View>}
        {until && <View>{text.until(dateTimeOf(until, text))}</View>}
        {requestId && <View className="notice__trace">{text.requestId(requestId)}</View>}
      </View>
    </View>
  )
}
