import type { User } from '@repo/shared'
import type { Claims } from '../auth/access-tokens.ts'
import type { Database } from '../database/database.ts'
import { ApiError } from '../problem.ts'
import { toUser, type UserRow } from './user-row.ts'

/** @throws ApiError `session_revoked` when the session or its user is gone, `account_banned`. */
export type CurrentUser = (claims: Claims) => Promise<User>

export function createCurrentUser({ prisma }: Database): CurrentUser {
  return async ({ sub, sid }) => {
    const [row] = await prisma.$queryRaw<UserRow[]>`
      SELECT users.* FROM sessions JOIN users ON users.id = sessions.user_id
      WHERE sessions.id = ${sid}::uuid AND users.id = ${sub}::uuid AND revoked_at IS NULL`
    if (!row) throw new ApiError('session_revoked')
    if (row.status !== 'active') throw new ApiError('account_banned')
    return toUser(row)
  }
}
