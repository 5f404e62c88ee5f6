import type { FastifyInstance } from 'fastify'
import type { House } from '../house.ts'
import { createChangePassword } from './change-password.ts'
import { createPasswordLogin } from './password-login.ts'
import { createRegister } from './register.ts'
import { registerPasswordRoutes } from './routes.ts'

export function composePassword(app: FastifyInstance, house: House): void {
  const { watchLogin } = house.metrics
  registerPasswordRoutes(app, {
    register: watchLogin(createRegister(house)),
    passwordLogin: watchLogin(createPasswordLogin(house)),
    changePassword: createChangePassword(house),
  })
}
