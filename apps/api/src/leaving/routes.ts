import type { FastifyInstance } from 'fastify'
import { endpoint } from '../endpoint.ts'
import type { ExportAccount } from './export.ts'
import type { Leave } from './leave.ts'

export function registerLeavingRoutes(
  app: FastifyInstance,
  { exportAccount, leave }: { exportAccount: ExportAccount; leave: Leave },
): void {
  endpoint(app, 'GET /v1/me/export', ({ claims, ip }) => exportAccount(claims, ip))

  endpoint(app, 'POST /v1/me/erase', async ({ claims, body, ip, log }) => {
    await leave.loggedIn(claims, body, { ip, log })
    return undefined
  })

  endpoint(app, 'POST /v1/auth/erase', async ({ body, ip, log }) => {
    await leave.proven(body, { ip, log })
    return undefined
  })
}
