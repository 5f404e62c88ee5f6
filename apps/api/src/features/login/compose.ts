import type { FastifyInstance } from 'fastify'
import type { House } from '../../context.ts'
import { registerAuthRoutes } from './routes.ts'
import { createLogin } from './wechat-login.ts'

export function composeAuth(app: FastifyInstance, house: House): void {
  registerAuthRoutes(app, { ...house, login: house.metrics.watchLogin(createLogin(house)) })
}
