import { lockOwnUser } from '../account/lock-user.ts'
import type { UserRow } from '../account/user-row.ts'
import { lockForAct } from '../admin/lock-for-act.ts'
import type { Query } from '../database/query.ts'

/** Whose profile is changed, from where, and by which admin; without one it is their own. */
export type Change = { userId: string; ip: string; actorId?: string }

/**
 * Locks the user whom a change is about.
 *
 * @throws ApiError `account_banned`, `session_revoked` for people who change themselves; `not_found`, `forbidden` for an
 *   admin, or somebody who was one.
 */
export const lockChangedUser = (query: Query, { userId, actorId }: Change): Promise<UserRow> =>
  actorId === undefined ? lockOwnUser(query, userId) : lockForAct(query, { userId, actorId })
