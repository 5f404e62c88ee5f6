import { type MergeOffer, type MergeTickets, mayBeMerged } from '../../domain/accounts/merge-tickets.ts'
import { appendAuditEntry } from '../../domain/audit/audit-log.ts'
import { lockEntrances } from '../../domain/lock-identities.ts'
import type { StoredNumbers } from '../../domain/phones/phone-encryption.ts'
import type { Claims } from '../../domain/sessions/access-tokens.ts'
import type { Ending } from '../../domain/sessions/revoker.ts'
import { wasEverAdmin } from '../../domain/users/admin-history.ts'
import { emptyUser } from '../../domain/users/anonymize.ts'
import { hasChosenNickname } from '../../domain/users/default-nickname.ts'
import { ApiError } from '../../http/errors.ts'
import type { Prisma, User } from '../../infra/database/generated/client.ts'
import { queryIn } from '../../infra/database/query.ts'
import { addJob } from '../../infra/jobs/jobs.ts'
import { movePhone } from './move-phone.ts'

type Transaction = Prisma.TransactionClient
/** The account that stays, and the one that goes. */
export type Pair = { survivor: User; gone: User }

/**
 * Makes one account of two: the one that was registered earlier stays and gets all that the other has. Of what there can
 * be only one of, it keeps its own.
 *
 * @returns the id of the account that stays.
 * @throws ApiError `merge_ticket_invalid` when the two cannot be joined, or no longer; `session_revoked`;
 *   `access_token_expired` when a login method of the caller has changed meanwhile.
 */
export async function joinAccounts(
  transaction: Transaction,
  end: Ending,
  {
    offer,
    mergeTickets,
    storedNumbers,
    claims,
    ip,
  }: {
    offer: MergeOffer
    mergeTickets: MergeTickets
    storedNumbers: StoredNumbers
    claims: Claims
    ip: string
  },
): Promise<string> {
  const pair = await lockPair(transaction, offer, storedNumbers)
  // First: a user who has logged out meanwhile is told so, and not to refresh.
  await moveAskingSession(transaction, pair, claims.sid)
  refuseSuperseded(pair, claims)
  await mergeTickets.use(transaction, offer)
  const { survivor, gone } = pair
  await end.tokensOf(gone.id, 'merged')

  await moveIdentities(transaction, pair, offer)
  await movePassword(transaction, pair)
  await movePhone(transaction, pair, storedNumbers)
  await moveProfile(transaction, pair)
  await moveInvitations(transaction, pair)
  await moveJobs(transaction, pair)
  await moveHistory(transaction, pair)
  await emptyUser(transaction, gone)
  await appendAuditEntry(queryIn(transaction), {
    type: 'accounts_merged',
    userId: survivor.id,
    ip,
    data: { mergedUserId: gone.id },
  })
  return survivor.id
}

/**
 * The two with everybody whom the merge changes, locked in the order that all keep: first what could lead somebody to one
 * of the two, then users by ascending id.
 */
async function lockPair(
  transaction: Transaction,
  { userId, otherUserId }: MergeOffer,
  storedNumbers: StoredNumbers,
): Promise<Pair> {
  const ids = [userId, otherUserId]
  await lockEntrances(transaction, ids, storedNumbers)
  await transaction.$queryRaw`
    SELECT FROM users WHERE id = ANY(${ids}::uuid[]) OR inviter_id = ANY(${ids}::uuid[]) ORDER BY id FOR UPDATE`

  const users = await transaction.user.findMany({
    where: { id: { in: ids } },
    // Ids are in the order of registration, too, for two of one millisecond.
    orderBy: [{ registeredAt: 'asc' }, { id: 'asc' }],
  })
  const [survivor, gone] = users
  if (!survivor || !gone || !users.every(mayBeMerged)) throw new ApiError('merge_ticket_invalid')
  return { survivor, gone }
}

/** As `lockCaller`: a proof that was verified before may be of a login method that is gone. */
function refuseSuperseded({ survivor, gone }: Pair, { sub, ver }: Claims): void {
  const { tokenVersion } = survivor.id === sub ? survivor : gone
  if (tokenVersion > ver) throw new ApiError('access_token_expired')
}

