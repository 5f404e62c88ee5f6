import type { FastifyInstance } from 'fastify'
import type { House } from '../../context.ts'
import { registerBindingRoutes } from './wechat-binding-routes.ts'
import { createUnbindWechat } from './unbind-wechat.ts'

export function composeBinding(app: FastifyInstance, house: House): void {
  registerBindingRoutes(app, { ...house, unbindWechat: createUnbindWechat(house) })
}
