import type { FastifyInstance } from 'fastify'
import type { AppContext } from '../../context.ts'
import type { JobHandlers } from '../../infra/jobs/jobs.ts'
import { createForgetWechatData } from './delete-wechat-data.ts'
import { createReceiveMessage } from './handle-message.ts'
import { registerPush } from './routes.ts'

export const pushJobs = ({ database }: AppContext): Pick<JobHandlers, 'forget_wechat_data'> => ({
  forget_wechat_data: createForgetWechatData(database),
})

export function composePush(app: FastifyInstance, context: AppContext): void {
  registerPush(app, createReceiveMessage({ ...context, wake: context.jobs.wake }))
}
