import type { ErrorCode } from '@repo/shared'
import { View } from '@tarojs/components'
import { useState } from 'react'
import { ActionButton } from '../../components/action-button.tsx'
import { announce, confirm } from '../../components/confirm.ts'
import { Notice } from '../../components/notice.tsx'
import { Tick } from '../../components/tick.tsx'
import { useAction } from '../../components/use-action.ts'
import { ApiProblem, useSession } from '../../session/index.ts'
import { useWords } from '../../text/index.ts'
import { useProof } from '../proof/password-questions.tsx'
import { openMe } from '../way-back.ts'
import { words } from './words.ts'

/** Deletes the account, for good: after a tick, a proof of who asks, and one more question. */
export function EraseCard() {
  const own = useWords(words)
  const { session } = useSession()
  const { withProof } = useProof()
  const [isUnderstood, setUnderstood] = useState(false)
  const erasing = useAction(async () => {
    // Not as a `request`: whoever turns out to be logged out is not asked to log in, which could begin a new account.
    await withProof((proof) => session.load('POST /v1/me/erase', { body: { proof } }))
    session.forgetAccount()
    await openMe()
    await announce({ title: own.erasedTitle, body: own.erasedBody, read: own.erasedRead })
  })

  async function ask() {
    const question = {
      title: own.eraseTitle,
      body: own.eraseQuestion,
      confirm: own.eraseConfirm,
      cancel: own.eraseCancel,
      isDangerous: true,
    }
    if (await confirm(question)) await erasing.run()
  }

  return (
    <View className="card">
      <View className="card__title">{own.eraseHead}</View>
      <View className="card__body">{own.eraseBody}</View>
      <Points title={own.goneTitle} points={own.gone} />
      <Points title={own.staysTitle} points={own.stays} />
      <View className="leave__tick">
        <Tick label={own.understood} isTicked={isUnderstood} onToggle={() => setUnderstood(!isUnderstood)} />
      </View>
      {erasing.error !== null && <Notice error={erasing.error} words={wordsFor(erasing.error, own)} />}
      <ActionButton
        look="danger"
        label={own.erase}
        isBusy={erasing.isBusy}
        isIdle={!isUnderstood}
        onPress={() => void ask()}
      />
    </View>
  )
}

function Points({ title, points }: { title: string; points: string[] }) {
  return (
    <View className="leave__points">
      <View className="leave__points-title">{title}</View>
      {points.map((point) => (
        <View key={point} className="leave__point">
          {point}
        </View>
      ))}
    </View>
  )
}

/** What is known here of a rejection, beyond its code. */
const wordsFor = (error: unknown, own: (typeof words)['zh_CN']): string | undefined =>
  error instanceof ApiProblem ? own.eraseProblems[error.code as ErrorCode] : undefined
