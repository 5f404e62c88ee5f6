import type { AdminAuditEvent, AdminUser, UserDetails, UserPage, UserQuery } from '@repo/shared'
import { validate as isUuid } from 'uuid'
import { currentStatus } from '../account/ban.ts'
import { livingSessionsOf, toAuditEvent, toSessionInfo } from '../account/devices.ts'
import { levelDescription } from '../account/levels.ts'
import type { Database } from '../database/database.ts'
import type { AuditEvent as AuditEventRow, Prisma, User as UserModel } from '../database/generated/client.ts'
import { ApiError } from '../problem.ts'

/** What an admin can see. */
export type AdminUsers = {
  /** A page of users, the newest first; the last id of a page is where the next one goes on. */
  find(query: UserQuery): Promise<UserPage>
  /** @throws ApiError `not_found`. */
  details(userId: string): Promise<UserDetails>
}

const defaultPageSize = 20
const eventCount = 100

export function createAdminUsers({ prisma }: Database): AdminUsers {
  return {
    async find({ search, status, role, cursor, limit = defaultPageSize }) {
      const conditions: Prisma.UserWhereInput[] = [
        ...(search === undefined ? [] : [matching(search)]),
        ...(status === undefined ? [] : [havingStatus(status)]),
        ...(role === undefined ? [] : [{ role }]),
        ...(cursor === undefined ? [] : [{ id: { lt: cursor } }]),
      ]
      // One more than asked for tells whether there is a next page.
      const rows = await prisma.user.findMany({
        where: { AND: conditions },
        orderBy: { id: 'desc' },
        take: limit + 1,
      })
      const page = rows.slice(0, limit)
      return {
        users: page.map(toAdminUser),
        nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null,
      }
    },
    async details(userId) {
      const user = await prisma.user.findUnique({ where: { id: userId } })
      if (!user) throw new ApiError('not_found')
      const [sessions, events] = await Promise.all([
        prisma.session.findMany({ where: livingSessionsOf(userId), orderBy: { refreshedAt: 'desc' } }),
        prisma.auditEvent.findMany({ where: { userId }, orderBy: { id: 'desc' }, take: eventCount }),
      ])
      return {
        user: toAdminUser(user),
        sessions: sessions.map((session) => toSessionInfo(session)),
        events: events.map(toAdminAuditEvent),
      }
    },
  }
}

/** Only what an index answers: beginnings of names, and whole ids. */
const matching = (search: string): Prisma.UserWhereInput => ({
  OR: [
    { nickname: { startsWith: search } },
    { username: { startsWith: search } },
    { wechatIdentities: { some: { openid: search } } },
    ...(isUuid(search) ? [{ id: search }] : []),
  ],
})

/** A ban whose time is over is none. */
function havingStatus(status: NonNullable<UserQuery['status']>): Prisma.UserWhereInput {
  const now = new Date()
  if (status === 'banned') return { status, OR: [{ bannedUntil: null }, { bannedUntil: { gt: now } }] }
  if (status === 'active') return { OR: [{ status }, { status: 'banned', bannedUntil: { lte: now } }] }
  return { status }
}

function toAdminUser(user: UserModel): AdminUser {
  const status = currentStatus({ status: user.status, banned_until: user.bannedUntil })
  return {
    id: user.id,
    nickname: user.nickname,
    avatarUrl: user.avatarUrl,
    gender: user.gender,
    birthday: user.birthday?.toISOString().slice(0, 10) ?? null,
    phoneMasked: user.phoneMasked,
    username: user.username,
    role: user.role,
    level: user.level,
    levelDescription: levelDescription(user.level),
    status,
    registeredAt: user.registeredAt.toISOString(),
    lastLoginAt: user.lastLoginAt.toISOString(),
    lastLoginIp: user.lastLoginIp,
    bannedReason: status === 'banned' ? user.bannedReason : null,
    bannedUntil: status === 'banned' ? (user.bannedUntil?.toISOString() ?? null) : null,
  }
}

const toAdminAuditEvent = (event: AuditEventRow): AdminAuditEvent => ({
  ...toAuditEvent(event),
  userId: event.userId,
  actorId: event.actorId,
  ip: event.ip,
})
