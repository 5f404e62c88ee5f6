import type { Claims } from '../auth/access-tokens.ts'
import type { Database } from '../database/database.ts'
import { ApiError } from '../problem.ts'
import { refuseBanned } from './ban.ts'

/** What WeChat calls a person: the AppID of the mini program, and the openid there. */
export type WechatIdentity = { appId: string; openid: string }

/**
 * The WeChat identity that began a session; `null` where a password did.
 *
 * @throws ApiError `session_revoked`, `account_banned`.
 */
export type SessionIdentity = (claims: Claims) => Promise<WechatIdentity | null>

export function createSessionIdentity({ prisma }: Database): SessionIdentity {
  return async ({ sid }) => {
    const session = await prisma.session.findFirst({
      where: { id: sid, revokedAt: null },
      select: { appId: true, openid: true, user: true },
    })
    if (!session) throw new ApiError('session_revoked')
    const { id, status, bannedReason, bannedUntil } = session.user
    refuseBanned({ id, status, banned_reason: bannedReason, banned_until: bannedUntil })
    const { appId, openid } = session
    return appId === null || openid === null ? null : { appId, openid }
  }
}
