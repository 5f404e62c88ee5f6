import { lockForAct } from '../../features/admin/lock-admin-target.ts'
import type { Query } from '../../infra/database/query.ts'
import { lockOwnUser } from '../locks.ts'
import type { UserRow } from './user.ts'

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
