import type { Consent } from '@repo/shared'

/** What the users of the tests have agreed to. */
export const consent: Consent = { agreementVersion: '2026-11-01', privacyVersion: '2026-11-02' }

const logins = /^POST \/v1\/auth\/(login|phone-login|password-login|register)$/

/** A body of a login carries the consent, unless the test says otherwise; `undefined` leaves it out. */
export const withConsent = (key: string, body: unknown): unknown =>
  logins.test(key) &&
  typeof body === 'object' &&
  body !== null &&
  !Buffer.isBuffer(body) &&
  !Array.isArray(body)
    ? { consent, ...body }
    : body
