import { View } from '@tarojs/components'
import { useMessages } from '../i18n/index.ts'
import { isConnected } from '../lib/network.ts'
import { useObservable } from '../lib/observable.ts'
import './offline-banner.css'

export function OfflineBanner() {
  const { common } = useMessages()
  if (useObservable(isConnected)) return null
  return (
    <View className="offline-banner" ariaRole="status">
      {common.offline}
    </View>
  )
}
