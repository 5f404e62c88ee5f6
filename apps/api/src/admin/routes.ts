import type { FastifyInstance } from 'fastify'
import { endpoint } from '../endpoint.ts'
import type { DeadJobs } from '../jobs/dead-jobs.ts'
import type { Act, Acts } from './acts.ts'
import type { RetryJob } from './retry-job.ts'
import type { ResetSessionKeys } from './session-key-reset.ts'
import type { AdminUsers } from './users.ts'

export function registerAdminRoutes(
  app: FastifyInstance,
  {
    users,
    acts,
    resetSessionKeys,
    deadJobs,
    retryJob,
  }: {
    users: AdminUsers
    acts: Acts
    resetSessionKeys: ResetSessionKeys
    deadJobs: DeadJobs
    retryJob: RetryJob
  },
): void {
  const actOf = (request: { claims: { sub: string }; params: { id: string }; ip: string }): Act => ({
    actorId: request.claims.sub,
    userId: request.params.id,
    ip: request.ip,
  })

  endpoint(app, 'GET /v1/admin/users', ({ query }) => users.find(query))

  endpoint(app, 'GET /v1/admin/users/:id', ({ params }) => users.details(params.id))

  endpoint(app, 'PUT /v1/admin/users/:id/ban', async (request) => {
    await acts.ban(actOf(request), request.body)
    return undefined
  })

  endpoint(app, 'DELETE /v1/admin/users/:id/ban', async (request) => {
    await acts.unban(actOf(request))
    return undefined
  })

  endpoint(app, 'PUT /v1/admin/users/:id/role', async (request) => {
    await acts.setRole(actOf(request), request.body.role)
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
