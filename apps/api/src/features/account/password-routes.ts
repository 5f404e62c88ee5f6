import type { FastifyInstance } from 'fastify'
import { endpoint } from '../../http/define-route.ts'
import type { PasswordLogin } from '../login/password-login.ts'
import type { Register } from '../login/register.ts'
import type { ChangePassword } from './password.ts'

export function registerPasswordRoutes(
  app: FastifyInstance,
  {
    register,
    passwordLogin,
    changePassword,
  }: { register: Register; passwordLogin: PasswordLogin; changePassword: ChangePassword },
): void {
  endpoint(app, 'POST /v1/auth/register', ({ body, ip, log }) => register(body, { ip, log }))

  endpoint(app, 'POST /v1/auth/password-login', ({ body, ip, log }) => passwordLogin(body, { ip, log }))

  endpoint(app, 'PUT /v1/me/password', ({ claims, body, ip, log }) =>
    changePassword.change(claims, body, { ip, log }),
  )

  endpoint(app, 'POST /v1/auth/password-reset', async ({ body, ip, log }) => {
    await changePassword.reset(body, { ip, log })
    return undefined
  })
}
