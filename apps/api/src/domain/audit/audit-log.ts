import type { auditEventTypes, ErrorCode } from '@repo/shared'
import { v7 as uuidv7 } from 'uuid'
import { Prisma } from '../../infra/database/generated/client.ts'
import type { Query } from '../../infra/database/query.ts'

export type AuditEventType = (typeof auditEventTypes)[number]

/** Something that happened to an account, to be kept. Never a secret: no token, code, key or phone number. */
export type AuditEntry = {
  type: AuditEventType
  /** Whom it happened to, where that is known. */
  userId?: string
  /** The admin who did it. */
  actorId?: string
  sessionId?: string
  ip?: string
  appId?: string
  /** What a refused request was answered with. */
  code?: ErrorCode
  /** Whatever else tells what happened: new or returning, WeChat's duration, before and after. */
  data?: Record<string, string | number | boolean | null>
}

/** Appends an entry, in the transaction of what it tells. */
export const appendAuditEntry = (query: Query, entry: AuditEntry): Promise<void> =>
  appendAuditEntries(query, [entry])

export async function appendAuditEntries(query: Query, entries: AuditEntry[]): Promise<void> {
  if (entries.length === 0) return
  const at = new Date()
  await query`
    INSERT INTO audit_events (id, type, at, user_id, actor_id, session_id, ip, app_id, code, data)
    VALUES ${Prisma.join(entries.map((entry) => valuesOf(entry, at)))}`
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
