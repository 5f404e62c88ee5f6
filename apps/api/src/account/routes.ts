import type { FastifyInstance } from 'fastify'
import { endpoint } from '../endpoint.ts'
import type { CurrentUser } from './current-user.ts'
import type { RenewWechatSession } from './wechat-session.ts'

export function registerAccountRoutes(
  app: FastifyInstance,
  { currentUser, renewWechatSession }: { currentUser: CurrentUser; renewWechatSession: RenewWechatSession },
): void {
  endpoint(app, 'GET /v1/me', ({ claims }) => currentUser(claims))

  endpoint(app, 'PUT /v1/me/wechat-session', async ({ claims, body, log }) => {
    await renewWechatSession(claims, body.code, log)
    return undefined
  })
}
