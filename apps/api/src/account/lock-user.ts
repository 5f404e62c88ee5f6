import type { Prisma } from '../database/generated/client.ts'
import { ApiError } from '../problem.ts'
import type { Admission } from './ban.ts'

/**
 * Keeps others from changing a user, and from adding anything to them, until the transaction ends; whoever locks several
 * does so by ascending id, after all advisory locks.
 *
 * @throws ApiError `session_revoked` when the user is gone.
 */
export async function lockUser(
  transaction: Prisma.TransactionClient,
  userId: string,
): Promise<Admission & { username: string | null }> {
  const [user] = await transaction.$queryRaw<(Admission & { username: string | null })[]>`
    SELECT id, status, banned_reason, banned_until, username FROM users WHERE id = ${userId}::uuid FOR UPDATE`
  if (!user) throw new ApiError('session_revoked')
  return user
}
