import { v7 as uuidv7 } from 'uuid'
import type { Query } from '../../infra/database/query.ts'
import { sameConsentSql } from '../consents.ts'
import type { PreparedAttempt } from '../identities/wechat-identities.ts'
import type { NewSession } from '../sessions/insert-session.ts'
import type { SessionStart, SessionUser } from '../sessions/sessions.ts'
import { canLogInSql } from '../users/account-state.ts'
import { sessionUserColumns } from '../users/user.ts'

/** What a login brings, apart from the WeChat identity. */
export type LoginDetails = Pick<NewSession, 'consent' | 'device'> & { wechatMs: number }

/** The user of a login, the sessions above the maximum, and the unionid that was stored before. */
export type ReturningUser = SessionUser & { excess_sessions: string[]; previous_unionid: string | null }

/**
 * Logs in a returning user in one statement: last login, session_key, session and audit event, if the user may log in and
 * has agreed to the same documents before.
 *
 * @returns `undefined` otherwise; then no session was created.
 */
export async function logInReturningUser(
  query: Query,
  attempt: PreparedAttempt,
  { consent, device, wechatMs }: LoginDetails,
  { sessionId, now, expiresAt, endsAt, sessionsPerUser }: SessionStart,
): Promise<ReturningUser | undefined> {
  const { appId, openid, unionid, ip, key, sharesAccounts, expectedUserId = null } = attempt
  const auditData = { method: 'wechat', isNewUser: false, wechatMs }
  // The user first: where this waits for a ban, a withdrawal or a deletion, PostgreSQL checks the conditions again on the
  // row that they left. Then the identity, which an unbinding or a merge may have taken away meanwhile.
  // The statement does not see the session that it inserts, so the offset is one less than the maximum.
  const [user] = await query<ReturningUser>`
    WITH matched_user AS (
      UPDATE users SET last_login_at = ${now}, last_login_ip = ${ip}::inet
      FROM wechat_identities AS known
      WHERE known.app_id = ${appId} AND known.openid = ${openid} AND users.id = known.user_id
        AND (${expectedUserId}::uuid IS NULL OR users.id = ${expectedUserId}::uuid) AND ${canLogInSql('users', now)}
        AND EXISTS (
          SELECT FROM consents WHERE consents.user_id = users.id AND ${sameConsentSql(consent.versions, consent.appId)}
            AND consents.created_at >= users.consent_since
        )
      RETURNING ${sessionUserColumns}, known.unionid AS previous_unionid
    ), identity AS (
      UPDATE wechat_identities
      SET session_key_encrypted = ${key.bytes}, session_key_id = ${key.keyId}, session_key_updated_at = ${now},
          unionid = CASE WHEN ${sharesAccounts}::boolean THEN COALESCE(${unionid}, unionid) END
      FROM matched_user WHERE app_id = ${appId} AND openid = ${openid} AND user_id = matched_user.id
      RETURNING user_id
    ), audit AS (
      INSERT INTO audit_events (id, type, at, user_id, session_id, ip, app_id, data)
      SELECT ${uuidv7()}::uuid, 'login', ${now}, user_id, ${sessionId}::uuid, ${ip}::inet, ${appId}, ${auditData}::jsonb
      FROM identity
    ), inserted AS (
      INSERT INTO sessions
        (id, user_id, app_id, openid, refreshed_at, expires_at, ends_at, created_at, ip, device_model, device_system)
      SELECT ${sessionId}::uuid, user_id, ${appId}, ${openid}, ${now}, ${expiresAt}, ${endsAt}, ${now}, ${ip}::inet,
        ${device?.model}, ${device?.system}
      FROM identity
    )
    SELECT matched_user.*, ARRAY(
      SELECT sessions.id FROM sessions
      WHERE sessions.user_id = matched_user.id AND revoked_at IS NULL AND expires_at > ${now}
      ORDER BY refreshed_at DESC, sessions.id DESC OFFSET ${sessionsPerUser - 1}
    ) AS excess_sessions
    FROM matched_user JOIN identity ON identity.user_id = matched_user.id`
  return user
}
