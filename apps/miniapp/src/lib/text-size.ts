import Taro from '@tarojs/taro'
import { wechatInfo } from '../session/read-wechat-info.ts'

/** How large the person wants to read. */
export type TextSize = 'standard' | 'large' | 'largest'

/** By WeChat's own setting, in px: WeChat draws its lists with 16 or 17, and leaves pages alone. */
export function textSizeFor(fontSizeSetting: number | undefined): TextSize {
  if (fontSizeSetting === undefined || fontSizeSetting < 18) return 'standard'
  return fontSizeSetting < 21 ? 'large' : 'largest'
}

/** Taro's types do not know it yet. */
const { fontSizeSetting } = wechatInfo(() => Taro.getAppBaseInfo?.()) as { fontSizeSetting?: number }

/** As it is set in WeChat, which restarts mini programs when that changes. */
export const textSize: TextSize = textSizeFor(fontSizeSetting)
