import Taro from '@tarojs/taro'
import { supports } from '../../lib/supports.ts'

/** Whether WeChat can show its privacy guide: from base library 2.32.3. */
export const hasPrivacyGuide = (): boolean => supports('openPrivacyContract')

/** Calls `onFail` if WeChat is too old or the team has not written a guide. */
export function openPrivacyGuide(onFail: () => void): void {
  if (!Taro.openPrivacyContract) {
    onFail()
    return
  }
  // Taro also rejects after it has called `fail`.
  void Promise.resolve(Taro.openPrivacyContract({ fail: () => onFail() })).catch(() => {})
}
