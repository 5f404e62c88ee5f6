import { createHash, randomBytes } from 'node:crypto'
import type { Conflict } from '@repo/shared'
import { v7 as uuidv7 } from 'uuid'
import type { Database } from '../database/database.ts'
import { ApiError } from '../problem.ts'
import { currentStatus } from './ban.ts'
import { defaultNickname } from './default-nickname.ts'

/** Another account stands where this one wants to be. */
export type Collision = {
  /** Who asked. `null` when nobody was logged in and nobody was found: then there are no two accounts to join. */
  userId: string | null
  /** Whom the phone, the WeChat identity or the unionid belongs to. */
  otherUserId: string
  /** The WeChat identity that the asking came from; absent where it came from a password. */
  identity?: { appId: string; openid: string }
}

export type MergeTickets = {
  /** What may be shown of the other account and, where the two may be joined, a ticket for it. Changes nothing else. */
  offer(collision: Collision): Promise<Conflict>
  /** The same as the error to be thrown. */
  conflict(collision: Collision): Promise<ApiError>
}

const lifetimeMs = 5 * 60 * 1000

export const hashOfTicket = (secret: string) => new Uint8Array(createHash('sha256').update(secret).digest())

/** Offers to join two accounts. A ticket is `id.secret`; the database has the hash of the secret. */
export function createMergeTickets({ prisma }: Database): MergeTickets {
  async function issue({ userId, otherUserId, identity }: Collision & { userId: string }) {
    const id = uuidv7()
    const secret = randomBytes(24).toString('base64url')
    const expiresAt = new Date(Date.now() + lifetimeMs)
    await prisma.mergeTicket.create({
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

  async function offer(collision: Collision): Promise<Conflict> {
    const ids = [collision.otherUserId, ...(collision.userId === null ? [] : [collision.userId])]
    const users = await prisma.user.findMany({
      where: { id: { in: ids } },
      include: {
        password: { select: { userId: true } },
        wechatIdentities: { select: { appId: true }, take: 1 },
      },
    })
    const other = users.find(({ id }) => id === collision.otherUserId)
    if (!other) throw new ApiError('not_found')
    const mayJoin =
      collision.userId !== null &&
      users.length === 2 &&
      users.every(
        ({ status, bannedUntil, role }) =>
          role === 'user' && currentStatus({ status, banned_until: bannedUntil }) === 'active',
      )
    const { userId } = collision
    return {
      ...(mayJoin && userId !== null
        ? await issue({ ...collision, userId })
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
  }
}

/** The first letter as people count letters, so that an emoji stays whole. */
function maskNickname(nickname: string): string {
  const [first] = new Intl.Segmenter().segment(nickname)
  return `${first?.segment ?? ''}**`
}
