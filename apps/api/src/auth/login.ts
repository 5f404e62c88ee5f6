import type { LoginBody, LoginResult } from '@repo/shared'
import type { FastifyBaseLogger } from 'fastify'
import type { WechatApp } from '../configuration/values.ts'
import { ApiError } from '../problem.ts'
import type { WechatClient } from '../wechat/client.ts'
import type { Identities } from './identities.ts'
import type { Sessions } from './sessions.ts'
import { timed } from './timed.ts'

/**
 * Registers or logs in the person behind a code of `wx.login`.
 *
 * @throws ApiError `unknown_app`, `code_…`, `wechat_…`, `account_banned`, `different_account`.
 */
export type Login = (body: LoginBody, origin: { ip: string; log: FastifyBaseLogger }) => Promise<LoginResult>

export function createLogin({
  apps,
  wechat,
  identities,
  sessions,
}: {
  apps: [WechatApp, ...WechatApp[]]
  wechat: WechatClient
  identities: Identities
  sessions: Sessions
}): Login {
  return async ({ code, appId, expectedUserId, device }, { ip, log }) => {
    const app = appId === undefined ? apps[0] : apps.find((candidate) => candidate.appId === appId)
    if (!app) throw new ApiError('unknown_app', { detail: 'no configured WeChat app has this appId' })

    const person = await timed(log, 'code exchanged', () => wechat.exchangeCode(app, code))
    const { user, isNewUser } = await identities.logIn({ appId: app.appId, ...person, expectedUserId, ip })
    const tokens = await sessions.begin({ user, appId: app.appId, openid: person.openid, device, ip })

    log.info({ userId: user.id, appId: app.appId, isNewUser }, 'logged in')
    return { ...tokens, isNewUser }
  }
}
