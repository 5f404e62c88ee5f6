import type { FastifyInstance } from 'fastify'
import type { House } from '../../context.ts'
import { createLogin } from './wechat-login.ts'
import { registerAuthRoutes } from './routes.ts'

export function composeAuth(app: FastifyInstance, house: House): void {
  registerAuthRoutes(app, { ...house, login: house.metrics.watchLogin(createLogin(house)) })
}
