import type { SessionInfo } from '@repo/shared'
import { View } from '@tarojs/components'
import { Notice } from '../../components/error-message.tsx'
import { useAction } from '../../hooks/use-mutation.ts'
import { dateTimeOf } from '../../i18n/format-user.ts'
import { useText, useWords } from '../../i18n/index.ts'
import { confirm } from '../../lib/dialogs.ts'
import { ApiProblem, useSession } from '../../session/index.ts'
import { useProof } from '../components/password-prompt.tsx'
import { words } from './strings.ts'

type Props = {
  device: SessionInfo
  isRemoved: boolean
  /** Takes it out of view before the server has answered. */
  onRemove: () => void
  /** The server has not done it. */
  onUndo: () => void
}

/** One device, which can be logged out from here unless it is this one. */
export function Device({ device, isRemoved, onRemove, onUndo }: Props) {
  const text = useText()
  const own = useWords(words)
  const { session } = useSession()
  const { withProof } = useProof()
  const { id, deviceModel, deviceSystem, ipMasked, createdAt, lastSeenAt, isCurrent } = device
  const name = deviceModel ?? own.unknownModel

  const removal = useAction(async () => {
    onRemove()
    try {
      await withProof((proof) =>
        session.request('POST /v1/me/sessions/:id/revoke', { params: { id }, body: { proof } }),
      )
    } catch (error) {
      // It was gone already, and that is what the person wanted.
      if (error instanceof ApiProblem && error.code === 'not_found') return
      onUndo()
      throw error
    }
  })

  async function ask() {
    const question = {
      title: own.removeTitle,
      body: own.removeBody(name),
      confirm: own.removeConfirm,
      cancel: own.cancel,
      isDangerous: true,
    }
    if (await confirm(question)) await removal.run()
  }

  if (isRemoved) return null
  return (
    <View className="device">
      <View className="device__name">
        <View className="device__model">{name}</View>
        {isCurrent && <View className="device__mark">{own.thisDevice}</View>}
      </View>
      {!isCurrent && (
        <View
          className="device__remove"
          hoverClass="device__remove--pressed"
          ariaRole="button"
          ariaLabel={`${own.remove} ${name}`}
          onClick={() => void ask()}
        >
          {own.remove}
        </View>
      )}
      <View className="device__facts">
        <View>{[deviceSystem, ipMasked].filter(Boolean).join(' · ')}</View>
        <View>{own.lastSeen(dateTimeOf(lastSeenAt, text))}</View>
        <View>{own.since(dateTimeOf(createdAt, text))}</View>
      </View>
      {removal.error !== null && (
        <View className="device__problem">
          <Notice error={removal.error} />
        </View>
      )}
    </View>
  )
}
