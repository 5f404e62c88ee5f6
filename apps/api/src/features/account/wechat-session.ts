import type { FastifyBaseLogger } from 'fastify'
import type { AskWhoseCode } from '../../domain/identities/exchange-login-code.ts'
import type { Identities } from '../../domain/identities/wechat-identities.ts'
import type { Claims } from '../../domain/sessions/access-tokens.ts'
import type { FindSession } from '../../domain/sessions/load-session.ts'
import type { PersonLimits } from '../../http/rate-limit.ts'
import type { WechatApps } from '../../infra/wechat/apps.ts'
import { ApiError } from '../../utils/api-error.ts'

/**
 * Stores the session_key that came with a fresh code, for the person who is logged in.
 *
 * @throws ApiError `different_account` when the code is somebody else's, then nothing was changed;
 *   `session_revoked`, `account_banned`, `code_…`, `wechat_…`, `rate_limited`.
 */
export type RenewWechatSession = (
  claims: Claims,
  code: string,
  origin: { ip: string; log: FastifyBaseLogger },
) => Promise<void>

export function createRenewWechatSession({
  findSession,
  apps,
  askWhoseCode,
  identities,
  limits,
}: {
  findSession: FindSession
  apps: WechatApps
  askWhoseCode: AskWhoseCode
  identities: Identities
  limits: PersonLimits
}): RenewWechatSession {
  return async (claims, code, origin) => {
    // Unlike at a login it is known who asks, so that no call to WeChat is spent on who asks too often.
    await limits.renewal(claims.sub)
    const { identity } = await findSession(claims)
    // A session that a password began belongs to no WeChat identity.
    if (!identity) throw new ApiError('different_account')
    const app = apps.find(identity.appId)

    const { person } = await askWhoseCode(code, app, origin)
    if (person.openid !== identity.openid) throw new ApiError('different_account')
    await identities.storeSessionKey(person)
  }
}
