import type { FastifyInstance } from 'fastify'
import type { Foundation, House } from '../../context.ts'
import type { JobHandlers } from '../../infra/jobs/jobs.ts'
import { createForgetWechatData } from './forget-wechat-data.ts'
import { createReceiveMessage } from './handle-message.ts'
import { registerPush } from './routes.ts'

export const pushJobs = ({ database }: Foundation): Pick<JobHandlers, 'forget_wechat_data'> => ({
  forget_wechat_data: createForgetWechatData(database),
})

export function composePush(app: FastifyInstance, house: House): void {
  registerPush(app, createReceiveMessage({ ...house, wake: house.jobs.wake }))
}
