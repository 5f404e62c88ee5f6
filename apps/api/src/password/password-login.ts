import type { LoginResult, PasswordLoginBody } from '@repo/shared'
import { refuseBanned } from '../account/ban.ts'
import type { Exchange } from '../auth/exchange.ts'
import type { KeepRefusals, Origin } from '../auth/refusals.ts'
import type { Revoke } from '../auth/revoke.ts'
import type { Sessions } from '../auth/sessions.ts'
import type { BindWechat } from '../binding/bind-wechat.ts'
import type { Database } from '../database/database.ts'
import { ApiError } from '../problem.ts'
import type { WechatApps } from '../wechat/apps.ts'
import type { Passwords } from './passwords.ts'

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
}: {
  database: Database
  passwords: Passwords
  apps: WechatApps
  exchange: Exchange
  bindWechat: BindWechat
  sessions: Sessions
  revoke: Revoke
  keepRefusals: KeepRefusals
}): PasswordLogin {
  const login: PasswordLogin = async (body, { ip, log }) => {
    const app = apps.find(body.appId)
    const proven = await passwords.prove(body, ip)
    const { id: userId } = proven
    refuseBanned(proven)
    // Only now: a mistyped password does not cost a code.
    const exchanged = body.code === undefined ? null : await exchange(body.code, app, log)
    const person = exchanged?.person ?? null
    if (person) await bindWechat.atLogin(userId, { person, ip })
    await prisma.user.updateMany({
      where: { id: userId, status: { not: 'erased' } },
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
    return { ...tokens, isNewUser: false }
  }

  return (body, origin) =>
    keepRefusals({ ...origin, appId: body.code && (body.appId ?? apps.default.appId) }, () =>
      login(body, origin),
    )
}
