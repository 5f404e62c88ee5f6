import type { LoginBody, RefreshResult } from '@repo/shared'
import { v7 as uuidv7 } from 'uuid'
import { toUser, type UserRow } from '../account/user-row.ts'
import type { Config } from '../config.ts'
import type { Database } from '../database/database.ts'
import { ApiError } from '../problem.ts'
import type { AccessTokens } from './access-tokens.ts'
import type { RefreshTokenContent, RefreshTokens } from './refresh-tokens.ts'
import type { Revocations } from './revocations.ts'

/** A login that succeeded, about to become a session. */
export type Beginning = {
  user: UserRow
  appId: string
  openid: string
  device: LoginBody['device'] | undefined
  ip: string
}

export type Sessions = {
  begin(beginning: Beginning): Promise<RefreshResult>
  /**
   * Exchanges a refresh token for new tokens.
   *
   * @throws ApiError `refresh_token_…`, `session_revoked`, `account_banned`.
   */
  refresh(refreshToken: string): Promise<RefreshResult>
  /** Ends a session: from now on its tokens are refused. Ending it twice is no error. */
  end(sessionId: string): Promise<void>
}

/** A session together with its user. */
type SessionRow = UserRow & {
  session_id: string
  refresh_counter: number
  refreshed_at: Date
  expires_at: Date
  revoked_at: Date | null
}

export function createSessions({
  database: { prisma },
  accessTokens,
  refreshTokens,
  revocations,
  config,
}: {
  database: Database
  accessTokens: AccessTokens
  refreshTokens: RefreshTokens
  revocations: Revocations
  config: Config['refreshToken']
}): Sessions {
  const { lifetimeSeconds, maximumLifetimeSeconds, graceSeconds } = config

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

  /** The whole of a normal refresh: whoever advances the counter has the session, all others get no row. */
  async function advance({ sessionId, counter }: RefreshTokenContent): Promise<SessionRow | undefined> {
    const now = new Date()
    const [row] = await prisma.$queryRaw<SessionRow[]>`
      UPDATE sessions SET refresh_counter = refresh_counter + 1, refreshed_at = ${now},
        expires_at = LEAST(${secondsAfter(now, lifetimeSeconds)}, ends_at)
      FROM users
      WHERE sessions.id = ${sessionId}::uuid AND refresh_counter = ${counter} AND revoked_at IS NULL
        AND expires_at > ${now} AND users.id = sessions.user_id AND users.status = 'active'
      RETURNING users.*, sessions.id AS session_id, refresh_counter, refreshed_at, expires_at, revoked_at`
    return row
  }

  /** A token that did not advance: the one before the newest is answered again for a while, all others are refused. */
  async function repeatOrRefuse({ sessionId, counter }: RefreshTokenContent): Promise<SessionRow> {
    const [row] = await prisma.$queryRaw<SessionRow[]>`
      SELECT users.*, sessions.id AS session_id, refresh_counter, refreshed_at, expires_at, revoked_at
      FROM sessions JOIN users ON users.id = sessions.user_id WHERE sessions.id = ${sessionId}::uuid`
    if (!row || row.revoked_at) throw new ApiError('session_revoked')
    if (row.status !== 'active') throw new ApiError('account_banned')
    const now = new Date()
    if (row.expires_at <= now) throw new ApiError('refresh_token_expired')
    // Newer than the database knows: it was restored from a backup. The person can log in again by themselves.
    if (counter >= row.refresh_counter) throw new ApiError('refresh_token_expired')
    const inGrace = secondsAfter(row.refreshed_at, graceSeconds) > now
    if (counter === row.refresh_counter - 1 && inGrace) return row
    await revoke(sessionId, 'refresh_token_reused')
    throw new ApiError('refresh_token_reused')
  }

  async function revoke(sessionId: string, revokedReason: 'logout' | 'refresh_token_reused'): Promise<void> {
    await prisma.session.updateMany({
      where: { id: sessionId, revokedAt: null },
      data: { revokedAt: new Date(), revokedReason },
    })
    revocations.add(sessionId)
  }

  return {
    async begin({ user, appId, openid, device, ip }) {
      const sessionId = uuidv7()
      const now = new Date()
      const expiresAt = secondsAfter(now, Math.min(lifetimeSeconds, maximumLifetimeSeconds))
      await prisma.$executeRaw`
        INSERT INTO sessions
          (id, user_id, app_id, openid, refreshed_at, expires_at, ends_at, created_at, ip, device_model, device_system)
        VALUES
          (${sessionId}::uuid, ${user.id}::uuid, ${appId}, ${openid}, ${now}, ${expiresAt},
           ${secondsAfter(now, maximumLifetimeSeconds)}, ${now}, ${ip}::inet, ${device?.model}, ${device?.system})`
      return issueTokens(user, { sessionId, counter: 1, expiresAt })
    },
    async refresh(refreshToken) {
      const content = refreshTokens.read(refreshToken)
      if (!content) throw new ApiError('refresh_token_invalid')
      const row = (await advance(content)) ?? (await repeatOrRefuse(content))
      return issueTokens(row, {
        sessionId: content.sessionId,
        counter: row.refresh_counter,
        expiresAt: row.expires_at,
      })
    },
    end: (sessionId) => revoke(sessionId, 'logout'),
  }
}

const secondsAfter = (moment: Date, seconds: number) => new Date(moment.getTime() + seconds * 1000)
