import Taro from '@tarojs/taro'
import { readWechatInfo } from '../session/read-wechat-info.ts'
import { supports } from './supports.ts'

/** Applies a new version once WeChat has downloaded it and `confirm` resolves to true. Call it once, at launch. */
export function offerUpdates(confirm: () => Promise<boolean>): void {
  if (!supports('getUpdateManager')) return
  const manager = readWechatInfo(() => Taro.getUpdateManager())
  manager.onUpdateReady?.(async () => {
    // Otherwise WeChat applies the new version at the next cold start.
    if (await confirm()) manager.applyUpdate?.()
  })
}
