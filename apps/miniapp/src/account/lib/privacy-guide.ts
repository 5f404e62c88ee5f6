import Taro from '@tarojs/taro'
import { supports } from '../../lib/supports.ts'

/** Whether WeChat can show the mini program's privacy guidelines: from base library 2.32.3. */
export const hasPrivacyGuide = (): boolean => supports('openPrivacyContract')

/** Calls `onFail` if WeChat is too old or the team has not written them. */
export function openPrivacyGuide(onFail: () => void): void {
  if (!Taro.openPrivacyContract) {
    onFail()
    return
  }
  // Taro also rejects after it has called `fail`.
  void Promise.resolve(Taro.openPrivacyContract({ fail: () => onFail() })).catch(() => {})
}

/** Tells the name that WeChat gives the privacy guidelines; does nothing if WeChat has none. */
export function readGuideName(onName: (name: string) => void): void {
  Taro.getPrivacySetting?.({
    success: ({ privacyContractName }) => {
      if (privacyContractName) onName(privacyContractName)
    },
    fail: () => {},
  })
}
