import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Conflict } from '@repo/shared'
import { v7 as uuidv7 } from 'uuid'
import type { Database } from '../infra/database/client.ts'
import type { Prisma, User } from '../infra/database/generated/client.ts'
import { ApiError } from '../utils/api-error.ts'
import type { WechatIdentity } from './identities/wechat-identity.ts'
import { effectiveStatus } from './users/account-state.ts'
import { defaultNickname, maskNickname } from './users/nickname.ts'

/** A login method belongs to another account than that of the request. */
export type AccountConflict = {
  /** The account of the request; `null` when it has none, so that there is nothing to merge. */
  userId: string | null
  /** The account that has the phone number, the WeChat identity or the unionid. */
  otherUserId: string
  /** The WeChat identity of the request; absent for a password session. */
  identity?: WechatIdentity
}

export type MergeTickets = {
  /** Describes the other account and, when the two can be merged, issues a ticket. Changes nothing else. */
  issue(conflict: AccountConflict): Promise<Conflict>
  /** The same as an error to throw. */
  conflictError(conflict: AccountConflict): Promise<ApiError>
  /**
   * Reads a ticket for one of its two accounts.
   *
   * @throws ApiError `merge_ticket_invalid` when it is malformed, used, expired, or names other accounts.
   */
  read(ticket: string, callerId: string): Promise<MergeTicketPayload>
  /**
   * Redeems a ticket in the transaction of the merge, and deletes all other tickets of the two accounts.
   *
   * @throws ApiError `merge_ticket_invalid` when a concurrent request has redeemed it.
   */
  redeem(transaction: Prisma.TransactionClient, payload: MergeTicketPayload): Promise<void>
}

/** The content of a ticket. */
export type MergeTicketPayload = {
  ticketId: string
  userId: string
  otherUserId: string
  identity: WechatIdentity | null
}

const lifetimeMs = 5 * 60 * 1000

const hashTicketSecret = (secret: string) => new Uint8Array(createHash('sha256').update(secret).digest())

/** Tickets that allow to merge two accounts. A ticket is `id.secret`; the database stores the hash of the secret. */
export function createMergeTickets({ prisma }: Database): MergeTickets {
  async function createTicket(
    transaction: Prisma.TransactionClient,
    { userId, otherUserId, identity }: AccountConflict & { userId: string },
  ) {
    const id = uuidv7()
    const secret = randomBytes(24).toString('base64url')
    const expiresAt = new Date(Date.now() + lifetimeMs)
    await transaction.mergeTicket.create({
      data: {
        id,
        secretHash: hashTicketSecret(secret),
        userId,
        otherUserId,
        appId: identity?.appId ?? null,
        openid: identity?.openid ?? null,
        expiresAt,
      },
    })
    return { ticket: `${id}.${secret}`, ticketExpiresAt: expiresAt.toISOString() }
  }

  const issue: MergeTickets['issue'] = (conflict) =>
    prisma.$transaction((transaction) => issueInTransaction(transaction, conflict))

  async function issueInTransaction(
    transaction: Prisma.TransactionClient,
    conflict: AccountConflict,
  ): Promise<Conflict> {
    const ids = [conflict.otherUserId, ...(conflict.userId === null ? [] : [conflict.userId])]
    // Waits for a merge or a deletion under way, so that no ticket names a deleted account.
    await transaction.$queryRaw`SELECT FROM users WHERE id = ANY(${ids}::uuid[]) ORDER BY id FOR SHARE`
    const users = await transaction.user.findMany({
      where: { id: { in: ids } },
      include: {
        password: { select: { userId: true } },
        wechatIdentities: { select: { appId: true }, take: 1 },
      },
    })
    const other = users.find(({ id }) => id === conflict.otherUserId)
    if (!other) throw new ApiError('not_found')
    const { userId } = conflict
    return {
      ...(userId !== null && users.length === 2 && users.every(canMerge) && isProvable(other)
        ? await createTicket(transaction, { ...conflict, userId })
        : { ticket: null, ticketExpiresAt: null }),
      other: { nicknameMasked: maskNickname(other.nickname ?? defaultNickname(other.id)) },
    }
  }

  return {
    issue,
    conflictError: async (conflict) =>
      new ApiError('account_conflict', {
        conflict: await issue(conflict),
        ...(conflict.userId === null ? {} : { userId: conflict.userId }),
      }),
    async read(ticket, callerId) {
      const [, id, secret] = /^([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})\.([\w-]{32})$/.exec(ticket) ?? []
      const row =
        id === undefined ? null : await prisma.mergeTicket.findFirst({ where: { id, ...isRedeemable() } })
      const isValid = row && secret && timingSafeEqual(row.secretHash, hashTicketSecret(secret))
      if (!isValid || ![row.userId, row.otherUserId].includes(callerId))
        throw new ApiError('merge_ticket_invalid')
      const { userId, otherUserId, appId, openid } = row
      const identity = appId !== null && openid !== null ? { appId, openid } : null
      return { ticketId: row.id, userId, otherUserId, identity }
    },
    async redeem(transaction, { ticketId, userId, otherUserId }) {
      const { count } = await transaction.mergeTicket.updateMany({
        where: { id: ticketId, ...isRedeemable() },
        data: { usedAt: new Date() },
      })
      if (count === 0) throw new ApiError('merge_ticket_invalid')
      await deleteMergeTickets(transaction, [userId, otherUserId], { id: { not: ticketId } })
    },
  }
}

/** Deletes the tickets that name one of these accounts on either side. */
export async function deleteMergeTickets(
  transaction: Prisma.TransactionClient,
  userIds: string[],
  where: Prisma.MergeTicketWhereInput = {},
): Promise<void> {
  const any = { in: userIds }
  await transaction.mergeTicket.deleteMany({
    where: { ...where, OR: [{ userId: any }, { otherUserId: any }] },
  })
}

/** Without a password or a WeChat identity no proof can show who owns the account. */
const isProvable = ({ password, wechatIdentities }: { password: unknown; wechatIdentities: unknown[] }) =>
  password !== null || wechatIdentities.length > 0

/** A merge must not evade a ban, and must not pass on an admin role. */
export const canMerge = ({ role, status, bannedUntil }: Pick<User, 'role' | 'status' | 'bannedUntil'>) =>
  role === 'user' && effectiveStatus({ status, banned_until: bannedUntil }) === 'active'

const isRedeemable = () => ({ usedAt: null, expiresAt: { gt: new Date() } })
