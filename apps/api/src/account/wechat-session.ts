import type { FastifyBaseLogger } from 'fastify'
import type { Claims } from '../auth/access-tokens.ts'
import type { Identities } from '../auth/identities.ts'
import { timed } from '../auth/timed.ts'
import type { PersonLimits } from '../limits/limits.ts'
import { ApiError } from '../problem.ts'
import type { WechatApps } from '../wechat/apps.ts'
import type { WechatClient } from '../wechat/client.ts'
import type { FindSession } from './find-session.ts'

/**
 * Stores the session_key that came with a fresh code, for the person who is logged in.
 *
 * @throws ApiError `different_account` when the code is somebody else's, then nothing was changed;
 *   `session_revoked`, `account_banned`, `code_…`, `wechat_…`, `rate_limited`.
 */
export type RenewWechatSession = (claims: Claims, code: string, log: FastifyBaseLogger) => Promise<void>

export function createRenewWechatSession({
  findSession,
  apps,
  wechat,
  identities,
  limits,
}: {
  findSession: FindSession
  apps: WechatApps
  wechat: WechatClient
  identities: Identities
  limits: PersonLimits
}): RenewWechatSession {
  return async (claims, code, log) => {
    // Unlike at a login it is known who asks, so that no call to WeChat is spent on who asks too often.
    await limits.renewal(claims.sub)
    const { identity } = await findSession(claims)
    // A session that a password began belongs to no WeChat identity.
    if (!identity) throw new ApiError('different_account')
    const app = apps.find(identity.appId)

    const { result: person } = await timed(log, 'code exchanged', () => wechat.exchangeCode(app, code))
    if (person.openid !== identity.openid) throw new ApiError('different_account')
    await identities.storeSessionKey({ appId: app.appId, ...person })
  }
}
