import type { LoginResult, PasswordLoginBody } from '@repo/shared'
import type { AppContext } from '../../context.ts'
import { auditFailedLogin } from '../../domain/audit/audit-failed-login.ts'
import { bindWechatAtLogin } from '../../domain/identities/bind-wechat.ts'
import { exchangeLoginCode } from '../../domain/identities/exchange-login-code.ts'
import { assertNotBanned } from '../../domain/users/account-state.ts'
import { ApiError } from '../../utils/api-error.ts'
import type { RequestContext } from '../../utils/request-context.ts'
import { addToRequestLine } from '../../utils/request-line.ts'

type PasswordLoginContext = Pick<
  AppContext,
  | 'apps'
  | 'consents'
  | 'database'
  | 'deviceTokens'
  | 'exchangeGuard'
  | 'identities'
  | 'limits'
  | 'mergeTickets'
  | 'passwords'
  | 'rejectedLogins'
  | 'revoker'
  | 'sessions'
  | 'wechat'
>

/** Logs in with username and password, and binds the WeChat identity behind a code to the account. */
export function passwordLogin(
  context: PasswordLoginContext,
  body: PasswordLoginBody,
  request: RequestContext,
): Promise<LoginResult> {
  context.consents.assertAcceptable(body.consent)
  const appId = body.code && (body.appId ?? context.apps.default.appId)
  return auditFailedLogin(context, { ...request, appId }, () => login(context, body, request))
}

async function login(
  context: PasswordLoginContext,
  body: PasswordLoginBody,
  request: RequestContext,
): Promise<LoginResult> {
  const { apps, deviceTokens, passwords, revoker, sessions } = context
  const { code, device, deviceToken } = body
  const { ip, log } = request

  const app = apps.find(body.appId)
  await limitAttempts(context, deviceToken, ip)
  const verified = await passwords.verifyCredentials(body, ip)
  const { id: userId } = verified
  assertNotBanned(verified)
  // Only now: a mistyped password must not use up a code.
  const exchanged =
    code === undefined ? null : await exchangeLoginCode(context, code, app, { ...request, deviceToken })
  if (exchanged) await bindWechatAtLogin(context, userId, { wechatUser: exchanged.wechatUser, ip })
  await storeLastLogin(context, userId, ip)
  const tokens = await sessions.create({
    userId,
    identity: exchanged && { appId: app.appId, openid: exchanged.wechatUser.openid },
    device,
    ip,
    auditData: { method: 'password', isNewUser: false, ...(exchanged && { wechatMs: exchanged.wechatMs }) },
    consent: { versions: body.consent, method: 'password', appId: app.appId, isSilent: false },
  })
  if (!(await passwords.isUnchanged(verified))) {
    // A concurrent change of the password has ended all sessions but this one.
    const [sessionId = ''] = tokens.refreshToken.split('.')
    await revoker.revokeSessions(userId, [sessionId], 'password_changed', { ip })
    throw new ApiError('credentials_invalid', { userId })
  }
  addToRequestLine(log, { userId, isNewUser: false })
  return { ...tokens, isNewUser: false, deviceToken: deviceTokens.issue(userId, deviceToken) }
}

/** Attempts on a known device do not count for its IP, which it may share with other users. */
async function limitAttempts(
  { deviceTokens, limits }: Pick<AppContext, 'deviceTokens' | 'limits'>,
  deviceToken: string | undefined,
  ip: string,
): Promise<void> {
  const device = deviceToken === undefined ? null : deviceTokens.read(deviceToken)
  if (device && (await limits.passwordOn(device.deviceId))) return
  await limits.passwordFrom(ip)
}

async function storeLastLogin({ database }: Pick<AppContext, 'database'>, userId: string, ip: string) {
  await database.prisma.user.updateMany({
    where: { id: userId, status: { not: 'deleted' } },
    data: { lastLoginAt: new Date(), lastLoginIp: ip },
  })
}
