import type { Consent, RefreshBody, RefreshResult } from '@repo/shared'
import { v7 as uuidv7 } from 'uuid'
import type { Config } from '../../config/config.ts'
import type { Database } from '../../infra/database/client.ts'
import { Prisma } from '../../infra/database/generated/client.ts'
import { prismaQuery, type Query } from '../../infra/database/query.ts'
import type { Counters } from '../../infra/rate-limits/counters.ts'
import { ApiError } from '../../utils/api-error.ts'
import { appendAuditEntry } from '../audit/audit-log.ts'
import type { Consents, NewConsent } from '../consents.ts'
import { lockUser } from '../locks.ts'
import type { UserRateLimits } from '../rate-limits.ts'
import { assertNotBanned, canLogInSql } from '../users/account-state.ts'
import { toUser, type UserColumns, type UserRow } from '../users/user.ts'
import type { AccessTokens } from './access-tokens.ts'
import { insertSession, type LoggedInUser, type NewSession, type SessionTimes } from './insert-session.ts'
import { assertSessionActive, type SessionEnd } from './load-session.ts'
import { evaluateReplay, type RefreshState } from './refresh-rule.ts'
import { refreshStateColumns, rotatedRefreshState, storeRefreshState } from './refresh-state.ts'
import type { RefreshTokenContent, RefreshTokens } from './refresh-tokens.ts'
import type { RevocationBatch, SessionRevoker } from './revoker.ts'
import type { TokenUses } from './token-uses.ts'

