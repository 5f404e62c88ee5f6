import { lockOwnUser } from '../account/lock-user.ts'
import type { MergeTickets } from '../account/merge-tickets.ts'
import type { UserRow } from '../account/user-row.ts'
import { appendAuditEntry } from '../audit/audit-log.ts'
import type { Identities, Owner, VouchedPerson } from '../auth/identities.ts'
import type { Database } from '../database/database.ts'
import type { Query } from '../database/query.ts'
import { ApiError } from '../problem.ts'

type Binding = { userId: string; person: VouchedPerson; ip: string }

/**
 * Binds a WeChat identity to an account, for somebody who has proven that it is theirs. Where it is bound to it already,
 * its session_key is renewed.
 *
 * @throws ApiError `account_conflict` with a ticket where the person behind it has another account with us,
 *   `wechat_already_bound` where the account has another identity in this mini program, `account_banned`,
 *   `session_revoked`; then nothing was changed.
 */
export type BindWechat = (binding: Binding) => Promise<UserRow>

export function createBindWechat({
  database: { transaction },
  identities,
  mergeTickets,
}: {
  database: Database
  identities: Identities
  mergeTickets: MergeTickets
}): BindWechat {
  async function bind(query: Query, { userId, person, ip }: Binding): Promise<[UserRow, Owner | null]> {
    const owner = await identities.lockOwnerOf(query, person)
    // Waits for a merge or an erasure that is under way, and sees what it left.
    const user = await lockOwnUser(query, userId)
    const isFree = owner === null || (owner.userId === userId && !owner.isBound)
    if (isFree) {
      const others = await query<{ openid: string }>`
        SELECT openid FROM wechat_identities WHERE user_id = ${userId}::uuid AND app_id = ${person.appId}`
      if (others.length > 0) throw new ApiError('wechat_already_bound', { userId })
      await identities.add(query, person, userId)
      await appendAuditEntry(query, { type: 'wechat_bound', userId, ip, appId: person.appId })
    }
    return [user, owner]
  }

  return async (binding) => {
    const { userId, person } = binding
    const [user, owner] = await transaction((query) => bind(query, binding))
    if (owner && owner.userId !== userId) {
      const identity = { appId: person.appId, openid: person.openid }
      throw await mergeTickets.conflict({ userId, otherUserId: owner.userId, identity })
    }
    if (owner?.isBound) await identities.storeSessionKey(person)
    return user
  }
}
