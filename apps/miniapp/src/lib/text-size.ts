import Taro from '@tarojs/taro'
import { readWechatInfo } from '../session/read-wechat-info.ts'

export type TextSize = 'standard' | 'large' | 'largest'

/** From WeChat's font size setting in px, which WeChat applies to its own lists but not to pages. */
export function textSizeFor(fontSizeSetting: number | undefined): TextSize {
  if (fontSizeSetting === undefined || fontSizeSetting < 18) return 'standard'
  return fontSizeSetting < 21 ? 'large' : 'largest'
}

/** Taro's types lack this field. */
const { fontSizeSetting } = readWechatInfo(() => Taro.getAppBaseInfo?.()) as { fontSizeSetting?: number }

/** WeChat restarts mini programs when its font size changes. */
export const textSize: TextSize = textSizeFor(fontSizeSetting)
