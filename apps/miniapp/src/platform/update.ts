import Taro from '@tarojs/taro'

/**
 * Takes a new version as soon as WeChat has it and the person wants it, which `ask` finds out. To be called once, at
 * launch; old phones have no such manager.
 */
export function offerUpdates(ask: () => Promise<boolean>): void {
  if (!Taro.canIUse?.('getUpdateManager')) return
  const manager = Taro.getUpdateManager()
  manager.onUpdateReady(async () => {
    // Otherwise WeChat takes the new version at the next cold start.
    if (await ask()) manager.applyUpdate()
  })
}
