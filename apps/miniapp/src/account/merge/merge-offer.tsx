import type { Conflict, Proof, User } from '@repo/shared'
import { View } from '@tarojs/components'
import { useState } from 'react'
import { ActionButton } from '../../components/action-button.tsx'
import { ErrorMessage } from '../../components/error-message.tsx'
import { useMutation } from '../../hooks/use-mutation.ts'
import { displayName, formatTime } from '../../i18n/format-user.ts'
import { useMessages, useStrings } from '../../i18n/index.ts'
import { confirm, showToast } from '../../lib/dialogs.ts'
import { useSession } from '../../session/index.ts'
import { isProofError } from '../../session/with-proof.ts'
import { mergeAccounts } from '../api.ts'
import { strings as notMyAccountStrings } from '../components/not-my-account-strings.ts'
import { PasswordField } from '../components/password-field.tsx'
import { useProof } from '../components/password-prompt.tsx'
import { errorCodeOf } from '../lib/error-code.ts'
import { closePage } from '../lib/navigation.ts'
import { useSubmitButton } from '../lib/use-submit-button.ts'
import { AccountCard } from './account-card.tsx'
import './merge-offer.css'
import { strings } from './strings.ts'

type Props = {
  user: User
  ticket: string
  conflict: Conflict
  /** The ticket has expired. */
  onExpire: () => void
  /** The other account is another user's. */
  onNotMine: () => void
}

/** Both accounts, what a merge does, and the proof that the other account belongs to the same user. */
export function MergeOffer({ user, ticket, conflict, onExpire, onNotMine }: Props) {
  const messages = useMessages()
  const t = useStrings(strings)
  const { notMine } = useStrings(notMyAccountStrings)
  const { session } = useSession()
  const { withProof } = useProof()
  const { other, ticketExpiresAt } = conflict
  const [usesWechat, setUsesWechat] = useState(true)
  const [password, setPassword] = useState('')
  const [isEmpty, setEmpty] = useState(false)

  // What the other account has is not shown before the proof.
  const consequences = [
    ...t.consequences,
    ...(user.username !== null ? [t.bothPasswords] : []),
    ...(user.phoneMasked !== null ? [t.bothPhones] : []),
  ]

  const merging = useMutation(async () => {
    try {
      await withProof(async (proof) => {
        const otherProof = usesWechat ? await session.getLoginCode() : { password }
        return mergeAccounts(session, { ticket, proof, otherProof })
      }, isAboutOwnProof)
    } catch (error) {
      if (errorCodeOf(error) === 'merge_ticket_invalid') onExpire()
      throw error
    }
    showToast(t.done)
    await closePage('merge')
  })
  const submit = useSubmitButton(merging, { idle: t.merge, pending: t.merging })
  const code = errorCodeOf(merging.error)
  const isWrong = code === 'credentials_invalid'
  const isEitherWrong = isWrong && session.loginMethod() === 'password'

  /** Of two proofs of the same kind, the API does not tell which it rejected; most likely the other one. */
  function isAboutOwnProof(error: unknown, proof: Proof): boolean {
    if (!isProofError(error)) return false
    const rejected = errorCodeOf(error)
    if (rejected === 'rate_limited') return true
    const ownUsesWechat = 'code' in proof
    const isAboutPassword = rejected === 'credentials_invalid' || rejected === 'password_not_set'
    return ownUsesWechat !== usesWechat && isAboutPassword !== ownUsesWechat
  }

  async function confirmMerge(): Promise<void> {
    const isMissing = !usesWechat && password === ''
    setEmpty(isMissing)
    if (isMissing) return
    const dialog = {
      title: t.confirmTitle,
      body: t.confirmBody,
      confirm: t.confirm,
      cancel: messages.common.cancel,
      isDangerous: true,
    }
    if (await confirm(dialog)) await merging.run()
  }
  function changePassword(typed: string): void {
    merging.clearError()
    setEmpty(false)
    setPassword(typed)
  }
  function switchProof(): void {
    changePassword('')
    setUsesWechat(!usesWechat)
  }

  return (
    <>
      <View className="merge-offer__lead">{t.lead}</View>
      <AccountCard title={t.ownAccount} account={{ nickname: displayName(user, messages), own: user }} />
      <AccountCard title={t.otherAccount} account={{ nickname: other.nicknameMasked }} />
      <View className="card">
        <View className="card__title">{t.consequencesTitle}</View>
        {consequences.map((consequence) => (
          <View key={consequence} className="merge-offer__consequence">
            {consequence}
          </View>
        ))}
      </View>
      <View className="card">
        <View className="card__title">{t.proofTitle}</View>
        <View className="merge-offer__proof">
          {usesWechat ? (
            <View className="merge-offer__note">{t.wechatHint}</View>
          ) : (
            <PasswordField label={t.otherPassword} onChange={changePassword} error={passwordError()} />
          )}
          {ticketExpiresAt !== null && (
            <View className="merge-offer__note">
              {t.expires(formatTime(new Date(ticketExpiresAt)).slice(0, 5))}
            </View>
          )}
        </View>
        {merging.error !== null && !isWrong && (
          <ErrorMessage
            error={merging.error}
            message={code === 'different_account' ? t.differentWechat : undefined}
          />
        )}
        <ActionButton variant="primary" {...submit} onTap={() => void confirmMerge()} />
        <ActionButton variant="plain" label={usesWechat ? t.usePassword : t.useWechat} onTap={switchProof} />
        <ActionButton variant="plain" label={notMine} onTap={onNotMine} />
        <ActionButton variant="plain" label={t.notNow} onTap={() => void closePage('merge')} />
      </View>
    </>
  )

  function passwordError(): string | null {
    if (isEmpty) return t.passwordEmpty
    if (isEitherWrong) return t.eitherPasswordWrong
    return isWrong ? t.passwordWrong : null
  }
}
