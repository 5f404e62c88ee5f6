import type { FastifyInstance } from 'fastify'
import type { AppContext } from '../../context.ts'
import { createPasswordLogin } from '../login/password-login.ts'
import { createRegister } from '../login/register.ts'
import { createChangePassword } from './password.ts'
import { registerPasswordRoutes } from './password-routes.ts'

export function composePassword(app: FastifyInstance, context: AppContext): void {
  const { watchLogin } = context.metrics
  registerPasswordRoutes(app, {
    register: watchLogin(createRegister(context)),
    passwordLogin: watchLogin(createPasswordLogin(context)),
    changePassword: createChangePassword(context),
  })
}
