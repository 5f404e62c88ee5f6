import type { Me, Proof } from '@repo/shared'
import { View } from '@tarojs/components'
import { ActionButton } from '../../components/action-button.tsx'
import { ErrorMessage } from '../../components/error-message.tsx'
import { Row } from '../../components/row.tsx'
import { useMutation } from '../../hooks/use-mutation.ts'
import { useMessages, useStrings } from '../../i18n/index.ts'
import { confirm, showToast } from '../../lib/dialogs.ts'
import { ApiError, useSession } from '../../session/index.ts'
import { bindWechat, unbindWechat } from '../api.ts'
import { useProof } from '../components/password-prompt.tsx'
import { errorCodeOf } from '../lib/error-code.ts'
import { offerMerge } from '../lib/merge-offer.ts'
import { useSubmitButton } from '../lib/use-submit-button.ts'
import { strings } from './strings.ts'
import './wechat-card.css'

type Props = {
  user: Me
  onChange: (user: Me) => void
  /** The user wants to set the password that unbinding needs. */
  onPasswordNeeded: () => void
}

/** Binds or unbinds WeChat. */
export function WechatCard({ user, onChange, onPasswordNeeded }: Props) {
  const { common } = useMessages()
  const t = useStrings(strings)
  const { session } = useSession()
  const { withProof, withPassword } = useProof()

  /** A WeChat account that is bound already proves itself; another one needs the password. */
  async function bind(): Promise<unknown> {
    const bindWith = (proof: Proof) => bindWechat(session, proof)
    if (session.loginMethod() === 'password') return withPassword(bindWith)
    try {
      return await bindWechat(session)
    } catch (error) {
      if (errorCodeOf(error) !== 'proof_required' || user.username === null) throw error
      return withPassword(bindWith)
    }
  }

  const binding = useMutation(async () => {
    unbinding.clearError()
    await bind()
    onChange({ ...user, hasWechat: true })
    showToast(t.bound)
  })
  const unbinding = useMutation(async () => {
    binding.clearError()
    await withProof((proof) => unbindWechat(session, proof))
    onChange({ ...user, hasWechat: false })
    showToast(t.unbound)
  })

  async function confirmUnbinding(): Promise<void> {
    const { username } = user
    const { cancel } = common
    if (username === null) {
      const dialog = { title: t.passwordFirstTitle, body: t.passwordFirstBody, cancel }
      if (await confirm({ ...dialog, confirm: t.passwordFirstConfirm })) onPasswordNeeded()
      return
    }
    const dialog = {
      title: t.unbindTitle,
      body: t.unbindBody(username),
      confirm: t.unbindConfirm,
      cancel,
      isDangerous: true,
    }
    if (await confirm(dialog)) await unbinding.run()
  }

  const submit = useSubmitButton(binding, { idle: t.bind, pending: t.binding })
  const error = binding.error ?? unbinding.error
  const conflict = error instanceof ApiError ? error.conflict : null

  return (
    <View className="card">
      <View className="wechat-card__head">
        <View className="card__title">{t.wechat}</View>
        <View className="wechat-card__state">{user.hasWechat ? t.isBound : t.isNotBound}</View>
      </View>
      <View className="card__body">{user.hasWechat ? t.boundLead : t.unboundLead}</View>
      <View className="wechat-card__actions">
        {error !== null && <ErrorMessage error={error} message={ownMessage(error, t)} />}
        {conflict?.ticket && (
          <View className="wechat-card__merge">
            <ActionButton variant="primary" label={t.merge} onTap={() => void offerMerge(conflict)} />
          </View>
        )}
        {!user.hasWechat && <ActionButton variant="soft" {...submit} onTap={() => void binding.run()} />}
      </View>
      {user.hasWechat && (
        <View className="wechat-card__rows">
          {/* The bound WeChat account may be one of another of our mini programs. */}
          <Row label={submit.label} onTap={() => !submit.disabled && void binding.run()} />
          <Row
            label={unbinding.isPending ? t.unbinding : t.unbind}
            onTap={() => void confirmUnbinding()}
            isDangerous
          />
        </View>
      )}
    </View>
  )
}

function ownMessage(error: unknown, t: (typeof strings)['zh_CN']): string | undefined {
  if (error instanceof ApiError && error.conflict) {
    return error.conflict.ticket === null ? t.conflictUnmergeable : t.conflict
  }
  return errorCodeOf(error) === 'wechat_already_bound' ? t.alreadyBound : undefined
}
