import Taro from '@tarojs/taro'
import { wechatInfo } from '../session/read-wechat-info.ts'
import { supports } from './supports.ts'

/**
 * Takes a new version as soon as WeChat has it and the person wants it, which `ask` finds out. To be called once, at
 * launch; old phones have no such manager.
 */
export function offerUpdates(ask: () => Promise<boolean>): void {
  if (!supports('getUpdateManager')) return
  const manager = wechatInfo(() => Taro.getUpdateManager())
  manager.onUpdateReady?.(async () => {
    // Otherwise WeChat takes the new version at the next cold start.
    if (await ask()) manager.applyUpdate?.()
  })
}
