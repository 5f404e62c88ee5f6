import type { AdminAuditEvent, AdminUser, UserDetails, UserPage, UserQuery } from '@repo/shared'
import type { AppContext } from '../../context.ts'
import { toAuditEvent } from '../../domain/audit/audit-log.ts'
import { activeSessionsOf, toSessionInfo } from '../../domain/sessions/session-info.ts'
import { canLogInSql, effectiveStatus } from '../../domain/users/account-state.ts'
import { toUser, type UserRow } from '../../domain/users/user.ts'
import { type AuditEvent as AuditEventRow, Prisma } from '../../infra/database/generated/client.ts'
import { ApiError } from '../../utils/api-error.ts'
import { maskIp } from '../../utils/mask-ip.ts'
import { auditRead, type Reader } from './audit-read.ts'

const defaultPageSize = 20
export const eventCount = 100

/** A page of users, newest first, with what identifies them masked; `cursor` is the last id of the previous page. */
export async function findUsers(
  { config, database }: Pick<AppContext, 'config' | 'database'>,
  { search, status, role, cursor, limit = defaultPageSize }: UserQuery,
  reader: Reader,
): Promise<UserPage> {
  const conditions = [
    ...(search === undefined ? [] : [Prisma.sql`users.id = ANY(ARRAY(${idsMatching(search)}))`]),
    ...(status === undefined ? [] : [hasStatusSql[status](new Date())]),
    ...(role === undefined ? [] : [hasRoleSql[role]]),
    ...(cursor === undefined ? [] : [Prisma.sql`users.id < ${cursor}::uuid`]),
  ]
  // One more row than requested shows whether there is a next page.
  const rows = await database.prisma.$queryRaw<UserRow[]>`
    SELECT * FROM users WHERE ${Prisma.join([Prisma.sql`true`, ...conditions], ' AND ')}
    ORDER BY users.id DESC LIMIT ${limit + 1}`
  const page = rows.slice(0, limit)
  await auditRead(database, { ...reader, userIds: page.map(({ id }) => id) })
  return {
    users: page.map((row) => toAdminUser(config.publicUrl, row)),
    nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null,
  }
}

/** One user with sessions and recent events. IPs and the phone number are masked: see `reveal.ts`. */
export async function getUserDetails(
  { config, database }: Pick<AppContext, 'config' | 'database'>,
  userId: string,
  reader: Reader & { reason: string },
): Promise<UserDetails> {
  const { prisma } = database
  const [user] = await prisma.$queryRaw<UserRow[]>`SELECT * FROM users WHERE id = ${userId}::uuid`
  if (!user) throw new ApiError('not_found')
  const [sessions, events] = await Promise.all([
    prisma.session.findMany({ where: activeSessionsOf(userId), orderBy: { refreshedAt: 'desc' } }),
    prisma.auditEvent.findMany({ where: { userId }, orderBy: { id: 'desc' }, take: eventCount }),
  ])
  await auditRead(database, { ...reader, userIds: [userId] })
  return {
    user: toAdminUser(config.publicUrl, user),
    sessions: sessions.map((session) => toSessionInfo(session)),
    events: events.map(toAdminAuditEvent),
  }
}

/**
 * Only what an index can find: prefixes of names, and whole ids. A prefix is a range, so it needs no escaping. As an array,
 * since PostgreSQL plans `IN`, or `OR` over several tables, as a scan of all users once it caches the plan.
 */
function idsMatching(search: string): Prisma.Sql {
  const end = `${search}\u{10ffff}`
  const searches = [
    Prisma.sql`SELECT id FROM users WHERE nickname >= ${search} AND nickname < ${end}`,
    Prisma.sql`SELECT id FROM users WHERE username >= ${search} AND username < ${end}`,
    Prisma.sql`SELECT user_id FROM wechat_identities WHERE openid = ${search}`,
    ...(isUuid.test(search) ? [Prisma.sql`SELECT ${search}::uuid`] : []),
  ]
  return Prisma.join(searches, ' UNION ')
}

const isUuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i

/** With literals, for the partial indexes. A user whose ban has expired is active. */
const hasStatusSql: Record<NonNullable<UserQuery['status']>, (now: Date) => Prisma.Sql> = {
  active: (now) => canLogInSql('users', now),
  banned: (now) => Prisma.sql`(status = 'banned' AND ${canLogInSql('users', now)} IS NOT TRUE)`,
  deleted: () => Prisma.sql`status = 'deleted'`,
}

const hasRoleSql: Record<NonNullable<UserQuery['role']>, Prisma.Sql> = {
  user: Prisma.sql`role = 'user'`,
  admin: Prisma.sql`role = 'admin'`,
}

function toAdminUser(publicUrl: string, row: UserRow): AdminUser {
  const isBanned = effectiveStatus(row) === 'banned'
  return {
    ...toUser(publicUrl, row),
    lastLoginIpMasked: maskIp(row.last_login_ip),
    bannedReason: isBanned ? row.banned_reason : null,
    bannedUntil: isBanned ? (row.banned_until?.toISOString() ?? null) : null,
    bannedNote: isBanned ? row.banned_note : null,
  }
}

const toAdminAuditEvent = (event: AuditEventRow): AdminAuditEvent => ({
  ...toAuditEvent(event),
  userId: event.userId,
  actorId: event.actorId,
})
