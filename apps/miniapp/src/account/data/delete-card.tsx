import type { ErrorCode } from '@repo/shared'
import { View } from '@tarojs/components'
import { useState } from 'react'
import { ActionButton } from '../../components/action-button.tsx'
import { Tick } from '../../components/checkbox.tsx'
import { Notice } from '../../components/error-message.tsx'
import { useAction } from '../../hooks/use-mutation.ts'
import { useWords } from '../../i18n/index.ts'
import { announce, confirm } from '../../lib/dialogs.ts'
import { ApiProblem, useSession } from '../../session/index.ts'
import { useProof } from '../components/password-prompt.tsx'
import { openMe } from '../lib/navigation.ts'
import { words } from './strings.ts'

/** Deletes the account, for good: after a tick, a proof of who asks, and one more question. */
export function DeleteCard() {
  const own = useWords(words)
  const { session } = useSession()
  const { withProof } = useProof()
  const [isUnderstood, setUnderstood] = useState(false)
  const deleting = useAction(async () => {
    // Not as a `request`: whoever turns out to be logged out is not asked to log in, which could begin a new account.
    await withProof((proof) => session.load('POST /v1/me/delete', { body: { proof } }))
    session.forgetAccount()
    await openMe()
    await announce({ title: own.deletedTitle, body: own.deletedBody, read: own.deletedRead })
  })

  async function ask() {
    const question = {
      title: own.deleteTitle,
      body: own.deleteQuestion,
      confirm: own.deleteConfirm,
      cancel: own.deleteCancel,
      isDangerous: true,
    }
    if (await confirm(question)) await deleting.run()
  }

  return (
    <View className="card">
      <View className="card__title">{own.deleteHead}</View>
      <View className="card__body">{own.deleteBody}</View>
      <Points title={own.goneTitle} points={own.gone} />
      <Points title={own.staysTitle} points={own.stays} />
      <View className="leave__tick">
        <Tick label={own.understood} isTicked={isUnderstood} onToggle={() => setUnderstood(!isUnderstood)} />
      </View>
      {deleting.error !== null && <Notice error={deleting.error} words={wordsFor(deleting.error, own)} />}
      <ActionButton
        look="danger"
        label={own.deleteAccount}
        isBusy={deleting.isBusy}
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
  error instanceof ApiProblem ? own.deleteErrors[error.code as ErrorCode] : undefined
