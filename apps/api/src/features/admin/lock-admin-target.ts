import type { UserRow } from '../../domain/users/user.ts'
import type { Query } from '../../infra/database/query.ts'
import { ApiError } from '../../utils/api-error.ts'
import { refuseFormerAdmin } from './assert-still-admin.ts'

/**
 * Locks the user whom an admin acts on: whoever else changed them meanwhile would overwrite the act, and the log would tell
 * of another before. The admin is locked too, in the order of ids that `lockUser` asks for: of two who ban each other one
 * is late, and one who leaves deletes the address of this act as well.
 *
 * @throws ApiError `not_found`; `session_revoked`, `account_banned`, `forbidden` where the admin is one no longer.
 */
export async function lockForAct(
  query: Query,
  { userId, actorId }: { userId: string; actorId: string },
): Promise<UserRow> {
  const users = await query<UserRow>`
    SELECT * FROM users WHERE id = ANY(${[userId, actorId]}::uuid[]) ORDER BY id FOR UPDATE`
  await refuseFormerAdmin(query, actorId)
  const user = users.find(({ id }) => id === userId)
  // An deleted account stays deleted: a ban that ends would bring it back.
  if (!user || user.status === 'deleted') throw new ApiError('not_found')
  return user
}
