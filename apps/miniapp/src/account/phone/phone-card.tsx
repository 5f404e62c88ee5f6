import type { User } from '@repo/shared'
import { View } from '@tarojs/components'
import { useState } from 'react'
import { useAction } from '../../hooks/use-mutation.ts'
import { useText, useWords } from '../../i18n/index.ts'
import { confirm, tell } from '../../lib/dialogs.ts'
import { ApiProblem, useSession } from '../../session/index.ts'
import { useProof } from '../components/password-prompt.tsx'
import { PhoneButton } from '../components/phone-button.tsx'
import { isStillLoggedIn } from '../lib/apply-profile-update.ts'
import type { PhoneAnswer } from '../lib/phone-number-result.ts'
import { BoundNumber } from './bound-number.tsx'
import './phone-card.css'
import { PhoneTrouble } from './phone-error.tsx'
import { words as allWords } from './strings.ts'

/** Asks for a number, once and with its purpose; whoever has one sees it and may change or remove it. */
export function PhoneCard({ user }: { user: User }) {
  const { common } = useText()
  const words = useWords(allWords)
  const { session } = useSession()
  const { withProof } = useProof()
  const [latest, setLatest] = useState<PhoneAnswer | null>(null)

  const binding = useAction(async (code: string) => {
    await withProof((proof) => session.request('POST /v1/me/phone', { body: { code, proof } }))
    tell(words.saved)
  })

  const removal = useAction(async () => {
    await withProof((proof) => session.request('POST /v1/me/phone/delete', { body: { proof } }))
    tell(words.removed)
  })

  async function remove(): Promise<void> {
    const { removeTitle, removeBody, removeConfirm } = words
    const question = {
      title: removeTitle,
      body: removeBody,
      confirm: removeConfirm,
      cancel: common.cancel,
      isDangerous: true,
    }
    if (!(await confirm(question)) || !isStillLoggedIn(session, user.id)) return
    forgetAnswers()
    await removal.run()
  }

  function forgetAnswers(): void {
    setLatest(null)
    binding.clearError()
    removal.clearError()
  }

  function hear(answer: PhoneAnswer): void {
    forgetAnswers()
    setLatest(answer)
    if (answer.kind === 'code') void binding.run(answer.code)
  }

  const isBusy = binding.isBusy || removal.isBusy
  const { error } = binding
  const offersMerge = error instanceof ApiProblem && (error.conflict?.ticket ?? null) !== null
  return (
    <>
      <PhoneTrouble answer={latest} error={binding.error ?? removal.error} />
      {user.phoneMasked === null ? (
        <View className="card">
          <View className="card__title">{words.bindTitle}</View>
          <View className="card__body">{words.purpose}</View>
          <View className="phone-card__fact">{words.storage}</View>
          <View className="phone-card__fact">{words.optional}</View>
          <View className="phone-card__bind">
            <PhoneButton
              look={offersMerge ? 'soft' : 'primary'}
              label={words.bind}
              isBusy={isBusy}
              onAnswer={hear}
            />
          </View>
        </View>
      ) : (
        <BoundNumber
          phoneMasked={user.phoneMasked}
          isBusy={isBusy}
          onAnswer={hear}
          onRemove={() => void remove()}
        />
      )}
    </>
  )
}