/** It goes on, as the account that stays; who has logged out of it meanwhile has no merge either. */
async function moveAskingSession(
  transaction: Transaction,
  { survivor, gone }: Pair,
  sessionId: string,
): Promise<void> {
  const { count } = await transaction.session.updateMany({
    where: { id: sessionId, userId: { in: [survivor.id, gone.id] }, revokedAt: null },
    data: { userId: survivor.id },
  })
  if (count === 0) throw new ApiError('session_revoked')
}

/** All of them, also where both have one in the same mini program: either then leads to the account that stays. */
async function moveIdentities(
  transaction: Transaction,
  { survivor, gone }: Pair,
  { identity }: MergeOffer,
): Promise<void> {
  if (identity !== null) {
    const asked = await transaction.wechatIdentity.findUnique({ where: { appId_openid: identity } })
    // Somebody else's by now: what the offer was made for is no longer so.
    if (asked && ![survivor.id, gone.id].includes(asked.userId)) throw new ApiError('merge_ticket_invalid')
  }
  await transaction.wechatIdentity.updateMany({ where: { userId: gone.id }, data: { userId: survivor.id } })
}

/** A username belongs to its password: both or neither. */
async function movePassword(transaction: Transaction, { survivor, gone }: Pair): Promise<void> {
  if (survivor.username !== null || gone.username === null) {
    await transaction.password.deleteMany({ where: { userId: gone.id } })
    return
  }
  // One after the other: a username is unique at every moment.
  await transaction.user.update({ where: { id: gone.id }, data: { username: null } })
  await transaction.user.update({ where: { id: survivor.id }, data: { username: gone.username } })
  await transaction.password.updateMany({ where: { userId: gone.id }, data: { userId: survivor.id } })
}

/** What the person chose for the account that stays goes before what they chose for the other. */
async function moveProfile(transaction: Transaction, { survivor, gone }: Pair): Promise<void> {
  const named = [survivor, gone].find(hasChosenNickname) ?? survivor
  const avatarKey = survivor.avatarKey ?? gone.avatarKey
  const latest = survivor.lastLoginAt > gone.lastLoginAt ? survivor : gone
  await transaction.user.update({
    where: { id: survivor.id },
    data: {
      nickname: named.nickname,
      nicknameUnchecked: named.nicknameUnchecked,
      avatarKey,
      gender: survivor.gender ?? gone.gender,
      birthday: survivor.birthday ?? gone.birthday,
      level: Math.max(survivor.level, gone.level),
      lastLoginAt: latest.lastLoginAt,
      lastLoginIp: latest.lastLoginIp,
    },
  })
  await transaction.avatarCheck.updateMany({ where: { userId: gone.id }, data: { userId: survivor.id } })
  if (gone.avatarKey !== null && gone.avatarKey !== avatarKey)
    await addJob(transaction, 'delete_file', { key: gone.avatarKey })
}

/** Nobody invited themselves, also where the one account brought the other. */
async function moveInvitations(transaction: Transaction, { survivor, gone }: Pair): Promise<void> {
  await transaction.user.updateMany({ where: { inviterId: gone.id }, data: { inviterId: survivor.id } })
  const inviters = [survivor.inviterId, gone.inviterId].filter((id) => id !== survivor.id && id !== gone.id)
  await transaction.user.update({
    where: { id: survivor.id },
    data: { inviterId: inviters.find((id) => id !== null) ?? null },
  })
}

/** What is still to be done about the account that goes is to be done about the one that stays. */
async function moveJobs(transaction: Transaction, { survivor, gone }: Pair): Promise<void> {
  await transaction.$executeRaw`
    UPDATE jobs SET payload = jsonb_set(payload, '{userId}', to_jsonb(${survivor.id}::text))
    WHERE payload->>'userId' = ${gone.id}`
}

/** Sessions that have ended, and the audit log, which lets it be rewritten for this alone; also what a former admin did. */
async function moveHistory(transaction: Transaction, { survivor, gone }: Pair): Promise<void> {
  await transaction.session.updateMany({ where: { userId: gone.id }, data: { userId: survivor.id } })
  const wasAdmin = await wasEverAdmin(transaction, gone.id)
  await transaction.$executeRaw`SELECT set_config('audit.rewrite', 'on', true)`
  await transaction.auditEvent.updateMany({ where: { userId: gone.id }, data: { userId: survivor.id } })
  if (wasAdmin)
    await transaction.auditEvent.updateMany({ where: { actorId: gone.id }, data: { actorId: survivor.id } })
}
