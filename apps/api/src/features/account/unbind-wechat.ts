import type { RefreshResult } from '@repo/shared'
import { appendAuditEntry } from '../../domain/audit/audit-log.ts'
import { lockCaller } from '../../domain/locks.ts'
import type { Claims } from '../../domain/sessions/access-tokens.ts'
import type { ChangeLoginMethods } from '../../domain/sessions/change-login-methods.ts'
import { queryIn } from '../../infra/database/query.ts'
import { ApiError } from '../../utils/api-error.ts'

/**
 * Removes all WeChat identities of an account: one that stayed would bring the others back by its unionid. For a caller
 * who has proven to own the account.
 *
 * @throws ApiError `last_login_method` when there is no password; `account_banned`, `session_revoked`.
 */
export type UnbindWechat = (claims: Claims, ip: string) => Promise<RefreshResult>

export function createUnbindWechat({
  changeLoginMethods,
}: {
  changeLoginMethods: ChangeLoginMethods
}): UnbindWechat {
  return (claims, ip) =>
    changeLoginMethods(claims, ip, async (transaction) => {
      const { sub: userId, sid } = claims
      await lockCaller(queryIn(transaction), claims)
      const password = await transaction.password.findUnique({ where: { userId }, select: { userId: true } })
      if (!password) throw new ApiError('last_login_method')
      const { count } = await transaction.wechatIdentity.deleteMany({ where: { userId } })
      if (count === 0) return null
      // It goes on as one that a password could have begun.
      await transaction.session.updateMany({ where: { id: sid }, data: { appId: null, openid: null } })
      await appendAuditEntry(queryIn(transaction), { type: 'wechat_unbound', userId, ip })
      return 'wechat_unbound'
    })
}
