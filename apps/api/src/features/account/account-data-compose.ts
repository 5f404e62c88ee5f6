import type { FastifyInstance } from 'fastify'
import type { AppContext } from '../../context.ts'
import type { JobHandlers } from '../../infra/jobs/jobs.ts'
import { registerLeavingRoutes } from './account-data-routes.ts'
import { createDeleteAccount, createDeleteAccountJob } from './delete-account.ts'
import { createExportAccount } from './export.ts'
import { createLeave } from './leave.ts'

export const leavingJobs = (context: AppContext): Pick<JobHandlers, 'delete_account'> => ({
  delete_account: createDeleteAccountJob(createDeleteAccount(context), context.log),
})

export function composeLeaving(app: FastifyInstance, context: AppContext): void {
  registerLeavingRoutes(app, {
    ...context,
    exportAccount: createExportAccount({ ...context, publicUrl: context.config.publicUrl }),
    leave: createLeave({ ...context, deleteAccount: createDeleteAccount(context) }),
  })
}
