import type { User } from '@repo/shared'
import { Form, View } from '@tarojs/components'
import { useRef, useState } from 'react'
import { ActionButton } from '../../components/action-button.tsx'
import { Field } from '../../components/field.tsx'
import { useMutation } from '../../hooks/use-mutation.ts'
import { useStrings } from '../../i18n/index.ts'
import { showToast } from '../../lib/dialogs.ts'
import { useSession } from '../../session/index.ts'
import { updateProfile } from '../api.ts'
import { applyProfileUpdate, isStillLoggedIn } from '../lib/apply-profile-update.ts'
import { errorCodeOf } from '../lib/error-code.ts'
import { type NicknameError, normalizeNickname, validateNickname } from './nickname.ts'
import { createNicknameReview } from './nickname-review.ts'
import { PublishError } from './publish-error.tsx'
import { profileQueue } from './save-queues.ts'
import { strings } from './strings.ts'

/** The API's limit in UTF-16 units. `validateNickname` counts characters as users do. */
const maxLength = 400

/** Reads the form at submit: WeChat fills in its own nickname and clears rejected ones without an input event. */
export function NicknameCard({ user }: { user: User }) {
  const t = useStrings(strings).nickname
  const { session } = useSession()
  /** What the user has typed; `null` while the field shows the saved nickname. */
  const typed = useRef<string | null>(null)
  const nickname = useRef(user.nickname)
  const [saveCount, setSaveCount] = useState(0)
  const [fieldError, setFieldError] = useState<NicknameError | 'rejected' | null>(null)
  const [review] = useState(createNicknameReview)

  const saving = useMutation(async (submitted: string) => {
    const wasCleared = submitted === '' && (typed.current ?? '') !== ''
    const isRejected = wasCleared || (await review.verdict()) === 'rejected'
    const error = isRejected ? 'rejected' : validateNickname(submitted)
    setFieldError(error)
    if (error) return
    const body = { nickname: normalizeNickname(submitted) }
    const isPending = await profileQueue.run(async () => {
      if (!isStillLoggedIn(session, user.id)) return false
      const { nickname, pendingNickname } = await updateProfile(session, body)
      applyProfileUpdate(session, user.id, { nickname, pendingNickname })
      // Older APIs do not send it.
      return (pendingNickname ?? null) !== null
    })
    typed.current = null
    setSaveCount((count) => count + 1)
    showToast(isPending ? t.submitted : t.saved)
  })

  function change(value: string): void {
    typed.current = value
    setFieldError(null)
    saving.clearError()
  }

  function handleReview(detail: { pass?: boolean; timeout?: boolean }): void {
    if (review.finish(detail) !== 'rejected') return
    // WeChat has cleared the field without an input event.
    typed.current = ''
    setFieldError('rejected')
  }

  // A nickname that changes elsewhere must not replace what the user types.
  if (typed.current === null) nickname.current = user.nickname

  return (
    <View className="card">
      <Form onSubmit={({ detail }) => void saving.run(String(detail.value?.nickname ?? ''))}>
        <Field
          key={`${saveCount} ${nickname.current}`}
          label={t.label}
          initialValue={nickname.current ?? ''}
          placeholder={t.placeholder}
          maxLength={maxLength}
          error={fieldError && t[fieldError]}
          onChange={change}
          input={{
            type: 'nickname',
            name: 'nickname',
            onBlur: () => review.start(),
            onNickNameReview: ({ detail }) => handleReview(detail),
          }}
        />
        {saving.error !== null && (
          <PublishError
            user={user}
            error={saving.error}
            message={errorCodeOf(saving.error) === 'invalid_request' ? t.invalid : null}
          />
        )}
        {user.pendingNickname && <View className="card__body">{t.pending(user.pendingNickname)}</View>}
        <ActionButton
          variant="soft"
          label={t.save}
          loading={saving.isPending}
          wechat={{ formType: 'submit' }}
        />
      </Form>
    </View>
  )
}
