import type { AuditEvent, auditEventTypes, ErrorCode } from '@repo/shared'
import { v7 as uuidv7 } from 'uuid'
import { type AuditEvent as AuditEventRow, Prisma } from '../../infra/database/generated/client.ts'
import type { Query } from '../../infra/database/query.ts'
import { maskIp } from '../../utils/mask-ip.ts'
import { lockUserForShare } from '../locks.ts'
import { isMinor } from '../users/age.ts'

export type AuditEventType = (typeof auditEventTypes)[number]

/** An event of an account. Never contains a secret: no token, code, key or phone number. */
export type AuditEntry = {
  type: AuditEventType
  /** The user that it happened to, where known. */
  userId?: string
  /** The admin who did it. */
  actorId?: string
  sessionId?: string
  ip?: string
  appId?: string
  /** The error of a rejected request. */
  code?: ErrorCode
  /** Further facts: new or returning user, WeChat's duration, before and after. */
  data?: Record<string, string | number | boolean | null>
}

/** Appends an entry, in the transaction of the event. */
export const appendAuditEntry = (query: Query, entry: AuditEntry): Promise<void> =>
  appendAuditEntries(query, [entry])

export async function appendAuditEntries(query: Query, entries: AuditEntry[]): Promise<void> {
  if (entries.length === 0) return
  const at = new Date()
  const minors = await findMinors(query, entries)
  const flagged = entries.map((entry) =>
    isByAdmin(entry) && minors.has(entry.userId) ? { ...entry, data: { ...entry.data, minor: true } } : entry,
  )
  await query`
    INSERT INTO audit_events (id, type, at, user_id, actor_id, session_id, ip, app_id, code, data)
    VALUES ${Prisma.join(flagged.map((entry) => valuesOf(entry, at)))}`
}

const isByAdmin = (entry: AuditEntry): entry is AuditEntry & { userId: string; actorId: string } =>
  entry.actorId !== undefined && entry.userId !== undefined && entry.actorId !== entry.userId

/** The log marks each event in which an admin reads or changes data of a minor (未成年人网络保护条例, article 36). */
async function findMinors(query: Query, entries: AuditEntry[]): Promise<Set<string>> {
  const ids = entries.filter(isByAdmin).map(({ userId }) => userId)
  if (ids.length === 0) return new Set()
  const users = await query<{ id: string; birthday: Date }>`
    SELECT id, birthday FROM users WHERE id = ANY(${ids}::uuid[]) AND birthday IS NOT NULL`
  return new Set(users.filter(({ birthday }) => isMinor(birthday)).map(({ id }) => id))
}

function valuesOf(entry: AuditEntry, at: Date): Prisma.Sql {
  const {
    type,
    userId = null,
    actorId = null,
    sessionId = null,
    ip = null,
    appId = null,
    code = null,
  } = entry
  const data = entry.data === undefined ? null : JSON.stringify(entry.data)
  return Prisma.sql`(${uuidv7()}::uuid, ${type}, ${at}::timestamptz, ${userId}::uuid, ${actorId}::uuid, ${sessionId}::uuid,
    ${ip}::inet, ${appId}, ${code}, ${data}::jsonb)`
}

/** How many entries of one type a caller can cause for one account within an hour. */
const maximumPerHour = 10

/**
 * Appends an entry that a caller can cause at will: only for an existing account and up to an hourly limit, so that the
 * log cannot be flooded. For a transaction; a deletion of the account waits for it.
 */
export async function appendLimitedAuditEntry(
  query: Query,
  entry: AuditEntry & { userId: string },
): Promise<void> {
  if (!(await lockUserForShare(query, entry.userId))) return
  const since = new Date(Date.now() - 60 * 60 * 1000)
  const recent = await query`
    SELECT FROM audit_events WHERE user_id = ${entry.userId}::uuid AND type = ${entry.type} AND at > ${since}
    LIMIT ${maximumPerHour}`
  if (recent.length < maximumPerHour) await appendAuditEntry(query, entry)
}

/** What users and admins see of an entry. */
export function toAuditEvent(event: AuditEventRow): AuditEvent {
  const { reason } = (event.data ?? {}) as { reason?: unknown }
  return {
    id: event.id,
    type: event.type as AuditEvent['type'],
    at: event.at.toISOString(),
    sessionId: event.sessionId,
    ipMasked: event.ip === null ? null : maskIp(event.ip),
    appId: event.appId,
    code: event.code,
    reason: typeof reason === 'string' ? reason : null,
  }
}
