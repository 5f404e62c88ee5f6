import type { RefreshResult } from '@repo/shared'
import { type Query, queryIn } from '../../infra/database/query.ts'
import { ApiError } from '../../utils/api-error.ts'
import type { MergeTickets } from '../accounts/merge-tickets.ts'
import { appendAuditEntry } from '../audit/audit-log.ts'
import { lockCaller, lockOwnUser } from '../locks.ts'
import type { Claims } from '../sessions/access-tokens.ts'
import type { ChangeLoginMethods } from '../sessions/change-login-methods.ts'
import type { Revoke } from '../sessions/revoker.ts'
import type { Identities, Owner, VouchedPerson } from './wechat-identities.ts'

/**
 * Binds a WeChat identity to an account. Where it is bound to it already, its session_key is renewed.
 *
 * Both throw ApiError `account_conflict` with a ticket where the user behind it has another account with us,
 * `wechat_already_bound` where the account has another identity in this mini program, `account_banned`,
 * `session_revoked`; then nothing was changed.
 */
export type BindWechat = {
  /**
   * @param isProven whether the caller has proven to own the account; else the identity itself must lead to it.
   * @throws ApiError `proof_required`.
   */
  toCaller(
    claims: Claims,
    binding: { person: VouchedPerson; isProven: boolean; ip: string },
  ): Promise<RefreshResult>
  /** At a login, whose password was the proof: it begins its session afterwards. */
  atLogin(userId: string, binding: { person: VouchedPerson; ip: string }): Promise<void>
}

/** Ends the transaction that found it out; the ticket is issued after that. */
class BoundToOther extends Error {
  readonly otherUserId: string

  constructor(otherUserId: string) {
    super('the WeChat identity belongs to another account')
    this.otherUserId = otherUserId
  }
}

export function createBindWechat({
  identities,
  mergeTickets,
  changeLoginMethods,
  revoke,
}: {
  identities: Identities
  mergeTickets: MergeTickets
  changeLoginMethods: ChangeLoginMethods
  revoke: Revoke
}): BindWechat {
  /** With the identity and the user locked. Resolves with whether it is a new one of the account. */
  async function bind(
    query: Query,
    userId: string,
    { owner, person, ip }: { owner: Owner | null; person: VouchedPerson; ip: string },
  ): Promise<boolean> {
    if (owner && owner.userId !== userId) throw new BoundToOther(owner.userId)
    if (owner?.isBound) return false
    const others = await query<{ openid: string }>`
      SELECT openid FROM wechat_identities WHERE user_id = ${userId}::uuid AND app_id = ${person.appId}`
    if (others.length > 0) throw new ApiError('wechat_already_bound', { userId })
    await identities.add(query, person, userId)
    await appendAuditEntry(query, { type: 'wechat_bound', userId, ip, appId: person.appId })
    return true
  }

  async function withTicket<Result>(
    userId: string,
    person: VouchedPerson,
    binding: () => Promise<Result>,
  ): Promise<Result> {
    // The exchange has replaced the one before, whose ever the identity is.
    await identities.storeSessionKey(person)
    try {
      return await binding()
    } catch (error) {
      if (!(error instanceof BoundToOther)) throw error
      const { otherUserId } = error
      const identity = { appId: person.appId, openid: person.openid }
      throw await mergeTickets.conflict({ userId, otherUserId, identity })
    }
  }

  return {
    toCaller: (claims, { person, isProven, ip }) =>
      withTicket(claims.sub, person, () =>
        changeLoginMethods(claims, ip, async (transaction) => {
          const query = queryIn(transaction)
          const owner = await identities.lockOwnerOf(query, person)
          // Waits for a merge or a deletion that is under way, and sees what it left.
          await lockCaller(query, claims)
          if (!isProven && owner?.userId !== claims.sub) throw new ApiError('proof_required')
          const isNew = await bind(query, claims.sub, { owner, person, ip })
          return isNew ? 'login_method_changed' : null
        }),
      ),
    atLogin: (userId, { person, ip }) =>
      withTicket(userId, person, () =>
        revoke.within({ ip }, async (transaction, end) => {
          const query = queryIn(transaction)
          const owner = await identities.lockOwnerOf(query, person)
          await lockOwnUser(query, userId)
          if (await bind(query, userId, { owner, person, ip }))
            await end.tokensOf(userId, 'login_method_changed')
        }),
      ),
  }
}
