import type { User } from '@repo/shared'
import { View } from '@tarojs/components'
import { useState } from 'react'
import { ActionButton } from '../../components/action-button.tsx'
import { useMutation } from '../../hooks/use-mutation.ts'
import { useStrings } from '../../i18n/index.ts'
import { showToast } from '../../lib/dialogs.ts'
import { ApiError, useSession } from '../../session/index.ts'
import { bindPhone } from '../api.ts'
import { useProof } from '../components/password-prompt.tsx'
import { PhoneButton } from '../components/phone-button.tsx'
import { closePage } from '../lib/navigation.ts'
import type { PhoneNumberResult } from '../lib/phone-number-result.ts'
import '../phone/phone-card.css'
import { PhoneError } from '../phone/phone-error.tsx'
import { strings } from './strings.ts'

export function VerifyCard({ user }: { user: User }) {
  const t = useStrings(strings)
  const { session } = useSession()
  const { withProof } = useProof()
  const [result, setResult] = useState<PhoneNumberResult | null>(null)

  const binding = useMutation(async (code: string) => {
    await withProof((proof) => bindPhone(session, code, proof))
    showToast(t.verified)
    await closePage('verify-phone')
  })

  function handleResult(next: PhoneNumberResult): void {
    binding.clearError()
    setResult(next)
    if (next.kind === 'code') void binding.run(next.code)
  }

  if (user.phoneMasked !== null)
    return (
      <View className="card">
        <View className="phone-card__caption">{t.verified}</View>
        <View className="phone-card__number">{user.phoneMasked}</View>
        <View className="phone-card__bind">
          <ActionButton variant="primary" label={t.done} onTap={() => void closePage('verify-phone')} />
        </View>
      </View>
    )
  const { error } = binding
  const offersMerge = error instanceof ApiError && (error.conflict?.ticket ?? null) !== null
  return (
    <>
      <PhoneError result={result} error={error} onDismiss={binding.clearError} />
      <View className="card">
        <View className="card__title">{t.title}</View>
        <View className="card__body">{t.body}</View>
        <View className="phone-card__note">{t.storage}</View>
        <View className="phone-card__note">{t.removal}</View>
        <View className="phone-card__bind">
          <PhoneButton
            isRealtime
            variant={offersMerge ? 'soft' : 'primary'}
            label={t.verify}
            loading={binding.isPending}
            onResult={handleResult}
          />
        </View>
      </View>
    </>
  )
}
