import { View } from '@tarojs/components'
import { useEffect } from 'react'
import { useMessages } from '../i18n/index.ts'
import { isConnected } from '../lib/network.ts'
import { useObservable } from '../lib/observable.ts'
import { ActionButton } from './action-button.tsx'
import { ErrorMessage } from './error-message.tsx'

type Props = {
  error: unknown
  /** Shown without a network. Absent: nothing, since older content stays visible below the offline banner. */
  offlineMessage?: string | undefined
  onRetry: () => void
}

/** A failed load with a retry button. Retries by itself when the network is back. */
export function ErrorState({ error, offlineMessage, onRetry }: Props) {
  const { common } = useMessages()
  const isOnline = useObservable(isConnected)
  useEffect(
    () =>
      isConnected.subscribe(() => {
        if (isConnected.get()) onRetry()
      }),
    [onRetry],
  )
  if (!isOnline && !offlineMessage) return null
  return (
    <View className="card">
      <ErrorMessage error={error} message={isOnline ? null : offlineMessage} />
      <ActionButton variant="soft" label={common.retry} onTap={onRetry} />
    </View>
  )
}
