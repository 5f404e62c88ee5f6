import type { LoginBody, LoginResult } from '@repo/shared'
import type { AppContext } from '../../context.ts'
import { auditFailedLogin } from '../../domain/audit/audit-failed-login.ts'
import type { DirectLogin } from '../../domain/direct-login/direct-logins.ts'
import type { LoginDetails } from '../../domain/direct-login/returning-login.ts'
import { exchangeLoginCode } from '../../domain/identities/exchange-login-code.ts'
import type { PreparedAttempt } from '../../domain/identities/wechat-identities.ts'
import type { RequestContext } from '../../utils/request-context.ts'
import { addToRequestLine } from '../../utils/request-line.ts'

type WechatLoginContext = Pick<
  AppContext,
  | 'apps'
  | 'consents'
  | 'database'
  | 'deviceTokens'
  | 'directLogins'
  | 'exchangeGuard'
  | 'identities'
  | 'limits'
  | 'mergeTickets'
  | 'rejectedLogins'
  | 'sessions'
  | 'wechat'
>

/** Logs in the WeChat user behind a code of `wx.login`, or creates their account. */
export async function wechatLogin(
  context: WechatLoginContext,
  body: LoginBody,
  request: RequestContext,
): Promise<LoginResult> {
  const { apps, consents, deviceTokens, directLogins, identities, mergeTickets } = context
  const { code, expectedUserId, inviterId, device, deviceToken, consent, sharedAccount } = body
  const { appId = apps.default.appId } = body
  const { ip, log } = request

  // Before the code is used up: the same code works once the user has agreed.
  consents.assertAcceptable(consent)

  return auditFailedLogin(context, { ...request, appId }, async () => {
    const app = apps.find(appId)
    const { wechatUser, wechatMs } = await exchangeLoginCode(context, code, app, { ...request, deviceToken })
    const attempt = identities.prepare({ ...wechatUser, expectedUserId, inviterId, sharedAccount, ip })
    const identity = { appId, openid: wechatUser.openid }
    const isSilent = expectedUserId !== undefined
    const details = {
      device,
      consent: { versions: consent, method: 'wechat' as const, appId, isSilent },
      wechatMs,
    }
    const direct = await directLogins.logIn(attempt, details)
    const { tokens, isNewUser, otherUserId } = direct ?? (await logInStepByStep(context, attempt, details))
    const userId = tokens.user.id

    addToRequestLine(log, { userId, appId, isNewUser })
    const conflict = otherUserId && (await mergeTickets.issue({ userId, otherUserId, identity }))
    return {
      ...tokens,
      isNewUser,
      deviceToken: deviceTokens.issue(userId, deviceToken),
      ...(conflict && conflict.ticket !== null ? { conflict } : {}),
    }
  })
}

/** A login that one statement could not do: first the user, or why the login is rejected, then the session. */
async function logInStepByStep(
  { identities, sessions }: Pick<AppContext, 'identities' | 'sessions'>,
  attempt: PreparedAttempt,
  { device, consent, wechatMs }: LoginDetails,
): Promise<DirectLogin> {
  const { appId, openid, ip } = attempt
  const { userId, isNewUser, otherUserId } = await identities.findOrCreateUser(attempt)
  const tokens = await sessions.create({
    userId,
    identity: { appId, openid },
    device,
    ip,
    auditData: { method: 'wechat', isNewUser, wechatMs },
    consent,
  })
  return { tokens, isNewUser, otherUserId }
}
