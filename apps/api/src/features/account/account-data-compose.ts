import type { FastifyInstance } from 'fastify'
import type { Foundation, House } from '../../context.ts'
import type { JobHandlers } from '../../infra/jobs/jobs.ts'
import { registerLeavingRoutes } from './account-data-routes.ts'
import { createDeleteAccount, createDeleteAccountJob } from './delete-account.ts'
import { createExportAccount } from './export.ts'
import { createLeave } from './leave.ts'

export const leavingJobs = (foundation: Foundation): Pick<JobHandlers, 'delete_account'> => ({
  delete_account: createDeleteAccountJob(createDeleteAccount(foundation), foundation.log),
})

export function composeLeaving(app: FastifyInstance, house: House): void {
  registerLeavingRoutes(app, {
    ...house,
    exportAccount: createExportAccount({ ...house, publicUrl: house.config.publicUrl }),
    leave: createLeave({ ...house, deleteAccount: createDeleteAccount(house) }),
  })
}
