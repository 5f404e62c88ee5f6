import Taro from '@tarojs/taro'

/** Whether WeChat can show the guide that it keeps for this mini program: not before base library 2.32.3. */
export const hasPrivacyGuide = (): boolean => Taro.canIUse?.('openPrivacyContract') ?? false

/** Opens that guide. `onFail`: WeChat did not, as where the mini program's owner has written none. */
export const openPrivacyGuide = (onFail?: () => void): void =>
  Taro.openPrivacyContract?.({ fail: () => onFail?.() })
