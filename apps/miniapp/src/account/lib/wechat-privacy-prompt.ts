import Taro from '@tarojs/taro'
import { createPrivacyPrompt } from './privacy-prompt.ts'

/** For the pages of this sub-package. The login's phone button accepts the privacy guidelines with its own tap. */
export const privacyPrompt = createPrivacyPrompt(Taro.onNeedPrivacyAuthorization)
