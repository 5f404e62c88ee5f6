import type { LoginBody, LoginResult } from '@repo/shared'
import type { AppContext } from '../../context.ts'
import { auditFailedLogin } from '../../domain/audit/audit-failed-login.ts'
import { exchangeLoginCode } from '../../domain/identities/exchange-login-code.ts'
import type { RequestContext } from '../../utils/request-context.ts'

/** Logs in the WeChat user behind a code of `wx.login`, or creates their account. */
export async function wechatLogin(
  context: Pick<
    AppContext,
    | 'apps'
    | 'database'
    | 'deviceTokens'
    | 'exchangeGuard'
    | 'identities'
    | 'limits'
    | 'mergeTickets'
    | 'rejectedLogins'
    | 'sessions'
    | 'wechat'
  >,
  body: LoginBody,
  request: RequestContext,
): Promise<LoginResult> {
  const { apps, deviceTokens, identities, mergeTickets, sessions } = context
  const { code, expectedUserId, inviterId, device, deviceToken, sharedAccount } = body
  const { appId = apps.default.appId } = body
  const { ip, log } = request

  return auditFailedLogin(context, { ...request, appId }, async () => {
    const app = apps.find(appId)
    const { wechatUser, wechatMs } = await exchangeLoginCode(context, code, app, { ...request, deviceToken })
    const { userId, isNewUser, otherUserId } = await identities.findOrCreateUser({
      ...wechatUser,
      expectedUserId,
      inviterId,
      sharedAccount,
      ip,
    })
    const identity = { appId, openid: wechatUser.openid }
    const tokens = await sessions.create({
      userId,
      identity,
      device,
      ip,
      auditData: { method: 'wechat', isNewUser, wechatMs },
    })

    log.info({ userId, appId, isNewUser }, 'logged in')
    const conflict = otherUserId && (await mergeTickets.issue({ userId, otherUserId, identity }))
    return {
      ...tokens,
      isNewUser,
      deviceToken: deviceTokens.issue(userId, deviceToken),
      ...(conflict && conflict.ticket !== null ? { conflict } : {}),
    }
  })
}
