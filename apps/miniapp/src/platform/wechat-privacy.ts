import Taro from '@tarojs/taro'
import { createPrivacyQuestion } from './privacy.ts'

/** WeChat's question on this phone. */
export const privacyQuestion = createPrivacyQuestion(Taro.onNeedPrivacyAuthorization)

/** Whether WeChat can show the guide that it keeps for this mini program: not before base library 2.32.3. */
export const hasPrivacyGuide = (): boolean => Taro.canIUse('openPrivacyContract')

/** Opens that guide. `onFail`: WeChat did not, as where the mini program's owner has written none. */
export const openPrivacyGuide = (onFail?: () => void): void =>
  Taro.openPrivacyContract({ fail: () => onFail?.() })
