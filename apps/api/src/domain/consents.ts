import type { Consent, RequiredConsent } from '@repo/shared'
import { v7 as uuidv7 } from 'uuid'
import { Prisma } from '../infra/database/generated/client.ts'
import type { Query } from '../infra/database/query.ts'
import { ApiError } from '../utils/api-error.ts'
import { lockUser } from './locks.ts'
import { assertNotBanned } from './users/account-state.ts'
import type { UserRow } from './users/user.ts'

/** How a user agreed. */
export type ConsentMethod = 'wechat' | 'phone' | 'password' | 'registration' | 'renewal'

/** A consent to store, as a login or a refresh carries it. */
export type NewConsent = {
  userId: string
  consent: Consent
  method: ConsentMethod
  /** The mini program in which the user agreed; `null` where the session does not name it. */
  appId: string | null
  sessionId: string
  ip: string
  /** A login without a tap repeats an earlier consent; it gives none after a withdrawal. */
  isSilent: boolean
}

export type Consents = {
  /**
   * Checks the versions that a client sends, before anything is used up.
   *
   * @throws ApiError `invalid_request` for days far ahead, `consent_outdated` for documents older than required.
   */
  assertAcceptable(consent: Consent): void
  /** Whether the user has to agree to newer documents. */
  isOutdated(user: Pick<UserRow, 'agreement_version' | 'privacy_version'>): boolean
  /** The same as a condition of SQL: true where the consent is new enough. @param alias of `users`. */
  currentSql(alias: string): Prisma.Sql
  outdatedError(userId?: string): ApiError
  /** Stores a consent unless it is stored already. Locks the user. For the transaction of the login. */
  store(query: Query, consent: NewConsent): Promise<void>
  /** Stores a withdrawal. The caller has locked the user. */
  withdraw(query: Query, user: UserRow, ip: string): Promise<void>
}

/** Documents are announced before they apply: a client may have tomorrow's. */
const maximumDaysAhead = 31

export function createConsents(required: RequiredConsent): Consents {
  const { agreementVersion, privacyVersion } = required

  const isBelow = (agreement: string | null, privacy: string | null) =>
    isOlder(agreement, agreementVersion) || isOlder(privacy, privacyVersion)

  const outdatedError = (userId?: string) =>
    new ApiError('consent_outdated', {
      requiredConsent: required,
      ...(userId === undefined ? {} : { userId }),
    })

  return {
    assertAcceptable(consent) {
      const latest = dayAhead(maximumDaysAhead)
      for (const name of ['agreementVersion', 'privacyVersion'] as const) {
        const limit = [latest, required[name] ?? latest].sort().at(-1) ?? latest
        if (consent[name] > limit)
          throw new ApiError('invalid_request', { detail: `body/consent/${name} is too far in the future` })
      }
      if (isBelow(consent.agreementVersion, consent.privacyVersion)) throw outdatedError()
    },
    isOutdated: (user) => isBelow(user.agreement_version, user.privacy_version),
    currentSql(alias) {
      const users = Prisma.raw(alias)
      return Prisma.sql`(${agreementVersion}::text IS NULL OR ${users}.agreement_version >= ${agreementVersion})
        AND (${privacyVersion}::text IS NULL OR ${users}.privacy_version >= ${privacyVersion})`
    },
    outdatedError,
    async store(query, { userId, consent, method, appId, sessionId, ip, isSilent }) {
      const user = await lockUser(query, userId)
      if (!user) throw new ApiError('session_revoked')
      assertNotBanned(user)
      const since = user.consent_since
      if (isSilent && since === null) throw new ApiError('session_revoked', { userId })
      const known = await query`
        SELECT FROM consents WHERE user_id = ${userId}::uuid AND ${sameConsentSql(consent, appId)}
          AND created_at >= ${since}::timestamptz LIMIT 1`
      if (known.length > 0) return
      const now = new Date()
      const { agreementVersion, privacyVersion } = consent
      await query`
        WITH stored AS (
          INSERT INTO consents (id, user_id, agreement_version, privacy_version, method, app_id, created_at)
          VALUES (${uuidv7()}::uuid, ${userId}::uuid, ${agreementVersion}, ${privacyVersion}, ${method}, ${appId}, ${now})
        ), audit AS (
          INSERT INTO audit_events (id, type, at, user_id, session_id, ip, app_id, data)
          VALUES (${uuidv7()}::uuid, 'consent_given', ${now}, ${userId}::uuid, ${sessionId}::uuid, ${ip}::inet, ${appId},
            ${{ agreementVersion, privacyVersion, method }}::jsonb)
        )
        UPDATE users SET consent_since = COALESCE(consent_since, ${now}::timestamptz),
          agreement_version = GREATEST(agreement_version, ${agreementVersion}),
          privacy_version = GREATEST(privacy_version, ${privacyVersion})
        WHERE id = ${userId}::uuid`
    },
    async withdraw(query, { id: userId, consent_since, agreement_version, privacy_version }, ip) {
      // Withdrawn already, or never given: a second row would say nothing.
      if (consent_since === null) return
      const now = new Date()
      const versions = { agreementVersion: agreement_version, privacyVersion: privacy_version }
      await query`
        WITH stored AS (
          INSERT INTO consents (id, user_id, agreement_version, privacy_version, method, created_at)
          VALUES (${uuidv7()}::uuid, ${userId}::uuid, ${agreement_version}, ${privacy_version}, 'withdrawal',
            ${now}::timestamptz)
        ), audit AS (
          INSERT INTO audit_events (id, type, at, user_id, ip, data)
          VALUES (${uuidv7()}::uuid, 'consent_withdrawn', ${now}::timestamptz, ${userId}::uuid, ${ip}::inet,
            ${JSON.stringify(versions)}::jsonb)
        )
        UPDATE users SET consent_since = NULL, agreement_version = NULL, privacy_version = NULL
        WHERE id = ${userId}::uuid`
    },
  }
}

/** Whether a row of `consents` stands for this consent in this mini program. */
export const sameConsentSql = (
  { agreementVersion, privacyVersion }: Consent,
  appId: string | null,
): Prisma.Sql => Prisma.sql`consents.method <> 'withdrawal' AND consents.app_id IS NOT DISTINCT FROM ${appId}::text
  AND consents.agreement_version = ${agreementVersion} AND consents.privacy_version = ${privacyVersion}`

/** Versions are days, which sort as texts. */
const isOlder = (version: string | null, required: string | null) =>
  required !== null && (version === null || version < required)

/** The latest day that it is anywhere, and some days more. */
const dayAhead = (days: number) =>
  new Date(Date.now() + (days + 1) * 24 * 60 * 60 * 1000).toISOString().slice(0, 10)
