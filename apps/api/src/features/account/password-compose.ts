import type { FastifyInstance } from 'fastify'
import type { House } from '../../context.ts'
import { createPasswordLogin } from '../login/password-login.ts'
import { createRegister } from '../login/register.ts'
import { createChangePassword } from './password.ts'
import { registerPasswordRoutes } from './password-routes.ts'

export function composePassword(app: FastifyInstance, house: House): void {
  const { watchLogin } = house.metrics
  registerPasswordRoutes(app, {
    register: watchLogin(createRegister(house)),
    passwordLogin: watchLogin(createPasswordLogin(house)),
    changePassword: createChangePassword(house),
  })
}
