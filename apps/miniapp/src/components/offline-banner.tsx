import { View } from '@tarojs/components'
import { useObservable } from '../observable.ts'
import { isConnected } from '../platform/network.ts'
import { useText } from '../text/index.ts'
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
