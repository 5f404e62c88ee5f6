import { asyncApis, type Options } from '../runtime/async-api.ts'
import type { CallLog } from '../runtime/call-log.ts'
import type { Privacy, PrivacyListener } from '../sheets/privacy.ts'

/** `wx.getPrivacySetting` and its kin. */
export function createPrivacyApis(privacy: Privacy, log: CallLog): Record<string, unknown> {
  const apis = asyncApis(log, {
    getPrivacySetting: () => ({
      needAuthorization: privacy.state() === 'needed',
      privacyContractName: privacy.contractName,
    }),
    openPrivacyContract: () => void privacy.openContract(),
    requirePrivacyAuthorize: () => privacy.require('requirePrivacyAuthorize'),
  })
  return {
    ...apis,
    // It knows callbacks alone.
    requirePrivacyAuthorize: (options: Options = {}) =>
      apis.requirePrivacyAuthorize?.({ success: () => {}, ...options }),
    onNeedPrivacyAuthorization: (listener: PrivacyListener) => privacy.listen(listener),
  }
}