export type Sessions = {
  /**
   * Creates a session. Above the maximum number of sessions, the one that was idle the longest ends.
   *
   * @throws ApiError `account_banned`, `session_revoked` when the user was banned or deleted, or the identity unbound,
   *   during the login, or for a silent login after a withdrawal; then no session was created.
   */
  create(session: NewSession): Promise<RefreshResult>
  /** The id and the times of a session that the caller inserts. */
  start(): SessionStart
  /** After that: ends the sessions above the maximum and issues the tokens. */
  complete(
    user: SessionUser & { excess_sessions: string[] },
    session: SessionStart,
    login: { ip: string; hasIdentity: boolean },
  ): Promise<RefreshResult>
  /** Exchanges a refresh token for new tokens. */
  refresh(body: RefreshBody, ip: string): Promise<RefreshResult>
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

/** A session that is about to be inserted. */
export type SessionStart = SessionTimes & { sessionId: string; sessionsPerUser: number }
/** What tokens need to know of their user. */
export type SessionUser = UserColumns & Pick<UserRow, 'token_version' | 'nickname_unchecked'>

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
  consents,
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
  consents: Consents
  counters: Pick<Counters, 'increment'>
  publicUrl: string
  checkNicknameAgain: (userId: string) => Promise<void>
  config: Config['refreshToken'] & Pick<Config, 'sessionsPerUser'>
}): Sessions {
  const { lifetimeSeconds, maximumLifetimeSeconds, sessionsPerUser } = config

  /** @param repeat the number of the response of a refresh; absent for a login or a reissue, which is never repeated. */
  function issueTokens(
    user: UserColumns & Pick<UserRow, 'token_version'>,
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
    query: Query,
    { sessionId, counter }: RefreshTokenContent,
    ip: string,
  ): Promise<SessionRow | undefined> {
    const now = new Date()
    const [row] = await query<SessionRow>`
      UPDATE sessions SET ${rotated(now, ip)}
      FROM users
      WHERE sessions.id = ${sessionId}::uuid AND refresh_counter = ${counter}
        AND revoked_at IS NULL AND expires_at > ${now} AND users.id = sessions.user_id AND ${canLogInSql('users', now)}
        AND ${consents.currentSql('users')}
      RETURNING users.*, ${sessionColumns}`
    return row
  }

  /** A refresh that brings a newer consent: stored only where the token is the newest of an active session. */
  const rotateWithConsent = (
    content: RefreshTokenContent,
    consent: Consent,
    ip: string,
  ): Promise<SessionRow | undefined> =>
    transaction(async (query) => {
      const { sessionId, counter } = content
      const [session] = await query<{ user_id: string }>`
        SELECT user_id FROM sessions WHERE id = ${sessionId}::uuid`
      if (!session) return undefined
      const userId = session.user_id
      await lockUser(query, userId)
      const [active] = await query<{ app_id: string | null }>`
        SELECT app_id FROM sessions
        WHERE id = ${sessionId}::uuid AND user_id = ${userId}::uuid AND refresh_counter = ${counter}
          AND revoked_at IS NULL AND expires_at > ${new Date()} FOR NO KEY UPDATE`
      if (!active) return undefined
      const appId = active.app_id
      await consents.store(query, {
        userId,
        consent,
        method: 'renewal',
        appId,
        sessionId,
        ip,
        isSilent: false,
      })
      return rotate(query, content, ip)
    })

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
      // The newest token of an active session rotates, unless the consent is outdated: it stays usable.
      const isHeld = row.expires_at > at && counter === row.refresh_counter
      if ((isHeld || typeof verdict !== 'string') && consents.isOutdated(row)) throw consents.outdatedError()
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

  function start(): SessionStart {
    const now = new Date()
    const endsAt = secondsAfter(now, maximumLifetimeSeconds)
    const expiresAt = secondsAfter(now, Math.min(lifetimeSeconds, maximumLifetimeSeconds))
    return { sessionId: uuidv7(), now, expiresAt, endsAt, sessionsPerUser }
  }

  const complete: Sessions['complete'] = async (user, { sessionId, expiresAt }, { ip, hasIdentity }) => {
    if (user.excess_sessions.length > 0)
      await revoker.revokeSessions(user.id, user.excess_sessions, 'session_limit', { ip })
    if (user.nickname_unchecked && hasIdentity) await checkNicknameAgain(user.id)
    return issueTokens(user, { sessionId, counter: 1, expiresAt })
  }

  return {
    async create(session) {
      const { identity, ip } = session
      const times = start()
      const { sessionId, now } = times
      /** @throws unless the session was created, or lacks nothing but the consent. */
      const insert = async (query: Query, needsConsent: boolean): Promise<LoggedInUser> => {
        const user = await insertSession(query, sessionId, session, times)
        if (!user) throw new ApiError('session_revoked')
        assertNotBanned(user, now)
        if (!user.created && (needsConsent || user.has_consent))
          throw new ApiError('session_revoked', { userId: user.id })
        return user
      }
      const insertWithConsent = () =>
        transaction(async (query) => {
          await consents.store(query, toNewConsent(session, sessionId))
          return insert(query, true)
        })

      // A returning user has agreed to the same documents before: one statement.
      const returning = session.auditData.isNewUser ? null : await insert(query, false)
      const user = returning?.created ? returning : await insertWithConsent()
      return complete(user, times, { ip, hasIdentity: identity !== null })
    },
    start,
    complete,
    async refresh({ refreshToken, consent }, ip) {
      if (consent) consents.assertAcceptable(consent)
      const content = refreshTokens.read(refreshToken)
      if (!content) throw new ApiError('refresh_token_invalid')
      await limits.refresh(content.sessionId)
      await tokenUses.flush(content.sessionId)
      const row = await (consent ? rotateWithConsent(content, consent, ip) : rotate(query, content, ip))
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

const toNewConsent = ({ userId, consent, ip }: NewSession, sessionId: string): NewConsent => {
  const { versions, ...more } = consent
  return { userId, consent: versions, ...more, sessionId, ip }
}

const sessionColumns = Prisma.sql`sessions.id AS session_id, refresh_counter, expires_at`

const secondsAfter = (moment: Date, seconds: number) => new Date(moment.getTime() + seconds * 1000)
