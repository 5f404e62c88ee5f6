import type { Database } from '../../infra/database/client.ts'
import type { User } from '../../infra/database/generated/client.ts'
import { ApiError } from '../../utils/api-error.ts'
import type { WechatIdentity } from '../identities/wechat-identity.ts'
import { assertNotBanned, toAccountState } from '../users/account-state.ts'
import type { Claims } from './access-tokens.ts'

/** A session that is alive, and whose it is. */
export type CurrentSession = {
  user: User
  /** The WeChat identity that it belongs to; `null` where a password began it. */
  identity: WechatIdentity | null
}

/**
 * The session that a request comes from, as the database knows it now.
 *
 * @throws ApiError `session_revoked`, `account_banned`.
 */
export type FindSession = (claims: Claims) => Promise<CurrentSession>

export function createFindSession({ prisma }: Database): FindSession {
  return async ({ sub: userId, sid }) => {
    const session = await prisma.session.findFirst({
      where: { id: sid, userId, revokedAt: null },
      include: { user: true },
    })
    if (!session) throw new ApiError('session_revoked')
    const { user, appId, openid } = session
    assertNotBanned(toAccountState(user))
    return {
      user,
      identity: appId === null || openid === null ? null : { appId, openid },
    }
  }
}
