import { lockUser } from '../account/lock-user.ts'
import type { UserRow } from '../account/user-row.ts'
import type { Query } from '../database/query.ts'
import { ApiError } from '../problem.ts'
import { refuseFormerAdmin } from './refuse-former-admin.ts'

/**
 * Locks the user whom an admin acts on: whoever else changed them meanwhile would overwrite the act, and the log would tell
 * of another before.
 *
 * @throws ApiError `not_found`; `session_revoked`, `account_banned`, `forbidden` where the admin is one no longer.
 */
export async function lockForAct(
  query: Query,
  { userId, actorId }: { userId: string; actorId: string },
): Promise<UserRow> {
  const user = await lockUser(query, userId)
  await refuseFormerAdmin(query, actorId)
  // An erased account stays erased: a ban that ends would bring it back.
  if (!user || user.status === 'erased') throw new ApiError('not_found')
  return user
}
