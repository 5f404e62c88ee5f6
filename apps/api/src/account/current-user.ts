import type { User } from '@repo/shared'
import type { Claims } from '../auth/access-tokens.ts'
import type { Database } from '../database/database.ts'
import { ApiError } from '../problem.ts'
import { refuseBanned } from './ban.ts'
import { toUser, type UserRow } from './user-row.ts'

/** @throws ApiError `session_revoked` when the user is gone, `account_banned`. */
export type CurrentUser = (claims: Claims) => Promise<User>

export function createCurrentUser({ query }: Database): CurrentUser {
  return async ({ sub }) => {
    const [row] = await query<UserRow>`SELECT * FROM users WHERE id = ${sub}::uuid`
    if (!row) throw new ApiError('session_revoked')
    refuseBanned(row)
    return toUser(row)
  }
}
