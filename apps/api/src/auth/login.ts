import type { LoginBody, LoginResult } from '@repo/shared'
import type { PersonLimits } from '../limits/limits.ts'
import type { WechatApps } from '../wechat/apps.ts'
import type { WechatClient } from '../wechat/client.ts'
import type { Identities } from './identities.ts'
import type { RefuseUnknownInviter } from './inviters.ts'
import type { KeepRefusals, Origin } from './refusals.ts'
import type { Sessions } from './sessions.ts'
import { timed } from './timed.ts'

/**
 * Registers or logs in the person behind a code of `wx.login`.
 *
 * @throws ApiError `unknown_app`, `inviter_unknown`, `code_…`, `wechat_…`, `account_banned`, `different_account`,
 *   `rate_limited`.
 */
export type Login = (body: LoginBody, origin: Origin) => Promise<LoginResult>

export function createLogin({
  apps,
  wechat,
  identities,
  sessions,
  limits,
  keepRefusals,
  refuseUnknownInviter,
}: {
  apps: WechatApps
  wechat: WechatClient
  identities: Identities
  sessions: Sessions
  limits: PersonLimits
  keepRefusals: KeepRefusals
  refuseUnknownInviter: RefuseUnknownInviter
}): Login {
  const login: Login = async ({ code, appId, expectedUserId, inviterId, device }, { ip, log }) => {
    const app = apps.find(appId)
    await refuseUnknownInviter(inviterId)
    const { result: person, durationMs: wechatMs } = await timed(log, 'code exchanged', () =>
      wechat.exchangeCode(app, code),
    )
    await limits.login({ appId: app.appId, openid: person.openid })
    const identity = { appId: app.appId, openid: person.openid }
    const { userId, isNewUser } = await identities.logIn({
      ...person,
      ...identity,
      expectedUserId,
      inviterId,
      ip,
    })
    const tokens = await sessions.begin({
      userId,
      identity,
      device,
      ip,
      how: { method: 'wechat', isNewUser, wechatMs },
    })

    log.info({ userId, appId: app.appId, isNewUser }, 'logged in')
    return { ...tokens, isNewUser }
  }

  return (body, origin) =>
    keepRefusals({ ...origin, appId: body.appId ?? apps.default.appId }, () => login(body, origin))
}
