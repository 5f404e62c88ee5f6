import Taro from '@tarojs/taro'
import { supports } from '../../lib/supports.ts'

/** Whether WeChat can show the guide that it keeps for this mini program: not before base library 2.32.3. */
export const hasPrivacyGuide = (): boolean => supports('openPrivacyContract')

/** Opens that guide. Calls `onFail` where WeChat cannot show one: it is too old, or the team has written none yet. */
export function openPrivacyGuide(onFail: () => void): void {
  if (!Taro.openPrivacyContract) {
    onFail()
    return
  }
  // Taro also rejects after `fail`, which has been heard already.
  void Promise.resolve(Taro.openPrivacyContract({ fail: () => onFail() })).catch(() => {})
}
