import { View } from '@tarojs/components'
import { useText } from '../i18n/index.ts'
import { isConnected } from '../lib/network.ts'
import { useObservable } from '../lib/observable.ts'
import './offline-banner.css'

/** Says that there is no network, as long as there is none. */
export function OfflineBanner() {
  const { common } = useText()
  if (useObservable(isConnected)) return null
  return (
    <View className="offline-banner" ariaRole="status">
      {common.offline}
    </View>
  )
}
