import Taro from '@tarojs/taro'
import { readWechatInfo } from '../session/read-wechat-info.ts'

/** The version and environment of this mini program; empty on old base libraries. */
export const miniProgram = (): Partial<Taro.getAccountInfoSync.MiniProgram> =>
  readWechatInfo(() => Taro.getAccountInfoSync?.()).miniProgram ?? {}
