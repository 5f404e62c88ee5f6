import Taro from '@tarojs/taro'
import { createObservable, type Observable } from './observable.ts'

const connected = createObservable(true)

/** Whether the phone has a network; true until WeChat reports otherwise. */
export const isConnected: Observable<boolean> = connected

/** Call it once, at launch. */
export function watchNetwork(): void {
  Taro.onNetworkStatusChange?.((status) => connected.set(status?.isConnected ?? true))
  // WeChat reports changes only, not the state at launch.
  Taro.getNetworkType?.()
    .then(({ networkType }) => connected.set(networkType !== 'none'))
    .catch(() => {})
}
