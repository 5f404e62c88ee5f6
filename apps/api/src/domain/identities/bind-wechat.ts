import type { RefreshResult } from '@repo/shared'
import { prismaQuery, type Query } from '../../infra/database/query.ts'
import { ApiError } from '../../utils/api-error.ts'
import { appendAuditEntry } from '../audit/audit-log.ts'
import { lockActiveUser, lockCaller } from '../locks.ts'
import type { MergeTickets } from '../merge-tickets.ts'
import type { Claims } from '../sessions/access-tokens.ts'
import { changeLoginMethods } from '../sessions/change-login-methods.ts'
import type { SessionRevoker } from '../sessions/revoker.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { Identities, IdentityOwner, VerifiedWechatIdentity } from './wechat-identities.ts'

type BindServices = { identities: Identities; mergeTickets: MergeTickets }
type Binding = { wechatUser: VerifiedWechatIdentity; ip: string }

/** Rolls back the transaction that found the other account; the merge ticket is issued after that. */
class BoundToOtherAccountError extends Error {
  readonly otherUserId: string

  constructor(otherUserId: string) {
    super('the WeChat identity belongs to another account')
    this.otherUserId = otherUserId
  }
}

/** @param binding `isProven`: the caller has proven to own the account; otherwise the identity must lead to it already. */
export function bindWechatToCaller(
  services: BindServices & { revoker: SessionRevoker; sessions: Pick<Sessions, 'reissue'> },
  claims: Claims,
  binding: Binding & { isProven: boolean },
): Promise<RefreshResult> {
  const { wechatUser, isProven, ip } = binding
  return withConflictTicket(services, claims.sub, wechatUser, () =>
    changeLoginMethods(services, claims, ip, async (transaction) => {
      const query = prismaQuery(transaction)
      const owner = await services.identities.findOwnerForUpdate(query, wechatUser)
      // Waits for a merge or a deletion under way, and reads its result.
      await lockCaller(query, claims)
      if (!isProven && owner?.userId !== claims.sub) throw new ApiError('proof_required')
      const isNew = await bind(services, query, claims.sub, { ...binding, owner })
      return isNew ? 'login_method_changed' : null
    }),
  )
}

/** For a login whose password was the proof. The caller creates its session afterwards. */
export function bindWechatAtLogin(
  { revoker, ...services }: BindServices & { revoker: SessionRevoker },
  userId: string,
  binding: Binding,
): Promise<void> {
  const { wechatUser, ip } = binding
  return withConflictTicket(services, userId, wechatUser, () =>
    revoker.inTransaction({ ip }, async (transaction, batch) => {
      const query = prismaQuery(transaction)
      const owner = await services.identities.findOwnerForUpdate(query, wechatUser)
      await lockActiveUser(query, userId)
      if (await bind(services, query, userId, { ...binding, owner }))
        await batch.revokeUserTokens(userId, 'login_method_changed')
    }),
  )
}

/** Needs the locks of the identity and of the user. Resolves with whether the identity is new to the account. */
async function bind(
  { identities }: BindServices,
  query: Query,
  userId: string,
  { owner, wechatUser, ip }: Binding & { owner: IdentityOwner | null },
): Promise<boolean> {
  if (owner && owner.userId !== userId) throw new BoundToOtherAccountError(owner.userId)
  if (owner?.matchedExactly) return false
  const { appId } = wechatUser
  const others = await query<{ openid: string }>`
    SELECT openid FROM wechat_identities WHERE user_id = ${userId}::uuid AND app_id = ${appId}`
  if (others.length > 0) throw new ApiError('wechat_already_bound', { userId })
  await identities.attach(query, wechatUser, userId)
  await appendAuditEntry(query, { type: 'wechat_bound', userId, ip, appId })
  return true
}

async function withConflictTicket<Result>(
  { identities, mergeTickets }: BindServices,
  userId: string,
  wechatUser: VerifiedWechatIdentity,
  binding: () => Promise<Result>,
): Promise<Result> {
  // The exchange has replaced the session_key before, whichever account the identity belongs to.
  await identities.storeSessionKey(wechatUser)
  try {
    return await binding()
  } catch (error) {
    if (!(error instanceof BoundToOtherAccountError)) throw error
    const { otherUserId } = error
    const identity = { appId: wechatUser.appId, openid: wechatUser.openid }
    throw await mergeTickets.conflictError({ userId, otherUserId, identity })
  }
}
