import type { LoginBody, RefreshResult } from '@repo/shared'
import { v7 as uuidv7 } from 'uuid'
import type { Config } from '../../config/config.ts'
import type { Database } from '../../infra/database/client.ts'
import { Prisma } from '../../infra/database/generated/client.ts'
import { prismaQuery, type Query } from '../../infra/database/query.ts'
import type { Counters } from '../../infra/rate-limits/counters.ts'
import { ApiError } from '../../utils/api-error.ts'
import { appendAuditEntry } from '../audit/audit-log.ts'
import type { WechatIdentity } from '../identities/wechat-identity.ts'
import type { UserRateLimits } from '../rate-limits.ts'
import { assertNotBanned, canLogInSql } from '../users/account-state.ts'
import { toUser, type UserRow } from '../users/user.ts'
import type { AccessTokens } from './access-tokens.ts'
import { assertSessionActive, type SessionEnd } from './load-session.ts'
import { evaluateReplay, type RefreshState } from './refresh-rule.ts'
import { refreshStateColumns, rotatedRefreshState, storeRefreshState } from './refresh-state.ts'
import type { RefreshTokenContent, RefreshTokens } from './refresh-tokens.ts'
import type { RevocationBatch, SessionRevoker } from './revoker.ts'
import type { TokenUses } from './token-uses.ts'

/** The session to create after a successful login. */
export type NewSession = {
  userId: string
  /** The WeChat identity that logged in; `null` after a login by password alone. */
  identity: WechatIdentity | null
  auditData: { method: 'wechat' | 'phone' | 'password'; isNewUser: boolean; wechatMs?: number }
  device: LoginBody['device'] | undefined
  ip: string
}

export type Sessions = {
  /**
   * Creates a session. Above the maximum number of sessions, the one that was idle the longest ends.
   *
   * @throws ApiError `account_banned`, `session_revoked` when the user was banned or deleted, or the identity unbound,
   *   during the login; then no session was created.
   */
  create(session: NewSession): Promise<RefreshResult>
  /** Exchanges a refresh token for new tokens. */
  refresh(refreshToken: string, ip: string): Promise<RefreshResult>
  /**
   * Replaces all tokens of a session and revokes the user's access tokens, in the transaction of the change that is the
   * reason. To be called last in it, since the result contains the user.
   *
   * @throws ApiError `session_revoked` when the session has ended; then the transaction must roll back.
   */
  reissue(
    transaction: Prisma.TransactionClient,
    batch: Pick<RevocationBatch, 'revokeUserTokens'>,
    session: { id: string; ip: string },
  ): Promise<RefreshResult>
}

/** A session together with its user. */
type SessionRow = UserRow & {
  session_id: string
  refresh_counter: number
  expires_at: Date
}

/** How many replays of a session are audited per hour: enough to be noticed, too few to flood the log. */
const auditedReplays = 20
const auditWindowMs = 60 * 60 * 1000

