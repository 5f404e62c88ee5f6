import type { LoginResult, PasswordLoginBody } from '@repo/shared'
import type { KeepRefusals, Origin } from '../../domain/audit/audit-failed-login.ts'
import type { BindWechat } from '../../domain/identities/bind-wechat.ts'
import type { Exchange } from '../../domain/identities/exchange-login-code.ts'
import type { Passwords } from '../../domain/passwords/passwords.ts'
import type { DeviceTokens } from '../../domain/sessions/device-tokens.ts'
import type { Revoke } from '../../domain/sessions/revoker.ts'
import type { Sessions } from '../../domain/sessions/sessions.ts'
import { refuseBanned } from '../../domain/users/account-state.ts'
import type { PersonLimits } from '../../http/rate-limit.ts'
import type { Database } from '../../infra/database/client.ts'
import type { WechatApps } from '../../infra/wechat/apps.ts'
import { ApiError } from '../../utils/api-error.ts'

/**
 * Logs in with username and password, and binds the WeChat account behind a code.
 *
 * @throws ApiError `credentials_invalid`, `rate_limited`, `account_banned` once the password was right; with a code also
 *   `unknown_app`, `code_…`, `wechat_…`, `account_conflict`, `wechat_already_bound`: then nobody is logged in.
 */
export type PasswordLogin = (body: PasswordLoginBody, origin: Origin) => Promise<LoginResult>

export function createPasswordLogin({
  database: { prisma },
  passwords,
  apps,
  exchange,
  bindWechat,
  sessions,
  revoke,
  keepRefusals,
  deviceTokens,
  limits,
}: {
  database: Database
  passwords: Passwords
  apps: WechatApps
  exchange: Exchange
  bindWechat: BindWechat
  sessions: Sessions
  revoke: Revoke
  keepRefusals: KeepRefusals
  deviceTokens: DeviceTokens
  limits: PersonLimits
}): PasswordLogin {
  /** A known device does not count for the IP that it shares with others. */
  async function countTry(deviceToken: string | undefined, ip: string): Promise<void> {
    const device = deviceToken === undefined ? null : deviceTokens.read(deviceToken)
    if (device && (await limits.passwordOn(device.deviceId))) return
    await limits.passwordFrom(ip)
  }

  const login: PasswordLogin = async (body, { ip, log }) => {
    const app = apps.find(body.appId)
    await countTry(body.deviceToken, ip)
    const proven = await passwords.prove(body, ip)
    const { id: userId } = proven
    refuseBanned(proven)
    // Only now: a mistyped password does not cost a code.
    const exchanged =
      body.code === undefined
        ? null
        : await exchange(body.code, app, { ip, log, deviceToken: body.deviceToken })
    const person = exchanged?.person ?? null
    if (person) await bindWechat.atLogin(userId, { person, ip })
    await prisma.user.updateMany({
      where: { id: userId, status: { not: 'deleted' } },
      data: { lastLoginAt: new Date(), lastLoginIp: ip },
    })
    const tokens = await sessions.begin({
      userId,
      identity: person && { appId: person.appId, openid: person.openid },
      device: body.device,
      ip,
      how: { method: 'password', isNewUser: false, ...(exchanged && { wechatMs: exchanged.wechatMs }) },
    })
    if (!(await passwords.isUnchanged(proven))) {
      // Replaced while it was looked at, and the sessions that there were then have ended without this one.
      const [sessionId = ''] = tokens.refreshToken.split('.')
      await revoke.sessions(userId, [sessionId], 'password_changed', { ip })
      throw new ApiError('credentials_invalid', { userId })
    }
    log.info({ userId, isNewUser: false }, 'logged in')
    return { ...tokens, isNewUser: false, deviceToken: deviceTokens.issue(userId, body.deviceToken) }
  }

  return (body, origin) =>
    keepRefusals({ ...origin, appId: body.code && (body.appId ?? apps.default.appId) }, () =>
      login(body, origin),
    )
}
