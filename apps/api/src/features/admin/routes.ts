import type { FastifyInstance } from 'fastify'
import { endpoint } from '../../http/define-route.ts'
import type { DeadJobs } from '../../infra/jobs/dead-jobs.ts'
import type { Act, Acts } from './actions.ts'
import type { RecordRead } from './record-read.ts'
import type { ResetSessionKeys } from './reset-session-keys.ts'
import type { RetryJob } from './retry-job.ts'
import type { AdminUsers } from './users.ts'

export function registerAdminRoutes(
  app: FastifyInstance,
  {
    users,
    acts,
    resetSessionKeys,
    recordRead,
    deadJobs,
    retryJob,
  }: {
    users: AdminUsers
    acts: Acts
    resetSessionKeys: ResetSessionKeys
    recordRead: RecordRead
    deadJobs: DeadJobs
    retryJob: RetryJob
  },
): void {
  const actOf = (request: { claims: { sub: string }; params: { id: string }; ip: string }): Act => ({
    actorId: request.claims.sub,
    userId: request.params.id,
    ip: request.ip,
  })

  endpoint(app, 'GET /v1/admin/users', async ({ query, claims, ip }) => {
    const page = await users.find(query)
    await recordRead({ actorId: claims.sub, userIds: page.users.map(({ id }) => id), ip })
    return page
  })

  endpoint(app, 'GET /v1/admin/users/:id', async ({ params, claims, ip }) => {
    const details = await users.details(params.id)
    await recordRead({ actorId: claims.sub, userIds: [params.id], ip })
    return details
  })

  endpoint(app, 'PUT /v1/admin/users/:id/ban', async (request) => {
    await acts.ban(actOf(request), request.body)
    return undefined
  })

  endpoint(app, 'DELETE /v1/admin/users/:id/ban', async (request) => {
    await acts.unban(actOf(request))
    return undefined
  })

  endpoint(app, 'PUT /v1/admin/users/:id/role', async (request) => {
    const { body, claims, log } = request
    await acts.setRole(actOf(request), body.role, body.proof, { sessionId: claims.sid, log })
    return undefined
  })

  endpoint(app, 'PUT /v1/admin/users/:id/level', async (request) => {
    await acts.setLevel(actOf(request), request.body.level)
    return undefined
  })

  endpoint(app, 'POST /v1/admin/users/:id/session-key-reset', async (request) => {
    await resetSessionKeys(actOf(request))
    return undefined
  })

  endpoint(app, 'DELETE /v1/admin/users/:id/sessions', async (request) => {
    await acts.endSessions(actOf(request))
    return undefined
  })

  endpoint(app, 'GET /v1/admin/jobs', async () => ({ jobs: await deadJobs.list() }))

  endpoint(app, 'POST /v1/admin/jobs/:id/retry', async ({ claims, params, log }) => {
    await retryJob({ actorId: claims.sub, jobId: params.id, log })
    return undefined
  })
}
