import type { FastifyInstance } from 'fastify'
import type { AppContext } from '../../context.ts'
import { createUnbindWechat } from './unbind-wechat.ts'
import { registerBindingRoutes } from './wechat-binding-routes.ts'

export function composeBinding(app: FastifyInstance, context: AppContext): void {
  registerBindingRoutes(app, { ...context, unbindWechat: createUnbindWechat(context) })
}
