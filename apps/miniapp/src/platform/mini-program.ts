import Taro from '@tarojs/taro'

/** What this mini program is to WeChat: `develop`, `trial` or `release`; old base libraries do not say. */
export const environment = (): string | undefined => Taro.getAccountInfoSync?.().miniProgram?.envVersion
