import type { FastifyInstance } from 'fastify'
import type { House } from '../../context.ts'
import type { DeadJobs } from '../../infra/jobs/dead-jobs.ts'
import { createActs } from './actions.ts'
import { createRecordRead } from './record-read.ts'
import { createResetSessionKeys } from './reset-session-keys.ts'
import { createRetryJob } from './retry-job.ts'
import { registerAdminRoutes } from './routes.ts'
import { createAdminUsers } from './users.ts'

export function composeAdmin(app: FastifyInstance, house: House & { deadJobs: DeadJobs }): void {
  registerAdminRoutes(app, {
    users: createAdminUsers(house.database, house.toUser),
    acts: createActs(house),
    recordRead: createRecordRead(house.database),
    resetSessionKeys: createResetSessionKeys(house),
    deadJobs: house.deadJobs,
    retryJob: createRetryJob(house),
  })
}
