import type { User } from '@repo/shared'
import { Form, View } from '@tarojs/components'
import { useRef, useState } from 'react'
import { ActionButton } from '../../components/action-button.tsx'
import { Notice } from '../../components/error-message.tsx'
import { Field } from '../../components/field.tsx'
import { useAction } from '../../hooks/use-mutation.ts'
import { useWords } from '../../i18n/index.ts'
import { tell } from '../../lib/dialogs.ts'
import { ApiProblem, useSession } from '../../session/index.ts'
import { isStillLoggedIn, showAccepted } from '../lib/apply-profile-update.ts'
import { faultOf, type NicknameFault, tidy } from './nickname.ts'
import { createNicknameReview } from './nickname-review.ts'
import { profileQueue } from './serial-queue.ts'
import { words as allWords } from './strings.ts'

/** The API's own bound, in UTF-16 units: what people count is checked when it is sent. */
const maximumLength = 400

/**
 * The nickname. What counts is what is in the form when it is submitted: WeChat offers the person's own, whose choice not
 * every phone reports as typing, and clears what its review rejects.
 */
export function NicknameCard({ user }: { user: User }) {
  const words = useWords(allWords)
  const { session } = useSession()
  /** What the user has typed since the latest nickname was put into the field. */
  const typed = useRef<string | null>(null)
  const nickname = useRef(user.nickname)
  const [saves, setSaves] = useState(0)
  const [fault, setFault] = useState<NicknameFault | 'rejected' | null>(null)
  const [review] = useState(createNicknameReview)

  const saving = useAction(async (submitted: string) => {
    const wasCleared = submitted === '' && (typed.current ?? '') !== ''
    const isRejected = wasCleared || (await review.verdict()) === 'rejected'
    const found = isRejected ? 'rejected' : faultOf(submitted)
    setFault(found)
    if (found) return
    const tidied = tidy(submitted)
    await profileQueue(async () => {
      if (!isStillLoggedIn(session, user.id)) return
      const answer = await session.request('PUT /v1/me/profile', { body: { nickname: tidied } })
      showAccepted(session, user.id, { nickname: answer.nickname })
    })
    typed.current = null
    setSaves((count) => count + 1)
    tell(words.nickname.saved)
  })

  function change(value: string): void {
    typed.current = value
    setFault(null)
    saving.clearError()
  }

  function hear(detail: { pass?: boolean; timeout?: boolean }): void {
    if (review.hear(detail) !== 'rejected') return
    // WeChat has cleared the field already, and does not say so.
    typed.current = ''
    setFault('rejected')
  }

  // A nickname that changes elsewhere takes nothing away from what the user is typing.
  if (typed.current === null) nickname.current = user.nickname

  return (
    <View className="card">
      <Form onSubmit={({ detail }) => void saving.run(String(detail.value?.nickname ?? ''))}>
        <Field
          key={`${saves} ${nickname.current}`}
          label={words.nickname.label}
          initialValue={nickname.current ?? ''}
          placeholder={words.nickname.placeholder}
          maxLength={maximumLength}
          problem={fault && words.nickname[fault]}
          onChange={change}
          input={{
            type: 'nickname',
            name: 'nickname',
            onBlur: () => review.begin(),
            onNickNameReview: ({ detail }) => hear(detail),
          }}
        />
        {saving.error !== null && (
          <Notice error={saving.error} words={isRefused(saving.error) ? words.nickname.refused : null} />
        )}
        <ActionButton
          look="soft"
          label={words.nickname.save}
          isBusy={saving.isBusy}
          wechat={{ formType: 'submit' }}
        />
      </Form>
    </View>
  )
}

const isRefused = (error: unknown) => error instanceof ApiProblem && error.code === 'invalid_request'
