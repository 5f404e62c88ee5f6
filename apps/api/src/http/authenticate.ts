import type { FastifyInstance, FastifyRequest, onErrorHookHandler, onRequestHookHandler } from 'fastify'
import type { Config } from '../config/config.ts'
import { appendLimitedAuditEntry } from '../domain/audit/audit-log.ts'
import { assertStillAdmin } from '../domain/locks.ts'
import { requireVerifiedPhone } from '../domain/phones/require-verified-phone.ts'
import type { AccessTokens, Claims } from '../domain/sessions/access-tokens.ts'
import { assertSessionActive, type SessionEnd } from '../domain/sessions/load-session.ts'
import type { RevocationList } from '../domain/sessions/revocation-list.ts'
import type { TokenUses } from '../domain/sessions/token-uses.ts'
import { type AccountState, assertNotBanned } from '../domain/users/account-state.ts'
import type { Database } from '../infra/database/client.ts'
import { ApiError } from '../utils/api-error.ts'
import { clientIp } from './client-ip.ts'

/** A request of an active session. */
export type AuthenticatedRequest = { claims: Claims }

declare module 'fastify' {
  interface FastifyRequest {
    /** Set on routes that require a login. */
    claims: Claims | null
  }
  interface FastifyInstance {
    authenticate: onRequestHookHandler
    /** Runs after `authenticate`. */
    requireAdmin: onRequestHookHandler
    /** Whether the configuration requires a verified phone number of users who publish. */
    phoneIsRequired: boolean
    /** Runs after `authenticate`, for what users publish. */
    requireVerifiedPhone: onRequestHookHandler
    /** Audits that a user without the admin role called an admin endpoint. */
    auditDeniedAccess: onErrorHookHandler
  }
}

/**
 * Decorates the app with the hooks that authenticate and authorize. A valid token costs no query; a revoked one costs one,
 * for the reason, as does any token while the revocation list is stale.
 */
export function registerAuthentication(
  app: FastifyInstance,
  {
    accessTokens,
    revocationList,
    tokenUses,
    database,
    config,
  }: {
    accessTokens: AccessTokens
    revocationList: RevocationList
    tokenUses: Pick<TokenUses, 'add'>
    database: Database
    config: Pick<Config, 'requireVerifiedPhone'>
  },
): void {
  const { prisma, query, transaction } = database
  app.decorateRequest('claims', null)

  app.decorate('authenticate', async (request: FastifyRequest) => {
    const claims = accessTokens.verify(readBearerToken(request))
    if (revocationList.check(claims) !== 'valid') await checkInDatabase(claims)
    tokenUses.add(claims)
    request.claims = claims
  })

  app.decorate('requireAdmin', async ({ claims }: FastifyRequest) => {
    if (claims?.role !== 'admin') throw new ApiError('forbidden')
    // For up to a second, another instance accepts the access token of a former admin.
    await assertStillAdmin(query, claims.sub)
  })

  app.decorate('phoneIsRequired', config.requireVerifiedPhone)
  app.decorate('requireVerifiedPhone', async ({ claims }: FastifyRequest) => {
    if (claims) await requireVerifiedPhone(database, claims.sub)
  })

  app.decorate('auditDeniedAccess', async (request, _reply, error) => {
    const { claims, log, method, routeOptions } = request
    if (!claims || !(error instanceof ApiError) || error.code !== 'forbidden') return
    const { sub: userId, sid: sessionId } = claims
    const ip = clientIp(request)
    const data = { reason: `${method} ${routeOptions.url}` }
    try {
      await transaction((query) =>
        appendLimitedAuditEntry(query, {
          type: 'admin_access_denied',
          userId,
          sessionId,
          ip,
          code: error.code,
          data,
        }),
      )
    } catch (failure) {
      log.error({ err: failure }, 'a denied admin access could not be stored in the audit log')
    }
  })

  async function checkInDatabase({ sub, sid, ver }: Claims): Promise<void> {
    const [row] = await prisma.$queryRaw<(AccountState & SessionEnd & { token_version: number })[]>`
      SELECT users.id, status, banned_reason, banned_until, token_version, revoked_at, revoked_reason
      FROM sessions JOIN users ON users.id = sessions.user_id
      WHERE sessions.id = ${sid}::uuid`
    if (!row) throw new ApiError('session_revoked')
    assertNotBanned(row)
    assertSessionActive(row)
    // The session is active, but the token is outdated; after a merge even its user is. A refresh issues a current one.
    if (row.id !== sub || row.token_version > ver) throw new ApiError('access_token_expired')
  }
}

function readBearerToken({ headers }: FastifyRequest): string {
  if (headers.authorization === undefined) throw new ApiError('access_token_missing')
  const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(headers.authorization)?.[1]
  if (!token) {
    throw new ApiError('access_token_invalid', { detail: 'expected Authorization: Bearer <access token>' })
  }
  return token
}
