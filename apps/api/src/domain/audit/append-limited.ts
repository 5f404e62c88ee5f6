import type { Query } from '../../infra/database/query.ts'
import { holdAccount } from '../locks.ts'
import { type AuditEntry, appendAuditEntry } from './audit-log.ts'

/** How many entries of one type about one account a caller can cause within an hour. */
const maximumPerHour = 10

/**
 * Appends an entry that a caller can cause at will: only about an account that exists, and only so many an hour, so that
 * the log cannot be flooded. For a transaction, which keeps a deletion of the account waiting.
 */
export async function appendLimitedAuditEntry(
  query: Query,
  entry: AuditEntry & { userId: string },
): Promise<void> {
  if (!(await holdAccount(query, entry.userId))) return
  const since = new Date(Date.now() - 60 * 60 * 1000)
  const recent = await query`
    SELECT FROM audit_events WHERE user_id = ${entry.userId}::uuid AND type = ${entry.type} AND at > ${since}
    LIMIT ${maximumPerHour}`
  if (recent.length < maximumPerHour) await appendAuditEntry(query, entry)
}
