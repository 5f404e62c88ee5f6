import type { FastifyInstance } from 'fastify'
import type { AppContext } from '../../context.ts'
import { defineRoute } from '../../http/define-route.ts'
import { logoutAll } from './logout-all.ts'
import { passwordLogin } from './password-login.ts'
import { phoneLogin } from './phone-login.ts'
import { register } from './register.ts'
import { wechatLogin } from './wechat-login.ts'

export function loginRoutes(app: FastifyInstance, context: AppContext): void {
  const { metrics, revoker, sessions } = context

  defineRoute(app, 'POST /v1/auth/login', ({ body, ip, log }) =>
    metrics.watchLogin(() => wechatLogin(context, body, { ip, log })),
  )

  defineRoute(app, 'POST /v1/auth/phone-login', ({ body, ip, log }) =>
    metrics.watchLogin(() => phoneLogin(context, body, { ip, log })),
  )

  defineRoute(app, 'POST /v1/auth/register', ({ body, ip, log }) =>
    metrics.watchLogin(() => register(context, body, { ip, log })),
  )

  defineRoute(app, 'POST /v1/auth/password-login', ({ body, ip, log }) =>
    metrics.watchLogin(() => passwordLogin(context, body, { ip, log })),
  )

  defineRoute(app, 'POST /v1/auth/refresh', ({ body, ip }) =>
    metrics.watchRefresh(() => sessions.refresh(body, ip)),
  )

  defineRoute(app, 'POST /v1/auth/logout', async ({ claims, ip }) => {
    await revoker.logout(claims.sid, { ip })
    return undefined
  })

  defineRoute(app, 'POST /v1/auth/logout-all', async ({ claims, body, ip, log }) => {
    await logoutAll(context, claims, body.proof, { ip, log })
    return undefined
  })
}
