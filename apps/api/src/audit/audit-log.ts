import type { auditEventTypes, ErrorCode } from '@repo/shared'
import { v7 as uuidv7 } from 'uuid'
import type { Prisma } from '../database/generated/client.ts'

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
