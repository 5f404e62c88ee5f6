import type { FastifyInstance, FastifyRequest, onRequestHookHandler } from 'fastify'
import { ApiError } from '../problem.ts'
import type { AccessTokens, Claims } from './access-tokens.ts'
import type { Revocations } from './revocations.ts'

/** A request that is known to come from a living session. */
export type AuthenticatedRequest = { claims: Claims }

declare module 'fastify' {
  interface FastifyRequest {
    /** Set on routes that need a login. */
    claims: Claims | null
  }
  interface FastifyInstance {
    authenticate: onRequestHookHandler
  }
}

/** Decorates the app with `authenticate`, which lets a request pass or answers 401. It asks no database. */
export function registerAuthentication(
  app: FastifyInstance,
  { accessTokens, revocations }: { accessTokens: AccessTokens; revocations: Revocations },
): void {
  app.decorateRequest('claims', null)
  app.decorate('authenticate', async (request: FastifyRequest) => {
    const claims = accessTokens.verify(readBearerToken(request))
    if (revocations.has(claims.sid)) throw new ApiError('session_revoked')
    request.claims = claims
  })
}

function readBearerToken({ headers }: FastifyRequest): string {
  if (headers.authorization === undefined) throw new ApiError('access_token_missing')
  const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(headers.authorization)?.[1]
  if (!token)
    throw new ApiError('access_token_invalid', { detail: 'expected Authorization: Bearer <access token>' })
  return token
}
