import type { Consent, LoginBody } from '@repo/shared'
import { v7 as uuidv7 } from 'uuid'
import type { Query } from '../../infra/database/query.ts'
import { type ConsentMethod, sameConsentSql } from '../consents.ts'
import type { WechatIdentity } from '../identities/wechat-identity.ts'
import { canLogInSql } from '../users/account-state.ts'
import type { UserRow } from '../users/user.ts'

/** The session to create after a successful login. */
export type NewSession = {
  userId: string
  /** The WeChat identity that logged in; `null` after a login by password alone. */
  identity: WechatIdentity | null
  auditData: { method: 'wechat' | 'phone' | 'password'; isNewUser: boolean; wechatMs?: number }
  /** What the user agreed to. The session is created if it is stored, and with it. */
  consent: { versions: Consent; method: ConsentMethod; appId: string; isSilent: boolean }
  device: LoginBody['device'] | undefined
  ip: string
}

/** When a session begins and ends. */
export type SessionTimes = { now: Date; expiresAt: Date; endsAt: Date }

/** The user of a login, and whether the session was created. */
export type LoggedInUser = UserRow & {
  /** The sessions above the maximum. */
  excess_sessions: string[]
  /** Whether the consent that the login carries is stored, since the last withdrawal. */
  has_consent: boolean
  created: boolean
}

/**
 * Creates a session in one statement, if its user may log in and the consent is stored.
 *
 * @returns `undefined` when there is no such user.
 */
export async function insertSession(
  query: Query,
  sessionId: string,
  { userId, identity, auditData, consent, device, ip }: NewSession,
  { now, expiresAt, endsAt, sessionsPerUser }: SessionTimes & { sessionsPerUser: number },
): Promise<LoggedInUser | undefined> {
  // The lock waits for a concurrent ban, which changes the user before it ends the sessions: either it finds this
  // session, or this one is not created. Likewise with a withdrawal, and with the identity, which an unbinding deletes.
  // The statement does not see the session that it inserts, so the offset is one less than the maximum.
  const [user] = await query<LoggedInUser>`
    WITH matched_user AS (
      SELECT * FROM users WHERE id = ${userId}::uuid FOR SHARE
    ), identity AS (
      SELECT FROM matched_user JOIN wechat_identities ON user_id = matched_user.id
      WHERE app_id = ${identity?.appId} AND openid = ${identity?.openid} FOR KEY SHARE OF wechat_identities
    ), stored_consent AS (
      SELECT FROM matched_user JOIN consents ON consents.user_id = matched_user.id
      WHERE ${sameConsentSql(consent.versions, consent.appId)} AND consents.created_at >= matched_user.consent_since
      LIMIT 1
    ), allowed_user AS (
      SELECT id FROM matched_user AS users
      WHERE ${canLogInSql('users', now)} AND (${identity?.openid}::text IS NULL OR EXISTS (SELECT FROM identity))
        AND EXISTS (SELECT FROM stored_consent)
    ), audit AS (
      INSERT INTO audit_events (id, type, at, user_id, session_id, ip, app_id, data)
      SELECT ${uuidv7()}::uuid, 'login', ${now}, id, ${sessionId}::uuid, ${ip}::inet, ${identity?.appId},
        ${auditData}::jsonb
      FROM allowed_user
    ), inserted AS (
      INSERT INTO sessions
        (id, user_id, app_id, openid, refreshed_at, expires_at, ends_at, created_at, ip, device_model, device_system)
      SELECT ${sessionId}::uuid, id, ${identity?.appId}, ${identity?.openid}, ${now}, ${expiresAt}, ${endsAt}, ${now},
        ${ip}::inet, ${device?.model}, ${device?.system}
      FROM allowed_user
    )
    SELECT *, ARRAY(
      SELECT id FROM sessions WHERE user_id = ${userId}::uuid AND revoked_at IS NULL AND expires_at > ${now}
      ORDER BY refreshed_at DESC, id DESC OFFSET ${sessionsPerUser - 1}
    ) AS excess_sessions, EXISTS (SELECT FROM allowed_user) AS created,
      EXISTS (SELECT FROM stored_consent) AS has_consent
    FROM matched_user`
  return user
}
