import type { FastifyInstance } from 'fastify'
import type { House } from '../../context.ts'
import { createUnbindWechat } from './unbind-wechat.ts'
import { registerBindingRoutes } from './wechat-binding-routes.ts'

export function composeBinding(app: FastifyInstance, house: House): void {
  registerBindingRoutes(app, { ...house, unbindWechat: createUnbindWechat(house) })
}
