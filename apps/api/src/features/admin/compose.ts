import type { FastifyInstance } from 'fastify'
import type { AppContext } from '../../context.ts'
import { createActs } from './actions.ts'
import { createRecordRead } from './record-read.ts'
import { createResetSessionKeys } from './reset-session-keys.ts'
import { createRetryJob } from './retry-job.ts'
import { registerAdminRoutes } from './routes.ts'
import { createAdminUsers } from './users.ts'

export function composeAdmin(app: FastifyInstance, context: AppContext): void {
  registerAdminRoutes(app, {
    users: createAdminUsers(context.database, context.config.publicUrl),
    acts: createActs(context),
    recordRead: createRecordRead(context.database),
    resetSessionKeys: createResetSessionKeys(context),
    deadJobs: context.deadJobs,
    retryJob: createRetryJob(context),
  })
}
