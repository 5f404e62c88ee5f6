import type { LoginBody, LoginResult } from '@repo/shared'
import type { MergeTickets } from '../../domain/accounts/merge-tickets.ts'
import type { KeepRefusals, Origin } from '../../domain/audit/audit-failed-login.ts'
import type { Exchange } from '../../domain/identities/exchange-login-code.ts'
import type { Identities } from '../../domain/identities/wechat-identities.ts'
import type { DeviceTokens } from '../../domain/sessions/device-tokens.ts'
import type { Sessions } from '../../domain/sessions/sessions.ts'
import type { WechatApps } from '../../infra/wechat/apps.ts'

/**
 * Registers or logs in the person behind a code of `wx.login`.
 *
 * @throws ApiError `unknown_app`, `code_…`, `wechat_…`, `account_banned`, `different_account`,
 *   `rate_limited`.
 */
export type Login = (body: LoginBody, origin: Origin) => Promise<LoginResult>

export function createLogin({
  apps,
  exchange,
  identities,
  sessions,
  mergeTickets,
  keepRefusals,
  deviceTokens,
}: {
  apps: WechatApps
  exchange: Exchange
  identities: Identities
  sessions: Sessions
  mergeTickets: MergeTickets
  keepRefusals: KeepRefusals
  deviceTokens: DeviceTokens
}): Login {
  const login: Login = async (body, { ip, log }) => {
    const { code, appId, expectedUserId, inviterId, device, deviceToken } = body
    const app = apps.find(appId)
    const { person, wechatMs } = await exchange(code, app, { ip, log, deviceToken })
    const identity = { appId: app.appId, openid: person.openid }
    const { userId, isNewUser, otherUserId } = await identities.logIn({
      ...person,
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
    const conflict = otherUserId && (await mergeTickets.offer({ userId, otherUserId, identity }))
    return {
      ...tokens,
      isNewUser,
      deviceToken: deviceTokens.issue(userId, deviceToken),
      ...(conflict && conflict.ticket !== null ? { conflict } : {}),
    }
  }

  return (body, origin) =>
    keepRefusals({ ...origin, appId: body.appId ?? apps.default.appId }, () => login(body, origin))
}
