import type { User } from '@repo/shared'
import { type Admission, refuseBanned } from '../../domain/users/account-state.ts'
import type { Query } from '../../infra/database/query.ts'
import { ApiError } from '../../utils/api-error.ts'

/**
 * Another instance may take a former admin for one for up to a second: enough for somebody banned to lift the ban. So each
 * act asks who the actor is now.
 *
 * @throws ApiError `session_revoked`, `account_banned`, `forbidden`.
 */
export async function refuseFormerAdmin(query: Query, actorId: string): Promise<void> {
  const [actor] = await query<Admission & { role: User['role'] }>`
    SELECT id, status, banned_reason, banned_until, role FROM users WHERE id = ${actorId}::uuid`
  if (!actor) throw new ApiError('session_revoked')
  refuseBanned(actor)
  if (actor.role !== 'admin') throw new ApiError('forbidden')
}
