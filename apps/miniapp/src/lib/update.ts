import Taro from '@tarojs/taro'
import { readWechatInfo } from '../session/read-wechat-info.ts'
import { supports } from './supports.ts'

let applyUpdate: (() => void) | null = null

/** Restarts the mini program with a new version. Returns whether WeChat has downloaded one. */
export function applyDownloadedUpdate(): boolean {
  applyUpdate?.()
  return applyUpdate !== null
}

/** Applies a new version once WeChat has downloaded it and `confirm` resolves to true. Call it once, at launch. */
export function offerUpdates(confirm: () => Promise<boolean>): void {
  if (!supports('getUpdateManager')) return
  const manager = readWechatInfo(() => Taro.getUpdateManager())
  manager.onUpdateReady?.(async () => {
    applyUpdate = () => manager.applyUpdate?.()
    // Otherwise WeChat applies the new version at the next cold start.
    if (await confirm()) applyUpdate()
  })
}
