import type { FastifyInstance } from 'fastify'
import type { OwnershipVerifier } from '../../domain/ownership/verify-ownership.ts'
import { endpoint } from '../../http/define-route.ts'
import type { ExportAccount } from './export.ts'
import type { Leave } from './leave.ts'

export function registerLeavingRoutes(
  app: FastifyInstance,
  {
    exportAccount,
    leave,
    ownership,
  }: { exportAccount: ExportAccount; leave: Leave; ownership: OwnershipVerifier },
): void {
  endpoint(app, 'POST /v1/me/export', async ({ claims, body, ip, log }) => {
    const request = { operation: 'POST /v1/me/export', sessionId: claims.sid, ip, log } as const
    await ownership.verify(claims.sub, body.proof, request)
    return exportAccount(claims, ip)
  })

  endpoint(app, 'POST /v1/me/delete', async ({ claims, body, ip, log }) => {
    await leave.loggedIn(claims, body.proof, { ip, log })
    return undefined
  })

  endpoint(app, 'POST /v1/auth/delete', async ({ body, ip, log }) => {
    await leave.proven(body, { ip, log })
    return undefined
  })
}
