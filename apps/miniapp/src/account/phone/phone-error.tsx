import { View } from '@tarojs/components'
import { ActionButton } from '../../components/action-button.tsx'
import { Notice } from '../../components/error-message.tsx'
import { dateTimeOf } from '../../i18n/format-user.ts'
import { useText, useWords } from '../../i18n/index.ts'
import { ApiProblem } from '../../session/index.ts'
import { offerMerge } from '../lib/merge-offer.ts'
import type { PhoneAnswer } from '../lib/phone-number-result.ts'
import { words as allWords } from './strings.ts'

type Props = {
  /** What WeChat's button said last; `null` before it was pressed. */
  answer: PhoneAnswer | null
  /** Why the server did not do it; `null` where it did, or was not asked. */
  error: unknown
}

/** Why there is no other number than before. A refusal is nobody's fault and looks like none. */
export function PhoneTrouble({ answer, error }: Props) {
  const text = useText()
  const words = useWords(allWords)
  if (error instanceof ApiProblem && error.conflict) {
    const { conflict } = error
    const { nicknameMasked, registeredAt } = conflict.other
    const say = conflict.ticket === null ? words.conflictForGood : words.conflict
    return (
      <View className="card">
        <Notice error={error} words={say(nicknameMasked, dateTimeOf(registeredAt, text))} />
        {conflict.ticket !== null && (
          <ActionButton look="primary" label={words.merge} onPress={() => void offerMerge(conflict)} />
        )}
      </View>
    )
  }
  if (error !== null) return <Notice error={error} words={wordsOf(error, words.problems)} />
  if (answer?.kind === 'problem') return <Notice error={answer.error} />
  if (answer?.kind !== 'refused') return null
  return (
    <View className="phone-card__refused" ariaRole="status">
      {words.refused}
    </View>
  )
}

/** What the page knows better than the words for a login. */
function wordsOf(error: unknown, own: Record<string, string>): string | null {
  return error instanceof ApiProblem ? (own[error.code] ?? null) : null
}
