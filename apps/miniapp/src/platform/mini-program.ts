import Taro from '@tarojs/taro'

/** What WeChat says of this mini program, such as its version and environment; old base libraries say nothing. */
export const miniProgram = (): Partial<Taro.getAccountInfoSync.MiniProgram> =>
  Taro.getAccountInfoSync?.().miniProgram ?? {}
