import { Prisma, type User } from '../../infra/database/generated/client.ts'
import type { Row } from '../../infra/database/row.ts'
import { ApiError } from '../../utils/api-error.ts'

/** What decides whether a user can log in. */
export type AccountState = Pick<Row<User>, 'id' | 'status' | 'banned_reason' | 'banned_until'>

/** The same from a user as Prisma returns it. */
export const toAccountState = ({
  id,
  status,
  bannedReason,
  bannedUntil,
}: Pick<User, 'id' | 'status' | 'bannedReason' | 'bannedUntil'>): AccountState => ({
  id,
  status,
  banned_reason: bannedReason,
  banned_until: bannedUntil,
})

/**
 * Whether a user can log in, as an SQL condition.
 *
 * @param alias of `users`, or of a subquery with its `status` and `banned_until`. Never a value from a request.
 */
export function canLogInSql(alias: string, now: Date): Prisma.Sql {
  const users = Prisma.raw(alias)
  return Prisma.sql`(${users}.status = 'active' OR (${users}.status = 'banned' AND ${users}.banned_until <= ${now}))`
}

/** @param now must be that of `canLogInSql` where both have to agree. */
export function assertNotBanned(user: AccountState, now = new Date()): void {
  const status = effectiveStatus(user, now)
  if (status === 'deleted') throw new ApiError('session_revoked')
  if (status === 'active') return
  throw new ApiError('account_banned', {
    ban: { reason: user.banned_reason, until: user.banned_until },
    userId: user.id,
  })
}

/** A ban ends by itself: once `banned_until` has passed, the user is active although the row still says `banned`. */
export function effectiveStatus(
  { status, banned_until }: Pick<AccountState, 'status' | 'banned_until'>,
  now = new Date(),
): AccountState['status'] {
  const hasExpired = status === 'banned' && banned_until !== null && banned_until <= now
  return hasExpired ? 'active' : status
}
