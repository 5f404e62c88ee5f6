import type { FastifyInstance } from 'fastify'
import type { AppContext } from '../../context.ts'
import { createPasswordLogin } from './password-login.ts'
import { createPhoneLogin } from './phone-login.ts'
import { createRegister } from './register.ts'
import { registerAuthRoutes } from './routes.ts'
import { createLogin } from './wechat-login.ts'

export function composeAuth(app: FastifyInstance, context: AppContext): void {
  const { watchLogin } = context.metrics
  registerAuthRoutes(app, {
    ...context,
    login: watchLogin(createLogin(context)),
    register: watchLogin(createRegister(context)),
    passwordLogin: watchLogin(createPasswordLogin(context)),
    phoneLogin: watchLogin(createPhoneLogin(context)),
  })
}
