import type { FastifyInstance } from 'fastify'
import type { OwnershipVerifier } from '../../domain/ownership/verify-ownership.ts'
import { endpoint } from '../../http/define-route.ts'
import type { CurrentUser } from './current-user.ts'
import type { LoginHistory } from './login-history.ts'
import type { Devices } from './session-list.ts'
import type { TakeOverWechatProfile } from './wechat-profile.ts'
import type { RenewWechatSession } from './wechat-session.ts'

export function registerAccountRoutes(
  app: FastifyInstance,
  {
    currentUser,
    renewWechatSession,
    takeOverWechatProfile,
    devices,
    ownership,
    loginHistory,
  }: {
    currentUser: CurrentUser
    renewWechatSession: RenewWechatSession
    takeOverWechatProfile: TakeOverWechatProfile
    devices: Devices
    ownership: OwnershipVerifier
    loginHistory: LoginHistory
  },
): void {
  endpoint(app, 'GET /v1/me', ({ claims }) => currentUser(claims))

  endpoint(app, 'PUT /v1/me/wechat-session', async ({ claims, body, ip, log }) => {
    await renewWechatSession(claims, body.code, { ip, log })
    return undefined
  })

  endpoint(app, 'POST /v1/me/wechat-profile', ({ claims, body, ip, log }) =>
    takeOverWechatProfile(claims, body, { ip, log }),
  )

  endpoint(app, 'GET /v1/me/sessions', async ({ claims }) => ({ sessions: await devices.list(claims) }))

  endpoint(app, 'POST /v1/me/sessions/:id/revoke', async ({ claims, params, body, ip, log }) => {
    const request = { operation: 'POST /v1/me/sessions/:id/revoke', sessionId: claims.sid, ip, log } as const
    await ownership.verify(claims.sub, body.proof, request)
    await devices.remove(claims, params.id, ip)
    return undefined
  })

  endpoint(app, 'GET /v1/me/login-history', ({ claims, query }) => loginHistory(claims.sub, query))
}
