import Taro from '@tarojs/taro'
import { createPrivacyQuestion } from './privacy.ts'

/** WeChat's question on this phone. */
export const privacyQuestion = createPrivacyQuestion(Taro.onNeedPrivacyAuthorization)

/** Opens the guide that WeChat keeps for this mini program. */
export const openPrivacyGuide = (): void => Taro.openPrivacyContract()
