import { View } from '@tarojs/components'
import { ApiProblem } from '../api/problem.ts'
import { useText, wordsFor } from '../text/index.ts'
import './notice.css'

/** Says in words what went wrong. The way on stands below it: the button that was pressed. */
export function Notice({ error }: { error: unknown }) {
  const text = useText()
  const requestId = error instanceof ApiProblem && (error.status ?? 0) >= 500 ? error.requestId : null
  const reason = error instanceof ApiProblem ? error.reason : null
  return (
    <View className="notice" ariaRole="alert">
      <View className="notice__sign">!</View>
      <View className="notice__body">
        <View>{wordsFor(error, text)}</View>
        {reason && <View className="notice__reason">{text.reason(reason)}</View>}
        {requestId && <View className="notice__trace">{text.requestId(requestId)}</View>}
      </View>
    </View>
  )
}
