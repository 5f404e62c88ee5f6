import type { SessionInfo } from '@repo/shared'
import { View } from '@tarojs/components'
import { ErrorMessage } from '../../components/error-message.tsx'
import { useMutation } from '../../hooks/use-mutation.ts'
import { formatDateTime } from '../../i18n/format-user.ts'
import { useMessages, useStrings } from '../../i18n/index.ts'
import { confirm } from '../../lib/dialogs.ts'
import { useSession } from '../../session/index.ts'
import { logOutDevice } from '../api.ts'
import { useProof } from '../components/password-prompt.tsx'
import { errorCodeOf } from '../lib/error-code.ts'
import { strings } from './strings.ts'

type Props = {
  device: SessionInfo
  isRemoved: boolean
  /** Hides the device before the server responds. */
  onRemove: () => void
  /** Shows it again after a failure. */
  onUndo: () => void
}

/** A device, with a button to log it out unless it is this one. */
export function Device({ device, isRemoved, onRemove, onUndo }: Props) {
  const messages = useMessages()
  const t = useStrings(strings)
  const { session } = useSession()
  const { withProof } = useProof()
  const { id, deviceModel, deviceSystem, ipMasked, createdAt, lastSeenAt, isCurrent } = device
  const name = deviceModel ?? t.unknownModel

  const removal = useMutation(async () => {
    onRemove()
    try {
      await withProof((proof) => logOutDevice(session, id, proof))
    } catch (error) {
      // The device has logged out already.
      if (errorCodeOf(error) === 'not_found') return
      onUndo()
      throw error
    }
  })

  async function confirmRemoval() {
    const dialog = {
      title: t.removeTitle,
      body: t.removeBody(name),
      confirm: t.removeConfirm,
      cancel: t.cancel,
      isDangerous: true,
    }
    if (await confirm(dialog)) await removal.run()
  }

  if (isRemoved) return null
  return (
    <View className="device">
      <View className="device__name">
        <View className="device__model">{name}</View>
        {isCurrent && <View className="device__badge">{t.thisDevice}</View>}
      </View>
      {!isCurrent && (
        <View
          className="device__remove"
          hoverClass="device__remove--active"
          ariaRole="button"
          ariaLabel={`${t.remove} ${name}`}
          onClick={() => void confirmRemoval()}
        >
          {t.remove}
        </View>
      )}
      <View className="device__details">
        <View>{[deviceSystem, ipMasked].filter(Boolean).join(' · ')}</View>
        <View>{t.lastSeen(formatDateTime(lastSeenAt, messages))}</View>
        <View>{t.since(formatDateTime(createdAt, messages))}</View>
      </View>
      {removal.error !== null && (
        <View className="device__error">
          <ErrorMessage error={removal.error} />
        </View>
      )}
    </View>
  )
}
