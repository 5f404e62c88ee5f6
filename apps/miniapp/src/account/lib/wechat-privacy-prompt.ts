import Taro from '@tarojs/taro'
import { createPrivacyQuestion } from './privacy-prompt.ts'

/**
 * WeChat's question on this phone. Only pages of this sub-package meet it: the login's phone button accepts the
 * privacy guide by its own press.
 */
export const privacyQuestion = createPrivacyQuestion(Taro.onNeedPrivacyAuthorization)
