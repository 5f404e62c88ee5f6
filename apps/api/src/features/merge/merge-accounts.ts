import { appendAuditEntry } from '../../domain/audit/audit-log.ts'
import { lockIdentitiesAndPhones } from '../../domain/locks.ts'
import { canMerge, type MergeTicketPayload, type MergeTickets } from '../../domain/merge-tickets.ts'
import { type MergedAccounts, tableRules } from '../../domain/personal-data/tables.ts'
import { deletedColumns } from '../../domain/personal-data/user-columns.ts'
import type { PhoneEncryption } from '../../domain/phones/phone-encryption.ts'
import type { Claims } from '../../domain/sessions/access-tokens.ts'
import type { RevocationBatch } from '../../domain/sessions/revoker.ts'
import type { Prisma } from '../../infra/database/generated/client.ts'
import { prismaQuery } from '../../infra/database/query.ts'
import { ApiError } from '../../utils/api-error.ts'

type Transaction = Prisma.TransactionClient

/**
 * Merges two accounts: the one registered earlier is the target, and gets everything of the source that it has not.
 *
 * @returns the id of the target.
 * @throws ApiError `merge_ticket_invalid` when the two cannot be merged; `session_revoked`; `access_token_expired` when a
 *   login method of the caller has changed since the access token was issued.
 */
export async function mergeAccounts(
  transaction: Transaction,
  batch: RevocationBatch,
  {
    payload,
    mergeTickets,
    phoneEncryption,
    claims,
    ip,
  }: {
    payload: MergeTicketPayload
    mergeTickets: MergeTickets
    phoneEncryption: PhoneEncryption
    claims: Claims
    ip: string
  },
): Promise<string> {
  const accounts = await lockAccounts(transaction, payload, phoneEncryption)
  // First: a caller who has logged out gets `session_revoked`, and not the advice to refresh.
  await moveCallerSession(transaction, accounts, claims.sid)
  assertNotSuperseded(accounts, claims)
  await mergeTickets.redeem(transaction, payload)
  const { target, source } = accounts
  await batch.revokeUserTokens(source.id, 'merged')

  await assertIdentityUnmoved(transaction, accounts, payload)
  for (const { merge } of tableRules) await merge(transaction, accounts, { phoneEncryption })
  await transaction.user.update({ where: { id: source.id }, data: deletedColumns(source) })
  await appendAuditEntry(prismaQuery(transaction), {
    type: 'accounts_merged',
    userId: target.id,
    ip,
    data: { mergedUserId: source.id },
  })
  return target.id
}

/** Locks the two accounts and all users that the merge changes, in the order of `locks.ts`. */
async function lockAccounts(
  transaction: Transaction,
  { userId, otherUserId }: MergeTicketPayload,
  phoneEncryption: PhoneEncryption,
): Promise<MergedAccounts> {
  const ids = [userId, otherUserId]
  await lockIdentitiesAndPhones(transaction, ids, phoneEncryption)
  await transaction.$queryRaw`
    SELECT FROM users WHERE id = ANY(${ids}::uuid[]) OR inviter_id = ANY(${ids}::uuid[]) ORDER BY id FOR UPDATE`

  const users = await transaction.user.findMany({
    where: { id: { in: ids } },
    // Ids are in the order of registration too, which decides within one millisecond.
    orderBy: [{ registeredAt: 'asc' }, { id: 'asc' }],
  })
  const [target, source] = users
  if (!target || !source || !users.every(canMerge)) throw new ApiError('merge_ticket_invalid')
  return { target, source }
}

/** As `lockCaller`: the proof may be of a login method that a concurrent change has removed. */
function assertNotSuperseded({ target, source }: MergedAccounts, { sub, ver }: Claims): void {
  const { tokenVersion } = target.id === sub ? target : source
  if (tokenVersion > ver) throw new ApiError('access_token_expired')
}

/** The caller's session continues in the target. If it has ended, there is no merge. */
async function moveCallerSession(
  transaction: Transaction,
  { target, source }: MergedAccounts,
  sessionId: string,
): Promise<void> {
  const { count } = await transaction.session.updateMany({
    where: { id: sessionId, userId: { in: [target.id, source.id] }, revokedAt: null },
    data: { userId: target.id },
  })
  if (count === 0) throw new ApiError('session_revoked')
}

/** The identity of the ticket may belong to a third account by now. */
async function assertIdentityUnmoved(
  transaction: Transaction,
  { target, source }: MergedAccounts,
  { identity }: MergeTicketPayload,
): Promise<void> {
  if (identity === null) return
  const offered = await transaction.wechatIdentity.findUnique({ where: { openid_appId: identity } })
  if (offered && ![target.id, source.id].includes(offered.userId)) throw new ApiError('merge_ticket_invalid')
}
