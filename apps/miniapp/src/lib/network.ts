import Taro from '@tarojs/taro'
import { createVariable, type Observable } from './observable.ts'

const connected = createVariable(true)

/** Whether the phone has a network; taken for granted until WeChat says otherwise. */
export const isConnected: Observable<boolean> = connected

/** To be called once, at launch. */
export function watchNetwork(): void {
  Taro.onNetworkStatusChange?.((status) => connected.set(status?.isConnected ?? true))
  // Nobody has asked yet whether there was one at the start.
  Taro.getNetworkType?.()
    .then(({ networkType }) => connected.set(networkType !== 'none'))
    .catch(() => {})
}
