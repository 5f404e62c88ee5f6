import type { FastifyBaseLogger } from 'fastify'
import type { Claims } from '../auth/access-tokens.ts'
import type { Identities } from '../auth/identities.ts'
import { timed } from '../auth/timed.ts'
import type { Database } from '../database/database.ts'
import type { PersonLimits } from '../limits/limits.ts'
import { ApiError } from '../problem.ts'
import type { WechatApps } from '../wechat/apps.ts'
import type { WechatClient } from '../wechat/client.ts'
import { refuseBanned } from './ban.ts'

/**
 * Stores the session_key that came with a fresh code, for the person who is logged in.
 *
 * @throws ApiError `different_account` when the code is somebody else's, then nothing was changed;
 *   `session_revoked`, `account_banned`, `code_…`, `wechat_…`, `rate_limited`.
 */
export type RenewWechatSession = (claims: Claims, code: string, log: FastifyBaseLogger) => Promise<void>

export function createRenewWechatSession({
  database: { prisma },
  apps,
  wechat,
  identities,
  limits,
}: {
  database: Database
  apps: WechatApps
  wechat: WechatClient
  identities: Identities
  limits: PersonLimits
}): RenewWechatSession {
  return async ({ sub, sid }, code, log) => {
    // Unlike at a login it is known who asks, so that no call to WeChat is spent on who asks too often.
    await limits.renewal(sub)
    const session = await prisma.session.findFirst({
      where: { id: sid, revokedAt: null },
      select: { appId: true, openid: true, user: true },
    })
    if (!session) throw new ApiError('session_revoked')
    const { id, status, bannedReason, bannedUntil } = session.user
    refuseBanned({ id, status, banned_reason: bannedReason, banned_until: bannedUntil })
    // A session that a password began belongs to no WeChat identity.
    if (session.appId === null) throw new ApiError('different_account')
    const app = apps.find(session.appId)

    const { result: person } = await timed(log, 'code exchanged', () => wechat.exchangeCode(app, code))
    if (person.openid !== session.openid) throw new ApiError('different_account')
    await identities.storeSessionKey({ appId: app.appId, ...person })
  }
}
