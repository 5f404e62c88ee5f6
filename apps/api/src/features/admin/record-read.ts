import { appendAuditEntries } from '../../domain/audit/audit-log.ts'
import type { Database } from '../../infra/database/client.ts'
import { ApiError } from '../../utils/api-error.ts'

/**
 * Stores in the audit log of every account that an admin has read its personal data, once per admin, account and hour:
 * an admin who pages through all users does not bury what else happened to them.
 *
 * @throws ApiError `session_revoked` when the admin's own account is gone.
 */
export type RecordRead = (read: { actorId: string; userIds: string[]; ip: string }) => Promise<void>

export function createRecordRead({ transaction }: Database): RecordRead {
  return ({ actorId, userIds, ip }) =>
    transaction(async (query) => {
      // Deletions wait, of the admin's account too, whose IP they remove from these entries.
      const users = await query<{ id: string; status: string }>`
        SELECT id, status FROM users WHERE id = ANY(${[...userIds, actorId]}::uuid[]) ORDER BY id FOR KEY SHARE`
      const present = users.filter(({ status }) => status !== 'deleted').map(({ id }) => id)
      if (!present.includes(actorId)) throw new ApiError('session_revoked')
      const since = new Date(Date.now() - 60 * 60 * 1000)
      const recorded = await query<{ user_id: string }>`
        SELECT user_id FROM audit_events WHERE user_id = ANY(${present}::uuid[]) AND type = 'personal_data_read'
          AND actor_id = ${actorId}::uuid AND at > ${since}`
      const done = new Set([actorId, ...recorded.map(({ user_id }) => user_id)])
      const entries = present.filter((id) => !done.has(id))
      await appendAuditEntries(
        query,
        entries.map((userId) => ({ type: 'personal_data_read' as const, userId, actorId, ip })),
      )
    })
}