export function createSessions({
  database: { query, transaction },
  accessTokens,
  refreshTokens,
  tokenUses,
  revoker,
  limits,
  counters,
  publicUrl,
  checkNicknameAgain,
  config,
}: {
  database: Database
  accessTokens: AccessTokens
  refreshTokens: RefreshTokens
  tokenUses: Pick<TokenUses, 'flush'>
  revoker: SessionRevoker
  limits: Pick<UserRateLimits, 'refresh'>
  counters: Pick<Counters, 'increment'>
  publicUrl: string
  checkNicknameAgain: (userId: string) => Promise<void>
  config: Config['refreshToken'] & Pick<Config, 'sessionsPerUser'>
}): Sessions {
  const { lifetimeSeconds, maximumLifetimeSeconds, sessionsPerUser } = config

  /** @param repeat the number of the response of a refresh; absent for a login or a reissue, which is never repeated. */
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

  /** A normal refresh: of concurrent requests only the one that advances the counter gets a row. */
  async function rotate(
    { sessionId, counter }: RefreshTokenContent,
    ip: string,
  ): Promise<SessionRow | undefined> {
    const now = new Date()
    const [row] = await query<SessionRow>`
      UPDATE sessions SET ${rotated(now, ip)}
      FROM users
      WHERE sessions.id = ${sessionId}::uuid AND refresh_counter = ${counter}
        AND revoked_at IS NULL AND expires_at > ${now} AND users.id = sessions.user_id AND ${canLogInSql('users', now)}
      RETURNING users.*, ${sessionColumns}`
    return row
  }

  const rotated = (now: Date, ip: string) => Prisma.sql`${rotatedRefreshState},
    refreshed_at = ${now}::timestamptz, ip = ${ip}::inet,
    expires_at = LEAST(${secondsAfter(now, lifetimeSeconds)}::timestamptz, ends_at)`

  /** A token that did not rotate: the previous one may get its response again, others are rejected. */
  async function replayOrReject(content: RefreshTokenContent, ip: string): Promise<RefreshResult> {
    const { sessionId, counter } = content
    const isAudited =
      (await counters.increment(`limit:repetitions:${sessionId}`, auditWindowMs)).count <= auditedReplays
    const { row, verdict } = await transaction(async (query) => {
      const row = await lockActiveSession(query, sessionId)
      const at = new Date()
      const verdict = row.expires_at <= at ? 'expired' : evaluateReplay(row.state, { counter, ip, at })
      const isReplay = typeof verdict !== 'string' || counter < row.refresh_counter
      if (isReplay && verdict !== 'reused' && isAudited)
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
    await revoker.revokeSessions(row.id, [sessionId], 'refresh_token_reused', { ip })
    throw new ApiError('refresh_token_reused')
  }

  async function lockActiveSession(
    query: Query,
    sessionId: string,
  ): Promise<SessionRow & { state: RefreshState }> {
    const [state] = await query<RefreshState & SessionEnd & { expires_at: Date; user_id: string }>`
      SELECT ${refreshStateColumns}, expires_at, revoked_at, revoked_reason, user_id FROM sessions
      WHERE id = ${sessionId}::uuid FOR NO KEY UPDATE`
    if (!state) throw new ApiError('session_revoked')
    const [user] = await query<UserRow>`SELECT * FROM users WHERE id = ${state.user_id}::uuid`
    if (!user) throw new ApiError('session_revoked')
    assertNotBanned(user)
    assertSessionActive(state)
    const { refresh_counter, expires_at } = state
    return { ...user, session_id: sessionId, refresh_counter, expires_at, state }
  }

  return {
    async create({ userId, identity, auditData, device, ip }) {
      const sessionId = uuidv7()
      const now = new Date()
      const expiresAt = secondsAfter(now, Math.min(lifetimeSeconds, maximumLifetimeSeconds))
      // The lock waits for a concurrent ban, which changes the user before it ends the sessions: either it finds this
      // session, or this one is not created. Likewise with the identity, which an unbinding deletes.
      // The statement does not see the session that it inserts, so the offset is one less than the maximum.
      const [user] = await query<UserRow & { excess_sessions: string[]; created: boolean }>`
        WITH matched_user AS (
          SELECT * FROM users WHERE id = ${userId}::uuid FOR SHARE
        ), identity AS (
          SELECT FROM matched_user JOIN wechat_identities ON user_id = matched_user.id
          WHERE app_id = ${identity?.appId} AND openid = ${identity?.openid} FOR KEY SHARE OF wechat_identities
        ), allowed_user AS (
          SELECT id FROM matched_user AS users
          WHERE ${canLogInSql('users', now)} AND (${identity?.openid}::text IS NULL OR EXISTS (SELECT FROM identity))
        ), audit AS (
          INSERT INTO audit_events (id, type, at, user_id, session_id, ip, app_id, data)
          SELECT ${uuidv7()}::uuid, 'login', ${now}, id, ${sessionId}::uuid, ${ip}::inet, ${identity?.appId},
            ${auditData}::jsonb
          FROM allowed_user
        ), inserted AS (
          INSERT INTO sessions
            (id, user_id, app_id, openid, refreshed_at, expires_at, ends_at, created_at, ip, device_model, device_system)
          SELECT ${sessionId}::uuid, id, ${identity?.appId}, ${identity?.openid}, ${now}, ${expiresAt},
            ${secondsAfter(now, maximumLifetimeSeconds)}, ${now}, ${ip}::inet,
            ${device?.model}, ${device?.system}
          FROM allowed_user
        )
        SELECT *, ARRAY(
          SELECT id FROM sessions WHERE user_id = ${userId}::uuid AND revoked_at IS NULL AND expires_at > ${now}
          ORDER BY refreshed_at DESC, id DESC OFFSET ${sessionsPerUser - 1}
        ) AS excess_sessions, EXISTS (SELECT FROM allowed_user) AS created FROM matched_user`
      if (!user) throw new ApiError('session_revoked')
      assertNotBanned(user, now)
      if (!user.created) throw new ApiError('session_revoked', { userId })
      if (user.excess_sessions.length > 0)
        await revoker.revokeSessions(userId, user.excess_sessions, 'session_limit', { ip })
      if (user.nickname_unchecked && identity !== null) await checkNicknameAgain(userId)
      return issueTokens(user, { sessionId, counter: 1, expiresAt })
    },
    async refresh(refreshToken, ip) {
      const content = refreshTokens.read(refreshToken)
      if (!content) throw new ApiError('refresh_token_invalid')
      await limits.refresh(content.sessionId)
      await tokenUses.flush(content.sessionId)
      const row = await rotate(content, ip)
      return row ? issueTokensFor(row, 0) : replayOrReject(content, ip)
    },
    async reissue(transaction, batch, { id, ip }) {
      const now = new Date()
      const session = await transaction.session.findUnique({ where: { id }, select: { userId: true } })
      if (!session) throw new ApiError('session_revoked')
      await batch.revokeUserTokens(session.userId)
      const [row] = await prismaQuery(transaction)<SessionRow>`
        UPDATE sessions SET ${rotated(now, ip)}, reissued_counter = refresh_counter + 1
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
