import type { LoginBody, RefreshResult } from '@repo/shared'
import { v7 as uuidv7 } from 'uuid'
import { isAdmitted, refuseBanned } from '../account/ban.ts'
import type { ToUser, UserRow } from '../account/user-row.ts'
import { appendAuditEntry } from '../audit/audit-log.ts'
import type { Config } from '../config.ts'
import type { CheckNicknameAgain } from '../content/check-nickname.ts'
import type { Database } from '../database/database.ts'
import { Prisma } from '../database/generated/client.ts'
import { queryIn } from '../database/query.ts'
import type { PersonLimits } from '../limits/limits.ts'
import { ApiError } from '../problem.ts'
import type { AccessTokens } from './access-tokens.ts'
import type { RefreshTokenContent, RefreshTokens } from './refresh-tokens.ts'
import type { Ending, Revoke } from './revoke.ts'
import type { WechatIdentity } from './wechat-identity.ts'

/** A login that succeeded, about to become a session. */
export type Beginning = {
  userId: string
  /** The WeChat identity that began it; `null` where a password alone did. */
  identity: WechatIdentity | null
  /** For the audit log. */
  how: { method: 'wechat' | 'phone' | 'password'; isNewUser: boolean; wechatMs?: number }
  device: LoginBody['device'] | undefined
  ip: string
}

export type Sessions = {
  /**
   * Begins a session. A person who has as many as allowed loses the one that was idle the longest.
   *
   * @throws ApiError `account_banned`, `session_revoked` when the account was banned or erased, or the identity unbound,
   *   while the login was under way; then no session began.
   */
  begin(beginning: Beginning): Promise<RefreshResult>
  /**
   * Exchanges a refresh token for new tokens.
   *
   * @throws ApiError `refresh_token_…`, `session_revoked`, `account_banned`, `rate_limited`.
   */
  refresh(refreshToken: string, ip: string): Promise<RefreshResult>
  /**
   * Replaces all tokens of a session, and kills the user's access tokens, in the transaction of the change that is the
   * reason. To be called last in it: the answer shows the user as they are then.
   *
   * @throws ApiError `session_revoked` when the session has ended; then the transaction must roll back.
   */
  reissue(
    transaction: Prisma.TransactionClient,
    end: Pick<Ending, 'tokensOf'>,
    session: { id: string; ip: string },
  ): Promise<RefreshResult>
}

/** A session together with its user. */
type SessionRow = UserRow & {
  session_id: string
  refresh_counter: number
  reissued_counter: number
  refreshed_at: Date
  expires_at: Date
  revoked_at: Date | null
}

