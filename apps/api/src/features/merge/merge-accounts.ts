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
 * Makes one account of two: the one that was registered earlier stays and gets all that the other has. Of what there can
 * be only one of, it keeps its own.
 *
 * @returns the id of the account that stays.
 * @throws ApiError `merge_ticket_invalid` when the two cannot be joined, or no longer; `session_revoked`;
 *   `access_token_expired` when a login method of the caller has changed meanwhile.
 */
export async function mergeAccounts(
  transaction: Transaction,
  batch: RevocationBatch,
  {
    offer,
    mergeTickets,
    phoneEncryption,
    claims,
    ip,
  }: {
    offer: MergeTicketPayload
    mergeTickets: MergeTickets
    phoneEncryption: PhoneEncryption
    claims: Claims
    ip: string
  },
): Promise<string> {
  const accounts = await lockAccounts(transaction, offer, phoneEncryption)
  // First: a user who has logged out meanwhile is told so, and not to refresh.
  await moveAskingSession(transaction, accounts, claims.sid)
  assertNotSuperseded(accounts, claims)
  await mergeTickets.redeem(transaction, offer)
  const { target, source } = accounts
  await batch.revokeUserTokens(source.id, 'merged')

  await assertIdentityUnmoved(transaction, accounts, offer)
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

/**
 * The two with everybody whom the merge changes, locked in the order that all keep: first what could lead somebody to one
 * of the two, then users by ascending id.
 */
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
    // Ids are in the order of registration, too, for two of one millisecond.
    orderBy: [{ registeredAt: 'asc' }, { id: 'asc' }],
  })
  const [target, source] = users
  if (!target || !source || !users.every(canMerge)) throw new ApiError('merge_ticket_invalid')
  return { target, source }
}

/** As `lockCaller`: a proof that was verified before may be of a login method that is source. */
function assertNotSuperseded({ target, source }: MergedAccounts, { sub, ver }: Claims): void {
  const { tokenVersion } = target.id === sub ? target : source
  if (tokenVersion > ver) throw new ApiError('access_token_expired')
}

/** It goes on, as the account that stays; who has logged out of it meanwhile has no merge either. */
async function moveAskingSession(
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

/** The identity that the offer was made for may belong to a third account by now. */
async function assertIdentityUnmoved(
  transaction: Transaction,
  { target, source }: MergedAccounts,
  { identity }: MergeTicketPayload,
): Promise<void> {
  if (identity === null) return
  const offered = await transaction.wechatIdentity.findUnique({ where: { appId_openid: identity } })
  if (offered && ![target.id, source.id].includes(offered.userId)) throw new ApiError('merge_ticket_invalid')
}
