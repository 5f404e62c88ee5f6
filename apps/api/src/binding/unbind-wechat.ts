import { lockOwnUser } from '../account/lock-user.ts'
import { deleteTicketsOf } from '../account/merge-tickets.ts'
import { appendAuditEntry } from '../audit/audit-log.ts'
import type { Claims } from '../auth/access-tokens.ts'
import type { Revoke } from '../auth/revoke.ts'
import { queryIn } from '../database/query.ts'
import { ApiError } from '../problem.ts'

/**
 * Removes all WeChat identities of an account: one that stayed would bring the others back by its unionid. The sessions
 * that they began end, but for the one that asks.
 *
 * @throws ApiError `last_way_in` when there is no password; `account_banned`, `session_revoked`.
 */
export type UnbindWechat = (claims: Claims, ip: string) => Promise<void>

export function createUnbindWechat({ revoke }: { revoke: Revoke }): UnbindWechat {
  return ({ sub: userId, sid }, ip) =>
    revoke.within({ ip }, async (transaction, end) => {
      await lockOwnUser(queryIn(transaction), userId)
      const password = await transaction.password.findUnique({ where: { userId }, select: { userId: true } })
      if (!password) throw new ApiError('last_way_in')
      const { count } = await transaction.wechatIdentity.deleteMany({ where: { userId } })
      if (count === 0) return
      await end.sessions({ userId, id: { not: sid }, openid: { not: null } }, 'wechat_unbound')
      // It goes on as one that a password could have begun.
      await transaction.session.updateMany({ where: { id: sid }, data: { appId: null, openid: null } })
      await deleteTicketsOf(transaction, [userId])
      await appendAuditEntry(queryIn(transaction), { type: 'wechat_unbound', userId, ip })
    })
}
