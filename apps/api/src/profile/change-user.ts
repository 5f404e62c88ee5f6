import { lockOwnUser, lockUser } from '../account/lock-user.ts'
import type { UserRow } from '../account/user-row.ts'
import { refuseFormerAdmin } from '../admin/refuse-former-admin.ts'
import type { Query } from '../database/query.ts'
import { ApiError } from '../problem.ts'

/** Whose profile is changed, from where, and by which admin; without one it is their own. */
export type Change = { userId: string; ip: string; actorId?: string }

/**
 * Locks the user whom a change is about.
 *
 * @throws ApiError `account_banned`, `session_revoked` for people who change themselves; `not_found`, `forbidden` for an
 *   admin, or somebody who was one.
 */
export async function lockChangedUser(query: Query, { userId, actorId }: Change): Promise<UserRow> {
  if (actorId === undefined) return lockOwnUser(query, userId)
  const user = await lockUser(query, userId)
  await refuseFormerAdmin(query, actorId)
  // An erased account stays erased.
  if (!user || user.status === 'erased') throw new ApiError('not_found')
  return user
}
