import type { auditEventTypes, ErrorCode } from '@repo/shared'
import { v7 as uuidv7 } from 'uuid'
import type { Prisma } from '../database/generated/client.ts'
import type { Query } from '../database/query.ts'

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

/** Appends entries, in the transaction of what they tell. */
export async function appendAuditEntries(
  statements: Pick<Prisma.TransactionClient, 'auditEvent'>,
  entries: AuditEntry[],
): Promise<void> {
  const at = new Date()
  await statements.auditEvent.createMany({ data: entries.map((entry) => ({ id: uuidv7(), at, ...entry })) })
}

export const appendAuditEntry = (
  statements: Pick<Prisma.TransactionClient, 'auditEvent'>,
  entry: AuditEntry,
): Promise<void> => appendAuditEntries(statements, [entry])

/** The same in a transaction of raw SQL. */
export async function insertAuditEntry(query: Query, entry: AuditEntry): Promise<void> {
  const { type, userId, actorId, sessionId, ip, appId, code, data } = entry
  await query`
    INSERT INTO audit_events (id, type, at, user_id, actor_id, session_id, ip, app_id, code, data)
    VALUES (${uuidv7()}::uuid, ${type}, ${new Date()}, ${userId}::uuid, ${actorId}::uuid, ${sessionId}::uuid,
      ${ip}::inet, ${appId}, ${code}, ${data}::jsonb)`
}
