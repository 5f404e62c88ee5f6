import { type Static, Type } from 'typebox'
import { Day, Nullable } from './schemas.ts'

/**
 * The documents that the user has agreed to, by the versions that the user saw. A version is the day from which the document
 * applies; the API rejects days that are too far ahead.
 */
export const Consent = Type.Object({ agreementVersion: Day(), privacyVersion: Day() })
export type Consent = Static<typeof Consent>

/** The oldest versions that the API accepts; `null` where it accepts any. With `consent_outdated` alone. */
export const RequiredConsent = Type.Object({
  agreementVersion: Nullable(Type.String()),
  privacyVersion: Nullable(Type.String()),
})
export type RequiredConsent = Static<typeof RequiredConsent>
