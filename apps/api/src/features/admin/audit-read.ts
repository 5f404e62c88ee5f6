import { type AuditEntry, appendAuditEntries } from '../../domain/audit/audit-log.ts'
import type { Database } from '../../infra/database/client.ts'
import type { Query } from '../../infra/database/query.ts'
import { ApiError } from '../../utils/api-error.ts'

/** The admin who reads personal data, and why, where a reason is asked for. */
export type Reader = { actorId: string; ip: string; reason?: string }

/**
 * Audits that an admin has read personal data, once per admin, user, reason and hour: an admin who pages through all users
 * must not flood the audit log.
 */
export async function auditRead(
  { transaction }: Pick<Database, 'transaction'>,
  { actorId, userIds, ip, reason }: Reader & { userIds: string[] },
): Promise<void> {
  await transaction(async (query) => {
    const present = await lockForAudit(query, { actorId, userIds })
    const since = new Date(Date.now() - 60 * 60 * 1000)
    const recorded = await query<{ user_id: string }>`
      SELECT user_id FROM audit_events WHERE user_id = ANY(${present}::uuid[]) AND type = 'personal_data_read'
        AND actor_id = ${actorId}::uuid AND at > ${since} AND data->>'reason' IS NOT DISTINCT FROM ${reason ?? null}::text`
    const done = new Set([actorId, ...recorded.map(({ user_id }) => user_id)])
    const data: Pick<AuditEntry, 'data'> = reason === undefined ? {} : { data: { reason } }
    await appendAuditEntries(
      query,
      present
        .filter((id) => !done.has(id))
        .map((userId) => ({ type: 'personal_data_read' as const, userId, actorId, ip, ...data })),
    )
  })
}

/**
 * Makes a concurrent deletion wait, also of the admin, since it removes the admin's IP from these entries.
 *
 * @returns the accounts that exist, the admin's too.
 */
export async function lockForAudit(
  query: Query,
  { actorId, userIds }: { actorId: string; userIds: string[] },
): Promise<string[]> {
  const users = await query<{ id: string; status: string }>`
    SELECT id, status FROM users WHERE id = ANY(${[...userIds, actorId]}::uuid[]) ORDER BY id FOR KEY SHARE`
  const present = users.filter(({ status }) => status !== 'deleted').map(({ id }) => id)
  if (!present.includes(actorId)) throw new ApiError('session_revoked')
  return present
}
