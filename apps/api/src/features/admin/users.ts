import type { AdminAuditEvent, AdminUser, UserDetails, UserPage, UserQuery } from '@repo/shared'
import { toAuditEvent } from '../../domain/audit/audit-log.ts'
import { activeSessionsOf, toSessionInfo } from '../../domain/sessions/session-info.ts'
import { canLogInSql, effectiveStatus } from '../../domain/users/account-state.ts'
import { toUser, type UserRow } from '../../domain/users/user.ts'
import type { Database } from '../../infra/database/client.ts'
import { type AuditEvent as AuditEventRow, Prisma } from '../../infra/database/generated/client.ts'
import { ApiError } from '../../utils/api-error.ts'

/** What an admin can see. */
export type AdminUsers = {
  /** A page of users, the newest first; the last id of a page is where the next one goes on. */
  find(query: UserQuery): Promise<UserPage>
  /** @throws ApiError `not_found`. */
  details(userId: string): Promise<UserDetails>
}

const defaultPageSize = 20
const eventCount = 100

export function createAdminUsers({ prisma }: Database, publicUrl: string): AdminUsers {
  const toAdminUser = adminUserOf(publicUrl)
  return {
    async find({ search, status, role, cursor, limit = defaultPageSize }) {
      const conditions = [
        ...(search === undefined ? [] : [Prisma.sql`users.id IN (${idsMatching(search)})`]),
        ...(status === undefined ? [] : [havingStatus(status)]),
        ...(role === undefined ? [] : [Prisma.sql`role = ${role}::role`]),
        ...(cursor === undefined ? [] : [Prisma.sql`users.id < ${cursor}::uuid`]),
      ]
      // One more than asked for tells whether there is a next page.
      const rows = await prisma.$queryRaw<UserRow[]>`
        SELECT * FROM users WHERE ${Prisma.join([Prisma.sql`true`, ...conditions], ' AND ')}
        ORDER BY users.id DESC LIMIT ${limit + 1}`
      const page = rows.slice(0, limit)
      return {
        users: page.map(toAdminUser),
        nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null,
      }
    },
    async details(userId) {
      const [user] = await prisma.$queryRaw<UserRow[]>`SELECT * FROM users WHERE id = ${userId}::uuid`
      if (!user) throw new ApiError('not_found')
      const [sessions, events] = await Promise.all([
        prisma.session.findMany({ where: activeSessionsOf(userId), orderBy: { refreshedAt: 'desc' } }),
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

/**
 * Only what an index answers: beginnings of names, and whole ids. A beginning is a range, so no character of it is
 * special; `OR` over several tables would read all users instead.
 */
function idsMatching(search: string): Prisma.Sql {
  const beyond = `${search}\u{10ffff}`
  const ways = [
    Prisma.sql`SELECT id FROM users WHERE nickname >= ${search} AND nickname < ${beyond}`,
    Prisma.sql`SELECT id FROM users WHERE username >= ${search} AND username < ${beyond}`,
    Prisma.sql`SELECT user_id FROM wechat_identities WHERE openid = ${search}`,
    ...(isUuid.test(search) ? [Prisma.sql`SELECT ${search}::uuid`] : []),
  ]
  return Prisma.join(ways, ' UNION ')
}

const isUuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i

/** A ban whose time is over is none. */
function havingStatus(status: NonNullable<UserQuery['status']>): Prisma.Sql {
  const admitted = canLogInSql('users', new Date())
  if (status === 'active') return admitted
  return Prisma.sql`(status = ${status}::user_status AND ${admitted} IS NOT TRUE)`
}

const adminUserOf =
  (publicUrl: string) =>
  (row: UserRow): AdminUser => {
    const isBanned = effectiveStatus(row) === 'banned'
    return {
      ...toUser(publicUrl, row),
      lastLoginIp: row.last_login_ip,
      bannedReason: isBanned ? row.banned_reason : null,
      bannedUntil: isBanned ? (row.banned_until?.toISOString() ?? null) : null,
    }
  }

const toAdminAuditEvent = (event: AuditEventRow): AdminAuditEvent => ({
  ...toAuditEvent(event),
  userId: event.userId,
  actorId: event.actorId,
  ip: event.ip,
})
