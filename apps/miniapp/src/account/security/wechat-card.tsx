import type { Me, Proof } from '@repo/shared'
import { View } from '@tarojs/components'
import { ActionButton } from '../../components/action-button.tsx'
import { Notice } from '../../components/error-message.tsx'
import { Row } from '../../components/row.tsx'
import { useWait } from '../../hooks/use-countdown.ts'
import { useAction } from '../../hooks/use-mutation.ts'
import { useText, useWords } from '../../i18n/index.ts'
import { confirm, tell } from '../../lib/dialogs.ts'
import { ApiProblem, useSession } from '../../session/index.ts'
import { useProof } from '../components/password-prompt.tsx'
import { codeOf } from '../lib/error-code.ts'
import { offerMerge } from '../lib/merge-offer.ts'
import { words as wordsOfLogin } from '../login/strings.ts'
import { words } from './strings.ts'
import './wechat-card.css'

type Props = {
  user: Me
  onChange: (user: Me) => void
  /** The person wants to set the password without which WeChat cannot go. */
  onPasswordNeeded: () => void
}

/** Whether WeChat leads to this account, and how to change that. */
export function WechatCard({ user, onChange, onPasswordNeeded }: Props) {
  const text = useText()
  const loginWords = useWords(wordsOfLogin)
  const own = useWords(words)
  const { session } = useSession()
  const { withProof, withPassword } = useProof()

  const send = async (proof?: Proof) =>
    session.request('PUT /v1/me/wechat', {
      body: { ...(await session.wechatProof()), ...(proof && { proof }) },
    })

  /** A WeChat account that leads here already proves itself; any other needs the password. */
  async function bind(): Promise<unknown> {
    if (session.loginMethod() === 'password') return withPassword(send)
    try {
      return await send()
    } catch (error) {
      if (codeOf(error) !== 'proof_required' || user.username === null) throw error
      return withPassword(send)
    }
  }

  const binding = useAction(async () => {
    unbinding.clearError()
    await bind()
    onChange({ ...user, hasWechat: true })
    tell(own.bound)
  })
  const unbinding = useAction(async () => {
    binding.clearError()
    await withProof((proof) => session.request('POST /v1/me/wechat/unbind', { body: { proof } }))
    onChange({ ...user, hasWechat: false })
    tell(own.unbound)
  })

  async function askAndUnbind(): Promise<void> {
    const { username } = user
    const { cancel } = text.common
    if (username === null) {
      const question = { title: own.passwordFirstTitle, body: own.passwordFirstBody, cancel }
      if (await confirm({ ...question, confirm: own.passwordFirstConfirm })) onPasswordNeeded()
      return
    }
    const question = {
      title: own.unbindTitle,
      body: own.unbindBody(username),
      confirm: own.unbindConfirm,
      cancel,
      isDangerous: true,
    }
    if (await confirm(question)) await unbinding.run()
  }

  const wait = useWait(binding.error)
  const error = binding.error ?? unbinding.error
  const conflict = error instanceof ApiProblem ? error.conflict : null
  const bindLabel = binding.isBusy ? own.binding : wait > 0 ? loginWords.wait(wait) : own.bind

  return (
    <View className="card">
      <View className="wechat-card__head">
        <View className="card__title">{own.wechat}</View>
        <View className="wechat-card__state">{user.hasWechat ? own.isBound : own.isNotBound}</View>
      </View>
      <View className="card__body">{user.hasWechat ? own.boundLead : own.unboundLead}</View>
      <View className="wechat-card__actions">
        {error !== null && <Notice error={error} words={wordsOf(error, own)} />}
        {conflict?.ticket && (
          <View className="wechat-card__merge">
            <ActionButton look="primary" label={own.merge} onPress={() => void offerMerge(conflict)} />
          </View>
        )}
        {!user.hasWechat && (
          <ActionButton
            look="soft"
            label={bindLabel}
            isBusy={binding.isBusy}
            isIdle={wait > 0}
            onPress={() => void binding.run()}
          />
        )}
      </View>
      {user.hasWechat && (
        <View className="wechat-card__rows">
          {/* Bound may be the WeChat of another of our mini programs. */}
          <Row name={bindLabel} onPress={() => wait === 0 && void binding.run()} />
          <Row
            name={unbinding.isBusy ? own.unbinding : own.unbind}
            onPress={() => void askAndUnbind()}
            isDangerous
          />
        </View>
      )}
    </View>
  )
}

function wordsOf(error: unknown, own: (typeof words)['zh_CN']): string | undefined {
  if (error instanceof ApiProblem && error.conflict) {
    return error.conflict.ticket === null ? own.conflictForGood : own.conflict
  }
  return codeOf(error) === 'wechat_already_bound' ? own.alreadyBound : undefined
}
