import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Conflict } from '@repo/shared'
import { v7 as uuidv7 } from 'uuid'
import type { Database } from '../../infra/database/client.ts'
import type { Prisma, User } from '../../infra/database/generated/client.ts'
import { ApiError } from '../../utils/api-error.ts'
import type { WechatIdentity } from '../identities/wechat-identity.ts'
import { currentStatus } from '../users/account-state.ts'
import { defaultNickname } from '../users/default-nickname.ts'
import { maskNickname } from '../users/mask-nickname.ts'

/** Another account stands where this one wants to be. */
export type Collision = {
  /** Who asked. `null` when nobody was logged in and nobody was found: then there are no two accounts to join. */
  userId: string | null
  /** Whom the phone, the WeChat identity or the unionid belongs to. */
  otherUserId: string
  /** The WeChat identity that the asking came from; absent where it came from a password. */
  identity?: WechatIdentity
}

export type MergeTickets = {
  /** What may be shown of the other account and, where the two may be joined, a ticket for it. Changes nothing else. */
  offer(collision: Collision): Promise<Conflict>
  /** The same as the error to be thrown. */
  conflict(collision: Collision): Promise<ApiError>
  /**
   * The offer behind a ticket, for one of its two.
   *
   * @throws ApiError `merge_ticket_invalid` when it is none, was used or is over, or when neither is the caller.
   */
  read(ticket: string, callerId: string): Promise<MergeOffer>
  /**
   * Uses the ticket up, in the transaction that joins the two; all other tickets of theirs go with it.
   *
   * @throws ApiError `merge_ticket_invalid` when somebody else was faster.
   */
  use(transaction: Prisma.TransactionClient, offer: MergeOffer): Promise<void>
}

/** Two accounts that may be joined. */
export type MergeOffer = {
  ticketId: string
  userId: string
  otherUserId: string
  identity: WechatIdentity | null
}

const lifetimeMs = 5 * 60 * 1000

const hashOfTicket = (secret: string) => new Uint8Array(createHash('sha256').update(secret).digest())

/** Offers to join two accounts. A ticket is `id.secret`; the database has the hash of the secret. */
export function createMergeTickets({ prisma }: Database): MergeTickets {
  async function issue(
    transaction: Prisma.TransactionClient,
    { userId, otherUserId, identity }: Collision & { userId: string },
  ) {
    const id = uuidv7()
    const secret = randomBytes(24).toString('base64url')
    const expiresAt = new Date(Date.now() + lifetimeMs)
    await transaction.mergeTicket.create({
      data: {
        id,
        secretHash: hashOfTicket(secret),
        userId,
        otherUserId,
        appId: identity?.appId ?? null,
        openid: identity?.openid ?? null,
        expiresAt,
      },
    })
    return { ticket: `${id}.${secret}`, ticketExpiresAt: expiresAt.toISOString() }
  }

  const offer: MergeTickets['offer'] = (collision) =>
    prisma.$transaction((transaction) => offerWithin(transaction, collision))

  async function offerWithin(transaction: Prisma.TransactionClient, collision: Collision): Promise<Conflict> {
    const ids = [collision.otherUserId, ...(collision.userId === null ? [] : [collision.userId])]
    // A merge or an deletion that is under way is waited for, and leaves no ticket behind that names who is gone.
    await transaction.$queryRaw`SELECT FROM users WHERE id = ANY(${ids}::uuid[]) ORDER BY id FOR SHARE`
    const users = await transaction.user.findMany({
      where: { id: { in: ids } },
      include: {
        password: { select: { userId: true } },
        wechatIdentities: { select: { appId: true }, take: 1 },
      },
    })
    const other = users.find(({ id }) => id === collision.otherUserId)
    if (!other) throw new ApiError('not_found')
    const mayJoin = collision.userId !== null && users.length === 2 && users.every(mayBeMerged)
    const { userId } = collision
    return {
      ...(mayJoin && userId !== null
        ? await issue(transaction, { ...collision, userId })
        : { ticket: null, ticketExpiresAt: null }),
      other: {
        nicknameMasked: maskNickname(other.nickname ?? defaultNickname(other.id)),
        phoneMasked: other.phoneMasked,
        registeredAt: other.registeredAt.toISOString(),
        hasPassword: other.password !== null,
        hasWechat: other.wechatIdentities.length > 0,
      },
    }
  }

  return {
    offer,
    conflict: async (collision) =>
      new ApiError('account_conflict', {
        conflict: await offer(collision),
        ...(collision.userId === null ? {} : { userId: collision.userId }),
      }),
    async read(ticket, callerId) {
      const [, id, secret] = /^([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})\.([\w-]{32})$/.exec(ticket) ?? []
      const row =
        id === undefined ? null : await prisma.mergeTicket.findFirst({ where: { id, ...isUsable() } })
      const isOurs = row && secret && timingSafeEqual(row.secretHash, hashOfTicket(secret))
      if (!isOurs || ![row.userId, row.otherUserId].includes(callerId))
        throw new ApiError('merge_ticket_invalid')
      const { userId, otherUserId, appId, openid } = row
      const identity = appId !== null && openid !== null ? { appId, openid } : null
      return { ticketId: row.id, userId, otherUserId, identity }
    },
    async use(transaction, { ticketId, userId, otherUserId }) {
      const { count } = await transaction.mergeTicket.updateMany({
        where: { id: ticketId, ...isUsable() },
        data: { usedAt: new Date() },
      })
      if (count === 0) throw new ApiError('merge_ticket_invalid')
      await deleteTicketsOf(transaction, [userId, otherUserId], { id: { not: ticketId } })
    },
  }
}

/** The tickets that name any of these accounts, whichever of the two it is in them. */
export async function deleteTicketsOf(
  transaction: Prisma.TransactionClient,
  userIds: string[],
  which: Prisma.MergeTicketWhereInput = {},
): Promise<void> {
  const any = { in: userIds }
  await transaction.mergeTicket.deleteMany({
    where: { ...which, OR: [{ userId: any }, { otherUserId: any }] },
  })
}

/** Nobody escapes a ban by a merge, and no power is inherited by one. */
export const mayBeMerged = ({ role, status, bannedUntil }: Pick<User, 'role' | 'status' | 'bannedUntil'>) =>
  role === 'user' && currentStatus({ status, banned_until: bannedUntil }) === 'active'

const isUsable = () => ({ usedAt: null, expiresAt: { gt: new Date() } })
