import type { LoginBody, LoginResult } from '@repo/shared'
import type { FastifyBaseLogger } from 'fastify'
import { appendAuditEntry } from '../audit/audit-log.ts'
import type { WechatApp } from '../configuration/values.ts'
import type { Database } from '../database/database.ts'
import type { PersonLimits } from '../limits/limits.ts'
import { ApiError } from '../problem.ts'
import type { WechatClient } from '../wechat/client.ts'
import type { Identities } from './identities.ts'
import type { Sessions } from './sessions.ts'
import { timed } from './timed.ts'

/**
 * Registers or logs in the person behind a code of `wx.login`.
 *
 * @throws ApiError `unknown_app`, `code_…`, `wechat_…`, `account_banned`, `different_account`, `rate_limited`.
 */
export type Login = (body: LoginBody, origin: { ip: string; log: FastifyBaseLogger }) => Promise<LoginResult>

export function createLogin({
  apps,
  database,
  wechat,
  identities,
  sessions,
  limits,
}: {
  apps: [WechatApp, ...WechatApp[]]
  database: Database
  wechat: WechatClient
  identities: Identities
  sessions: Sessions
  limits: PersonLimits
}): Login {
  const login: Login = async ({ code, appId, expectedUserId, device }, { ip, log }) => {
    const app = appId === undefined ? apps[0] : apps.find((candidate) => candidate.appId === appId)
    if (!app) throw new ApiError('unknown_app', { detail: 'no configured WeChat app has this appId' })

    const { result: person, durationMs: wechatMs } = await timed(log, 'code exchanged', () =>
      wechat.exchangeCode(app, code),
    )
    await limits.login({ appId: app.appId, openid: person.openid })
    const { userId, isNewUser } = await identities.logIn({ appId: app.appId, ...person, expectedUserId, ip })
    const tokens = await sessions.begin({
      userId,
      isNewUser,
      wechatMs,
      appId: app.appId,
      openid: person.openid,
      device,
      ip,
    })

    log.info({ userId, appId: app.appId, isNewUser }, 'logged in')
    return { ...tokens, isNewUser }
  }

  /** A refusal is kept in the audit log, with the account where it is known. */
  async function keepRefusal(
    { code, userId }: ApiError,
    { ip, log, appId }: { ip: string; log: FastifyBaseLogger; appId: string | undefined },
  ) {
    try {
      await appendAuditEntry(database.prisma, {
        type: 'login_refused',
        code,
        ip,
        ...(userId === undefined ? {} : { userId }),
        ...(appId === undefined ? {} : { appId }),
      })
    } catch (error) {
      // The person is to learn why the login failed, not why the log did.
      log.error({ err: error }, 'a refused login could not be kept in the audit log')
    }
  }

  return async (body, origin) => {
    try {
      return await login(body, origin)
    } catch (error) {
      if (error instanceof ApiError)
        await keepRefusal(error, { ...origin, appId: body.appId ?? apps[0].appId })
      throw error
    }
  }
}
