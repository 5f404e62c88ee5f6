import type { FastifyInstance } from 'fastify'
import type { OwnershipVerifier } from '../../domain/ownership/verify-ownership.ts'
import type { Revoke } from '../../domain/sessions/revoker.ts'
import type { Sessions } from '../../domain/sessions/sessions.ts'
import { endpoint } from '../../http/define-route.ts'
import type { Login } from './wechat-login.ts'

export function registerAuthRoutes(
  app: FastifyInstance,
  {
    login,
    sessions,
    revoke,
    ownership,
  }: { login: Login; sessions: Sessions; revoke: Revoke; ownership: OwnershipVerifier },
): void {
  endpoint(app, 'POST /v1/auth/login', ({ body, ip, log }) => login(body, { ip, log }))

  endpoint(app, 'POST /v1/auth/refresh', ({ body, ip }) => sessions.refresh(body.refreshToken, ip))

  endpoint(app, 'POST /v1/auth/logout', async ({ claims, ip }) => {
    await revoke.logout(claims.sid, { ip })
    return undefined
  })

  endpoint(app, 'POST /v1/auth/logout-all', async ({ claims, body, ip, log }) => {
    const request = { operation: 'POST /v1/auth/logout-all', sessionId: claims.sid, ip, log } as const
    await ownership.verify(claims.sub, body.proof, request)
    await revoke.within({ ip }, async (_transaction, end) => {
      await end.tokensOf(claims.sub, 'logout_all')
      // Another account's, where a merge was faster.
      await end.sessions({ id: claims.sid }, 'logout_all')
    })
    return undefined
  })
}
