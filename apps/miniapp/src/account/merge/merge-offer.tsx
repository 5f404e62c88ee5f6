import type { Conflict, Proof, User } from '@repo/shared'
import { View } from '@tarojs/components'
import { useState } from 'react'
import { ActionButton } from '../../components/action-button.tsx'
import { Notice } from '../../components/error-message.tsx'
import { useWait } from '../../hooks/use-countdown.ts'
import { useAction } from '../../hooks/use-mutation.ts'
import { dateTimeOf, nameOf, timeOf } from '../../i18n/format-user.ts'
import { useText, useWords } from '../../i18n/index.ts'
import { confirm, tell } from '../../lib/dialogs.ts'
import { useSession } from '../../session/index.ts'
import { isProofError } from '../../session/with-proof.ts'
import { PasswordField } from '../components/password-field.tsx'
import { useProof } from '../components/password-prompt.tsx'
import { codeOf } from '../lib/error-code.ts'
import { leavePage } from '../lib/navigation.ts'
import { words as wordsOfLogin } from '../login/strings.ts'
import { AccountCard } from './account-card.tsx'
import './merge-offer.css'
import { words } from './strings.ts'

type Props = {
  user: User
  ticket: string
  conflict: Conflict
  /** The ticket is worth nothing any more. */
  onOver: () => void
}

/** Both accounts, what would become of them, and the proof that the other one is this person's, too. */
export function MergeOffer({ user, ticket, conflict, onOver }: Props) {
  const text = useText()
  const loginWords = useWords(wordsOfLogin)
  const own = useWords(words)
  const { session } = useSession()
  const { withProof } = useProof()
  const { other, ticketExpiresAt } = conflict
  const [isProvenByWechat, setProvenByWechat] = useState(other.hasWechat)
  const [password, setPassword] = useState('')
  const [isMissed, setMissed] = useState(false)

  // As the API decides it.
  const isMineElder = Date.parse(user.registeredAt) <= Date.parse(other.registeredAt)
  const elder = isMineElder ? user : other
  const consequences = [
    ...own.what,
    ...(user.username !== null && other.hasPassword ? [own.bothPasswords] : []),
    ...(user.phoneMasked !== null && other.phoneMasked !== null ? [own.bothPhones] : []),
  ]

  const merging = useAction(async () => {
    try {
      await withProof(async (proof) => {
        const otherProof = isProvenByWechat ? await session.wechatProof() : { password }
        return session.request('POST /v1/me/merge', { body: { ticket, proof, otherProof } })
      }, isAboutOwnProof)
    } catch (error) {
      if (codeOf(error) === 'merge_ticket_invalid') onOver()
      throw error
    }
    tell(own.done)
    await leavePage('merge')
  })
  const wait = useWait(merging.error)
  const code = codeOf(merging.error)
  const isPasswordWrong = code === 'credentials_invalid'
  const isAnyPasswordWrong = isPasswordWrong && session.loginMethod() === 'password'

  /** Of two proofs of the same kind, the API does not say which was rejected; most likely it is the other one. */
  function isAboutOwnProof(error: unknown, proof: Proof): boolean {
    if (!isProofError(error)) return false
    const rejected = codeOf(error)
    if (rejected === 'rate_limited') return true
    const isOwnByWechat = 'code' in proof
    const isAboutPassword = rejected === 'credentials_invalid' || rejected === 'password_not_set'
    return isOwnByWechat !== isProvenByWechat && isAboutPassword !== isOwnByWechat
  }

  async function press(): Promise<void> {
    const isMissing = !isProvenByWechat && password === ''
    setMissed(isMissing)
    if (isMissing) return
    const question = {
      title: own.confirmTitle,
      body: own.confirmBody(dateTimeOf(elder.registeredAt, text)),
      confirm: own.confirm,
      cancel: text.common.cancel,
      isDangerous: true,
    }
    if (await confirm(question)) await merging.run()
  }
  function type(typed: string): void {
    merging.clearError()
    setMissed(false)
    setPassword(typed)
  }
  function proveByWechat(isByWechat: boolean): void {
    type('')
    setProvenByWechat(isByWechat)
  }

  return (
    <>
      <View className="merge-offer__lead">{own.lead}</View>
      <AccountCard title={own.mine} account={{ ...user, nickname: nameOf(user, text) }} stays={isMineElder} />
      <AccountCard
        title={own.other}
        account={{ ...other, nickname: other.nicknameMasked, waysIn: other }}
        stays={!isMineElder}
      />
      <View className="card">
        <View className="card__title">{own.whatTitle}</View>
        {consequences.map((consequence) => (
          <View key={consequence} className="merge-offer__consequence">
            {consequence}
          </View>
        ))}
      </View>
      <View className="card">
        <View className="card__title">{own.proveTitle}</View>
        <View className="merge-offer__proof">
          {isProvenByWechat ? (
            <View className="merge-offer__note">{own.byWechatLead}</View>
          ) : (
            <PasswordField
              label={own.otherPassword}
              onChange={type}
              problem={
                isMissed
                  ? own.passwordMissed
                  : isAnyPasswordWrong
                    ? own.anyPasswordWrong
                    : isPasswordWrong
                      ? own.passwordWrong
                      : null
              }
            />
          )}
          {ticketExpiresAt !== null && (
            <View className="merge-offer__note">
              {own.expires(timeOf(new Date(ticketExpiresAt)).slice(0, 5))}
            </View>
          )}
        </View>
        {merging.error !== null && !isPasswordWrong && (
          <Notice
            error={merging.error}
            words={code === 'different_account' ? own.differentWechat : undefined}
          />
        )}
        <ActionButton
          look="primary"
          label={merging.isBusy ? own.merging : wait > 0 ? loginWords.wait(wait) : own.merge}
          isBusy={merging.isBusy}
          isIdle={wait > 0}
          onPress={() => void press()}
        />
        {other.hasPassword && other.hasWechat && (
          <ActionButton
            look="plain"
            label={isProvenByWechat ? own.byPassword : own.byWechat}
            onPress={() => proveByWechat(!isProvenByWechat)}
          />
        )}
        <ActionButton look="plain" label={own.notNow} onPress={() => void leavePage('merge')} />
      </View>
    </>
  )
}
