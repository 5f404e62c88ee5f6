import { refuseBanned } from '../account/ban.ts'
import type { UserRow } from '../account/user-row.ts'
import type { Prisma } from '../database/generated/client.ts'
import { ApiError } from '../problem.ts'

/** Whose profile is changed, from where, and by which admin; without one it is their own. */
export type Change = { userId: string; ip: string; actorId?: string }

/**
 * The row of a user who is about to be changed. Until the end of the transaction nobody else changes it.
 *
 * @throws ApiError `account_banned`, `session_revoked` for people who change themselves; `not_found` for an admin.
 */
export async function lockUser(
  transaction: Prisma.TransactionClient,
  { userId, actorId }: Change,
): Promise<UserRow> {
  const [user] = await transaction.$queryRaw<UserRow[]>`
    SELECT * FROM users WHERE id = ${userId}::uuid FOR NO KEY UPDATE`
  const byAdmin = actorId !== undefined
  if (!user || user.status === 'erased') throw new ApiError(byAdmin ? 'not_found' : 'session_revoked')
  if (!byAdmin) refuseBanned(user)
  return user
}
