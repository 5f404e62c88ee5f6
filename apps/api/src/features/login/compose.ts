import type { FastifyInstance } from 'fastify'
import type { AppContext } from '../../context.ts'
import { registerAuthRoutes } from './routes.ts'
import { createLogin } from './wechat-login.ts'

export function composeAuth(app: FastifyInstance, context: AppContext): void {
  registerAuthRoutes(app, { ...context, login: context.metrics.watchLogin(createLogin(context)) })
}
