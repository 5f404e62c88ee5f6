import { View } from '@tarojs/components'
import { useEffect } from 'react'
import { useText } from '../i18n/index.ts'
import { isConnected } from '../lib/network.ts'
import { useObservable } from '../lib/observable.ts'
import { ActionButton } from './action-button.tsx'
import { Notice } from './error-message.tsx'

type Props = {
  error: unknown
  /** What to say while there is no network. Absent: nothing, for what was there before stays in view. */
  offlineWords?: string | undefined
  onRetry: () => void
}

/**
 * What the server has did not come: why, and a way to try again. While there is no network, the banner over the page
 * has said why, and what is in view is all there is to be had. It is tried again by itself when the network is back.
 */
export function LoadFailed({ error, offlineWords, onRetry }: Props) {
  const { common } = useText()
  const isOnline = useObservable(isConnected)
  useEffect(
    () =>
      isConnected.subscribe(() => {
        if (isConnected.get()) onRetry()
      }),
    [onRetry],
  )
  if (!isOnline && !offlineWords) return null
  return (
    <View className="card">
      <Notice error={error} words={isOnline ? null : offlineWords} />
      <ActionButton look="soft" label={common.retry} onPress={onRetry} />
    </View>
  )
}
