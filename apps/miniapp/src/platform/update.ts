import Taro from '@tarojs/taro'

/** What the person is asked when a new version has been downloaded. */
export type UpdateWords = { title: string; body: string; restart: string; later: string }

/** Offers a new version as soon as WeChat has it. To be called once, at launch; old phones have no such manager. */
export function offerUpdates(words: () => UpdateWords): void {
  if (!Taro.canIUse?.('getUpdateManager')) return
  const manager = Taro.getUpdateManager()
  manager.onUpdateReady(async () => {
    const { title, body, restart, later } = words()
    const { confirm } = await Taro.showModal({
      title,
      content: body,
      confirmText: restart,
      cancelText: later,
    })
    // Otherwise WeChat takes the new version at the next cold start.
    if (confirm) manager.applyUpdate()
  })
}
