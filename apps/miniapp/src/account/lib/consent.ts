import type { Consent, RequiredConsent } from '@repo/shared'
import { legal } from '../legal.ts'

/** The documents of this version of the mini program, as a login sends them once the user has agreed. */
export const currentConsent = (): Consent => ({
  agreementVersion: legal.agreement.version,
  privacyVersion: legal.privacy.version,
})

/** Whether this version of the mini program has documents as new as the API requires. */
export function hasRequiredDocuments({ agreementVersion, privacyVersion }: RequiredConsent): boolean {
  const isNewEnough = (version: string, required: string | null) => required === null || version >= required
  return (
    isNewEnough(legal.agreement.version, agreementVersion) &&
    isNewEnough(legal.privacy.version, privacyVersion)
  )
}