export function createSessions({
  database: { query },
  accessTokens,
  refreshTokens,
  revoke,
  limits,
  toUser,
  checkNicknameAgain,
  config,
}: {
  database: Database
  accessTokens: AccessTokens
  refreshTokens: RefreshTokens
  revoke: Revoke
  limits: Pick<PersonLimits, 'refresh'>
  toUser: ToUser
  checkNicknameAgain: CheckNicknameAgain
  config: Config['refreshToken'] & Pick<Config, 'sessionsPerUser'>
}): Sessions {
  const { lifetimeSeconds, maximumLifetimeSeconds, graceSeconds, sessionsPerUser } = config

  function issueTokens(user: UserRow, session: RefreshTokenContent & { expiresAt: Date }): RefreshResult {
    const { id: sub, role, token_version: ver } = user
    const { accessToken, accessTokenExpiresAt } = accessTokens.issue({
      sub,
      sid: session.sessionId,
      role,
      ver,
    })
    return {
      accessToken,
      accessTokenExpiresAt: accessTokenExpiresAt.toISOString(),
      refreshToken: refreshTokens.issue(session),
      refreshTokenExpiresAt: session.expiresAt.toISOString(),
      serverTime: new Date().toISOString(),
      user: toUser(user),
    }
  }

  const issueTokensFor = (row: SessionRow) =>
    issueTokens(row, {
      sessionId: row.session_id,
      counter: row.refresh_counter,
      expiresAt: row.expires_at,
    })

  /** The whole of a normal refresh: the request that advances the counter has the session, all others get no row. */
  async function advance(
    { sessionId, counter }: RefreshTokenContent,
    ip: string,
  ): Promise<SessionRow | undefined> {
    const now = new Date()
    const [row] = await query<SessionRow>`
      UPDATE sessions SET ${advanced(now, ip)}
      FROM users
      WHERE sessions.id = ${sessionId}::uuid AND refresh_counter = ${counter}
        AND revoked_at IS NULL AND expires_at > ${now} AND users.id = sessions.user_id AND ${isAdmitted(now)}
      RETURNING users.*, ${sessionColumns}`
    return row
  }

  const advanced = (now: Date, ip: string) => Prisma.sql`refresh_counter = refresh_counter + 1,
    refreshed_at = ${now}::timestamptz, ip = ${ip}::inet,
    expires_at = LEAST(${secondsAfter(now, lifetimeSeconds)}::timestamptz, ends_at)`

  /** A token that did not advance: the one before the newest is answered again for a while, all others are refused. */
  async function repeatOrRefuse(
    { sessionId, counter }: RefreshTokenContent,
    ip: string,
  ): Promise<SessionRow> {
    const [row] = await query<SessionRow>`
      SELECT users.*, ${sessionColumns}
      FROM sessions JOIN users ON users.id = sessions.user_id WHERE sessions.id = ${sessionId}::uuid`
    if (!row) throw new ApiError('session_revoked')
    refuseBanned(row)
    if (row.revoked_at) throw new ApiError('session_revoked')
    const now = new Date()
    if (row.expires_at <= now) throw new ApiError('refresh_token_expired')
    // Newer than the database knows: it was restored from a backup. The person can log in again by themselves.
    if (counter >= row.refresh_counter) throw new ApiError('refresh_token_expired')
    if (counter < row.reissued_counter) {
      await appendAuditEntry(query, {
        type: 'refresh_token_repeated',
        userId: row.id,
        sessionId,
        ip,
        code: 'refresh_token_expired',
      })
      throw new ApiError('refresh_token_expired')
    }
    const inGrace = secondsAfter(row.refreshed_at, graceSeconds) > now
    if (counter === row.refresh_counter - 1 && inGrace) return row
    await revoke.sessions(row.id, [sessionId], 'refresh_token_reused', { ip })
    throw new ApiError('refresh_token_reused')
  }

  return {
    async begin({ userId, identity, how, device, ip }) {
      const sessionId = uuidv7()
      const now = new Date()
      const expiresAt = secondsAfter(now, Math.min(lifetimeSeconds, maximumLifetimeSeconds))
      // The lock waits for a ban that is under way, and reads what it left. A ban changes the user before it ends the
      // sessions: it finds this one, or this one does not begin. Likewise with the identity, which an unbinding takes.
      // What it selects does not include the session that it inserts: one place less leaves room for that one.
      const [user] = await query<UserRow & { surplus: string[]; has_begun: boolean }>`
        WITH person AS (
          SELECT * FROM users WHERE id = ${userId}::uuid FOR SHARE
        ), identity AS (
          SELECT FROM person JOIN wechat_identities ON user_id = person.id
          WHERE app_id = ${identity?.appId} AND openid = ${identity?.openid} FOR KEY SHARE OF wechat_identities
        ), welcome AS (
          SELECT id FROM person AS users
          WHERE ${isAdmitted(now)} AND (${identity?.openid}::text IS NULL OR EXISTS (SELECT FROM identity))
        ), audit AS (
          INSERT INTO audit_events (id, type, at, user_id, session_id, ip, app_id, data)
          SELECT ${uuidv7()}::uuid, 'login', ${now}, id, ${sessionId}::uuid, ${ip}::inet, ${identity?.appId},
            ${how}::jsonb
          FROM welcome
        ), begun AS (
          INSERT INTO sessions
            (id, user_id, app_id, openid, refreshed_at, expires_at, ends_at, created_at, ip, device_model, device_system)
          SELECT ${sessionId}::uuid, id, ${identity?.appId}, ${identity?.openid}, ${now}, ${expiresAt},
            ${secondsAfter(now, maximumLifetimeSeconds)}, ${now}, ${ip}::inet,
            ${device?.model}, ${device?.system}
          FROM welcome
        )
        SELECT *, ARRAY(
          SELECT id FROM sessions WHERE user_id = ${userId}::uuid AND revoked_at IS NULL AND expires_at > ${now}
          ORDER BY refreshed_at DESC, id DESC OFFSET ${sessionsPerUser - 1}
        ) AS surplus, EXISTS (SELECT FROM welcome) AS has_begun FROM person`
      if (!user) throw new ApiError('session_revoked')
      refuseBanned(user, now)
      if (!user.has_begun) throw new ApiError('session_revoked', { userId })
      if (user.surplus.length > 0) await revoke.sessions(userId, user.surplus, 'session_limit', { ip })
      if (user.nickname_unchecked && identity !== null) await checkNicknameAgain(userId)
      return issueTokens(user, { sessionId, counter: 1, expiresAt })
    },
    async refresh(refreshToken, ip) {
      const content = refreshTokens.read(refreshToken)
      if (!content) throw new ApiError('refresh_token_invalid')
      await limits.refresh(content.sessionId)
      return issueTokensFor((await advance(content, ip)) ?? (await repeatOrRefuse(content, ip)))
    },
    async reissue(transaction, end, { id, ip }) {
      const now = new Date()
      const session = await transaction.session.findUnique({ where: { id }, select: { userId: true } })
      if (!session) throw new ApiError('session_revoked')
      await end.tokensOf(session.userId)
      const [row] = await queryIn(transaction)<SessionRow>`
        UPDATE sessions SET ${advanced(now, ip)}, reissued_counter = refresh_counter + 1
        FROM users
        WHERE sessions.id = ${id}::uuid AND users.id = ${session.userId}::uuid AND users.id = sessions.user_id
          AND revoked_at IS NULL AND expires_at > ${now}::timestamptz
        RETURNING users.*, ${sessionColumns}`
      if (!row) throw new ApiError('session_revoked')
      return issueTokensFor(row)
    },
  }
}

const sessionColumns = Prisma.sql`sessions.id AS session_id, refresh_counter, reissued_counter, refreshed_at,
  expires_at, revoked_at`

const secondsAfter = (moment: Date, seconds: number) => new Date(moment.getTime() + seconds * 1000)
