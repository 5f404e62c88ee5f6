import { Prisma, type User } from '../../infra/database/generated/client.ts'
import { ApiError } from '../../utils/api-error.ts'

/** What decides whether a user may come in. */
export type Admission = {
  id: string
  status: 'active' | 'banned' | 'deleted'
  banned_reason: string | null
  banned_until: Date | null
}

/** The same of a user as Prisma gives them. */
export const admissionOf = ({
  id,
  status,
  bannedReason,
  bannedUntil,
}: Pick<User, 'id' | 'status' | 'bannedReason' | 'bannedUntil'>): Admission => ({
  id,
  status,
  banned_reason: bannedReason,
  banned_until: bannedUntil,
})

/** The same in SQL, for a statement that changes something only if the user may. */
export const isAdmitted = (now: Date) =>
  Prisma.sql`(users.status = 'active' OR (users.status = 'banned' AND users.banned_until <= ${now}))`

/**
 * A ban ends by itself when its time is over, whether or not somebody has cleaned up.
 *
 * @param now the moment that decides; that of `isAdmitted` where both have to agree.
 * @throws ApiError `account_banned`, with what the person may be told; `session_revoked` for an deleted account.
 */
export function refuseBanned(user: Admission, now = new Date()): void {
  const status = currentStatus(user, now)
  if (status === 'deleted') throw new ApiError('session_revoked')
  if (status === 'active') return
  throw new ApiError('account_banned', {
    ban: { reason: user.banned_reason, until: user.banned_until },
    userId: user.id,
  })
}

/** The status as of now: a ban whose time is over is none. */
export function currentStatus(
  { status, banned_until }: Omit<Admission, 'id' | 'banned_reason'>,
  now = new Date(),
): Admission['status'] {
  const isOver = status === 'banned' && banned_until !== null && banned_until <= now
  return isOver ? 'active' : status
}
