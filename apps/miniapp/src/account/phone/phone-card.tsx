import type { User } from '@repo/shared'
import { View } from '@tarojs/components'
import { useState } from 'react'
import { useMutation } from '../../hooks/use-mutation.ts'
import { useQuery } from '../../hooks/use-query.ts'
import { useMessages, useStrings } from '../../i18n/index.ts'
import { confirm, showToast } from '../../lib/dialogs.ts'
import { ApiError, useSession } from '../../session/index.ts'
import { bindPhone, deletePhone, loadDataPractices } from '../api.ts'
import { useProof } from '../components/password-prompt.tsx'
import { PhoneButton } from '../components/phone-button.tsx'
import { isStillLoggedIn } from '../lib/apply-profile-update.ts'
import type { PhoneNumberResult } from '../lib/phone-number-result.ts'
import { BoundNumber } from './bound-number.tsx'
import './phone-card.css'
import { PhoneError } from './phone-error.tsx'
import { strings } from './strings.ts'

export function PhoneCard({ user }: { user: User }) {
  const { common } = useMessages()
  const t = useStrings(strings)
  const { session } = useSession()
  const { withProof } = useProof()
  // Until the API has said whether the number is required, the page promises neither.
  const { value: practices } = useQuery(() => loadDataPractices(session))
  const choice = practices && (practices.requiresVerifiedPhone ? t.required : t.optional)
  const [result, setResult] = useState<PhoneNumberResult | null>(null)

  const binding = useMutation(async (code: string) => {
    await withProof((proof) => bindPhone(session, code, proof))
    showToast(t.saved)
  })

  const removal = useMutation(async () => {
    await withProof((proof) => deletePhone(session, proof))
    showToast(t.removed)
  })

  async function confirmRemoval(): Promise<void> {
    const dialog = {
      title: t.removeTitle,
      body: t.removeBody,
      confirm: t.removeConfirm,
      cancel: common.cancel,
      isDangerous: true,
    }
    if (!(await confirm(dialog)) || !isStillLoggedIn(session, user.id)) return
    clearErrors()
    await removal.run()
  }

  function clearErrors(): void {
    setResult(null)
    binding.clearError()
    removal.clearError()
  }

  function handleResult(next: PhoneNumberResult): void {
    clearErrors()
    setResult(next)
    if (next.kind === 'code') void binding.run(next.code)
  }

  const isPending = binding.isPending || removal.isPending
  const { error } = binding
  const offersMerge = error instanceof ApiError && (error.conflict?.ticket ?? null) !== null
  return (
    <>
      <PhoneError result={result} error={binding.error ?? removal.error} onDismiss={clearErrors} />
      {user.phoneMasked === null ? (
        <View className="card">
          <View className="card__title">{t.bindTitle}</View>
          <View className="card__body">{t.purpose}</View>
          <View className="phone-card__note">{t.storage}</View>
          {choice && <View className="phone-card__note">{choice}</View>}
          <View className="phone-card__bind">
            <PhoneButton
              variant={offersMerge ? 'soft' : 'primary'}
              label={t.bind}
              loading={isPending}
              onResult={handleResult}
            />
          </View>
        </View>
      ) : (
        <BoundNumber
          phoneMasked={user.phoneMasked}
          choice={choice}
          isPending={isPending}
          isRemovable={practices?.requiresVerifiedPhone !== true}
          onResult={handleResult}
          onRemove={() => void confirmRemoval()}
        />
      )}
    </>
  )
}
