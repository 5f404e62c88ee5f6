import type { Consent } from '@repo/shared'

/** What the user of a test has agreed to. */
export const consent: Consent = { agreementVersion: '2026-11-01', privacyVersion: '2026-11-02' }
