import type { FastifyInstance } from 'fastify'
import { endpoint } from '../endpoint.ts'
import type { Login } from './login.ts'
import type { Sessions } from './sessions.ts'

export function registerAuthRoutes(
  app: FastifyInstance,
  { login, sessions }: { login: Login; sessions: Sessions },
): void {
  endpoint(app, 'POST /v1/auth/login', ({ body, ip, log }) => login(body, { ip, log }))

  endpoint(app, 'POST /v1/auth/refresh', ({ body }) => sessions.refresh(body.refreshToken))

  endpoint(app, 'POST /v1/auth/logout', async ({ claims }) => {
    await sessions.end(claims.sid)
    return undefined
  })
}
