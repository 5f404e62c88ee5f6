import type { Query } from '../infra/database/query.ts'
import { ApiError } from '../utils/api-error.ts'
import type { Claims } from './sessions/access-tokens.ts'
import { refuseBanned } from './users/account-state.ts'
import type { UserRow } from './users/user.ts'

/**
 * Keeps others from changing a user, and from adding anything to them, until the transaction ends. What was under way is
 * waited for: the row is what it left. Whoever locks several users does so by ascending id, after all advisory locks and
 * before any other row.
 *
 * @returns `undefined` when the user is gone.
 */
export async function lockUser(query: Query, userId: string): Promise<UserRow | undefined> {
  const [user] = await query<UserRow>`SELECT * FROM users WHERE id = ${userId}::uuid FOR UPDATE`
  return user
}

/**
 * The same for a person who changes something of their own.
 *
 * @throws ApiError `session_revoked` when the account is gone, `account_banned`.
 */
export async function lockOwnUser(query: Query, userId: string): Promise<UserRow> {
  const user = await lockUser(query, userId)
  if (!user) throw new ApiError('session_revoked')
  refuseBanned(user)
  return user
}

/**
 * The same for a caller who has just proven to own the account.
 *
 * @throws ApiError `access_token_expired` when a login method has changed since the token was issued: the proof may be
 *   of one that is gone.
 */
export async function lockCaller(query: Query, { sub, ver }: Claims): Promise<UserRow> {
  const user = await lockOwnUser(query, sub)
  if (user.token_version > ver) throw new ApiError('access_token_expired')
  return user
}

/**
 * Whether an account is there, and then for as long as the transaction lasts: for what is noted down about it without
 * changing it.
 */
export async function holdAccount(query: Query, userId: string): Promise<boolean> {
  const found = await query`SELECT FROM users WHERE id = ${userId}::uuid AND status <> 'deleted' FOR SHARE`
  return found.length > 0
}
