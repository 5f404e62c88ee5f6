import Taro from '@tarojs/taro'
import { wechatInfo } from '../session/read-wechat-info.ts'

/** What WeChat says of this mini program, such as its version and environment; old base libraries say nothing. */
export const miniProgram = (): Partial<Taro.getAccountInfoSync.MiniProgram> =>
  wechatInfo(() => Taro.getAccountInfoSync?.()).miniProgram ?? {}
