import type { LoginBody, RefreshResult } from '@repo/shared'
import { v7 as uuidv7 } from 'uuid'
import type { Config } from '../../config/config.ts'
import type { PersonLimits } from '../../http/rate-limit.ts'
import type { Database } from '../../infra/database/client.ts'
import { Prisma } from '../../infra/database/generated/client.ts'
import { type Query, queryIn } from '../../infra/database/query.ts'
import type { Counters } from '../../infra/rate-limits/counters.ts'
import { ApiError } from '../../utils/api-error.ts'
import { appendAuditEntry } from '../audit/audit-log.ts'
import type { WechatIdentity } from '../identities/wechat-identity.ts'
import { assertNotBanned, canLogInSql } from '../users/account-state.ts'
import { toUser, type UserRow } from '../users/user.ts'
import type { AccessTokens } from './access-tokens.ts'
import { assertNotEnded, type EndedSession } from './ended-session.ts'
import { judgeRepetition, type RefreshState } from './refresh-rule.ts'
import { refreshStateAdvanced, refreshStateColumns, storeRefreshState } from './refresh-state.ts'
import type { RefreshTokenContent, RefreshTokens } from './refresh-tokens.ts'
import type { Ending, Revoke } from './revoker.ts'
import type { TokenUses } from './token-uses.ts'

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
   * @throws ApiError `account_banned`, `session_revoked` when the account was banned or deleted, or the identity unbound,
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
  expires_at: Date
}

/** How many repetitions of a session are recorded per hour: enough to be noticed, too few to fill the log. */
const recordedRepetitions = 20
const recordWindowMs = 60 * 60 * 1000

export function createSessions({
  database: { query, transaction },
  accessTokens,
  refreshTokens,
  tokenUses,
  revoke,
  limits,
  counters,
  publicUrl,
  checkNicknameAgain,
  config,
}: {
  database: Database
  accessTokens: AccessTokens
  refreshTokens: RefreshTokens
  tokenUses: Pick<TokenUses, 'settle'>
  revoke: Revoke
  limits: Pick<PersonLimits, 'refresh'>
  counters: Pick<Counters, 'hit'>
  publicUrl: string
  checkNicknameAgain: (userId: string) => Promise<void>
  config: Config['refreshToken'] & Pick<Config, 'sessionsPerUser'>
}): Sessions {
  const { lifetimeSeconds, maximumLifetimeSeconds, sessionsPerUser } = config

  /** @param repeat which response of a refresh this is; none for a login or a reissue, which nothing repeats. */
  function issueTokens(
    user: UserRow,
    session: RefreshTokenContent & { expiresAt: Date },
    repeat?: number,
  ): RefreshResult {
    const { id: sub, role, token_version: ver } = user
    const { accessToken, accessTokenExpiresAt } = accessTokens.issue({
      sub,
      sid: session.sessionId,
      role,
      ver,
      ...(repeat === undefined ? {} : { ref: session.counter, rep: repeat }),
    })
    return {
      accessToken,
      accessTokenExpiresAt: accessTokenExpiresAt.toISOString(),
      refreshToken: refreshTokens.issue(session),
      refreshTokenExpiresAt: session.expiresAt.toISOString(),
      serverTime: new Date().toISOString(),
      user: toUser(publicUrl, user),
    }
  }

  const issueTokensFor = (row: SessionRow, repeat?: number) =>
    issueTokens(
      row,
      { sessionId: row.session_id, counter: row.refresh_counter, expiresAt: row.expires_at },
      repeat,
    )

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
        AND revoked_at IS NULL AND expires_at > ${now} AND users.id = sessions.user_id AND ${canLogInSql('users', now)}
      RETURNING users.*, ${sessionColumns}`
    return row
  }

  const advanced = (now: Date, ip: string) => Prisma.sql`${refreshStateAdvanced},
    refreshed_at = ${now}::timestamptz, ip = ${ip}::inet,
    expires_at = LEAST(${secondsAfter(now, lifetimeSeconds)}::timestamptz, ends_at)`

  /** A token that did not advance: the one before the newest may be answered again, all others are rejected. */
  async function replayOrReject(content: RefreshTokenContent, ip: string): Promise<RefreshResult> {
    const { sessionId, counter } = content
    const isRecorded =
      (await counters.hit(`limit:repetitions:${sessionId}`, recordWindowMs)).count <= recordedRepetitions
    const { row, verdict } = await transaction(async (query) => {
      const row = await lockLivingSession(query, sessionId)
      const at = new Date()
      const verdict = row.expires_at <= at ? 'expired' : judgeRepetition(row.state, { counter, ip, at })
      const isRepetition = typeof verdict !== 'string' || counter < row.refresh_counter
      if (isRepetition && verdict !== 'reused' && isRecorded)
        await appendAuditEntry(query, {
          type: 'refresh_token_repeated',
          userId: row.id,
          sessionId,
          ip,
          ...(verdict === 'expired' ? { code: 'refresh_token_expired' } : {}),
        })
      if (typeof verdict !== 'string') await storeRefreshState(query, sessionId, row.state, verdict)
      return { row, verdict }
    })
    if (verdict === 'expired') throw new ApiError('refresh_token_expired')
    if (verdict !== 'reused') return issueTokensFor(row, verdict.repeats)
    await revoke.sessions(row.id, [sessionId], 'refresh_token_reused', { ip })
    throw new ApiError('refresh_token_reused')
  }

  /** @throws ApiError `session_revoked`, `refresh_token_reused`, `account_banned`. */
  async function lockLivingSession(
    query: Query,
    sessionId: string,
  ): Promise<SessionRow & { state: RefreshState }> {
    const [state] = await query<RefreshState & EndedSession & { expires_at: Date; user_id: string }>`
      SELECT ${refreshStateColumns}, expires_at, revoked_at, revoked_reason, user_id FROM sessions
      WHERE id = ${sessionId}::uuid FOR NO KEY UPDATE`
    if (!state) throw new ApiError('session_revoked')
    const [user] = await query<UserRow>`SELECT * FROM users WHERE id = ${state.user_id}::uuid`
    if (!user) throw new ApiError('session_revoked')
    assertNotBanned(user)
    assertNotEnded(state)
    const { refresh_counter, expires_at } = state
    return { ...user, session_id: sessionId, refresh_counter, expires_at, state }
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
          WHERE ${canLogInSql('users', now)} AND (${identity?.openid}::text IS NULL OR EXISTS (SELECT FROM identity))
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
      assertNotBanned(user, now)
      if (!user.has_begun) throw new ApiError('session_revoked', { userId })
      if (user.surplus.length > 0) await revoke.sessions(userId, user.surplus, 'session_limit', { ip })
      if (user.nickname_unchecked && identity !== null) await checkNicknameAgain(userId)
      return issueTokens(user, { sessionId, counter: 1, expiresAt })
    },
    async refresh(refreshToken, ip) {
      const content = refreshTokens.read(refreshToken)
      if (!content) throw new ApiError('refresh_token_invalid')
      await limits.refresh(content.sessionId)
      await tokenUses.settle(content.sessionId)
      const row = await advance(content, ip)
      return row ? issueTokensFor(row, 0) : replayOrReject(content, ip)
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

const sessionColumns = Prisma.sql`sessions.id AS session_id, refresh_counter, expires_at`

const secondsAfter = (moment: Date, seconds: number) => new Date(moment.getTime() + seconds * 1000)
