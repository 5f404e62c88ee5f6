import type { FastifyInstance } from 'fastify'
import type { AppContext } from '../../context.ts'
import { endpoint } from '../../http/define-route.ts'
import { deleteAccountWithProof, deleteOwnAccount } from './delete-account.ts'
import { exportAccount } from './export.ts'

export function accountDataRoutes(app: FastifyInstance, context: AppContext): void {
  endpoint(app, 'POST /v1/me/export', async ({ claims, body, ip, log }) => {
    const request = { operation: 'POST /v1/me/export', sessionId: claims.sid, ip, log } as const
    await context.ownership.verify(claims.sub, body.proof, request)
    return exportAccount(context, claims, ip)
  })

  endpoint(app, 'POST /v1/me/delete', async ({ claims, body, ip, log }) => {
    await deleteOwnAccount(context, claims, body.proof, { ip, log })
    return undefined
  })

  endpoint(app, 'POST /v1/auth/delete', async ({ body, ip, log }) => {
    await deleteAccountWithProof(context, body, { ip, log })
    return undefined
  })
}
