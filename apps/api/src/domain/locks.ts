import type { Prisma } from '../infra/database/generated/client.ts'
import { prismaQuery, type Query } from '../infra/database/query.ts'
import { ApiError } from '../utils/api-error.ts'
import type { WechatIdentity } from './identities/wechat-identity.ts'
import type { PhoneEncryption } from './phones/phone-encryption.ts'
import type { Claims } from './sessions/access-tokens.ts'
import { type AccountState, assertNotBanned } from './users/account-state.ts'
import type { UserRow } from './users/user.ts'

/*
 * The order of locks. Every transaction takes them in this order, so that no two wait for each other:
 *
 * 1. Advisory locks, with one call of `acquireAdvisoryLocks` or of `register_wechat_user`, sorted: WeChat identities and unionids, phone
 *    numbers, avatar files.
 * 2. Rows of `users`, in the order of their ids. `FOR UPDATE` to change or delete a user or rows of theirs; `FOR SHARE` or
 *    `FOR KEY SHARE` to add rows that a deletion or merge has to find.
 * 3. Rows that belong to a locked user, in any order: their user's lock keeps other transactions away.
 * 4. Rows of `revocations`, inserted last: other instances look back only so far behind the time of that statement.
 *
 * Transactions that lock rows of a user without the user:
 * - Refresh, logout and the use of an access token lock one session and no user. Several sessions at once are locked after
 *   their user, or with `SKIP LOCKED`.
 * - A message of WeChat and a renewed session_key lock one WeChat identity and no user.
 * - The login of a returning user that is not allowed in one statement updates its identity and then the user. Where it
 *   meets a deletion or a merge, PostgreSQL may end one of the two as a deadlock, and `retryConflicts` runs it again.
 * - Retention and the re-encryption of phones take an advisory lock of their own, and only if it is free. Retention deletes
 *   expired rows in batches, re-encryption skips locked rows.
 */

/**
 * Waits until no other transaction holds one of these keys, and holds them until this transaction ends. Once per
 * transaction, before any row is locked.
 */
export async function acquireAdvisoryLocks(query: Query, keys: string[]): Promise<void> {
  // In FROM, since Prisma cannot read the void that the function returns.
  for (const key of sortedLockKeys(keys))
    await query`SELECT FROM pg_advisory_xact_lock(hashtextextended(${key}, 0))`
}

/** The order in which a transaction acquires them. */
export const sortedLockKeys = (keys: string[]): string[] => [...new Set(keys)].sort()

/**
 * Two concurrent first logins of a user wait for each other here: on the openid and on the unionid, since either may lead
 * to an existing user.
 */
export const identityLockKeys = ({
  appId,
  openid,
  unionid,
}: WechatIdentity & { unionid: string | null }): string[] => [
  `openid ${appId} ${openid}`,
  ...(unionid === null ? [] : [`unionid ${unionid}`]),
]

/** @param number with its country code: `+8613800138000`. */
export const phoneLockKey = (number: string) => `phone ${number}`

/** @param key of the file in the storage. */
export const fileLockKey = (key: string) => `file ${key}`

/**
 * Before accounts are deleted or merged: a login that would attach to one of them by its WeChat identity or phone number
 * waits until the transaction ends. To be followed by the locks of the users.
 */
export async function lockIdentitiesAndPhones(
  transaction: Prisma.TransactionClient,
  userIds: string[],
  phoneEncryption: PhoneEncryption,
): Promise<void> {
  const where = { userId: { in: userIds } }
  const identities = await transaction.wechatIdentity.findMany({ where })
  const phones = await transaction.phone.findMany({ where })
  const numbers = phones.map(phoneEncryption.decrypt).filter((number) => number !== null)
  await acquireAdvisoryLocks(prismaQuery(transaction), [
    ...identities.flatMap(identityLockKeys),
    ...numbers.map(phoneLockKey),
  ])
}

/**
 * Keeps other transactions from changing a user and from adding rows about them. Waits for those under way: the row is
 * what they left.
 *
 * @returns `undefined` when there is no such user.
 */
export async function lockUser(query: Query, userId: string): Promise<UserRow | undefined> {
  const [user] = await query<UserRow>`SELECT * FROM users WHERE id = ${userId}::uuid FOR UPDATE`
  return user
}

/** For users who change something of their own. @throws ApiError `session_revoked`, `account_banned`. */
export async function lockActiveUser(query: Query, userId: string): Promise<UserRow> {
  const user = await lockUser(query, userId)
  if (!user) throw new ApiError('session_revoked')
  assertNotBanned(user)
  return user
}

/**
 * For a caller after the proof that they own the account.
 *
 * @throws ApiError `access_token_expired` when a login method has changed since the token was issued: the proof may be
 *   of one that was removed. Also those of `lockActiveUser`.
 */
export async function lockCaller(query: Query, { sub, ver }: Claims): Promise<UserRow> {
  const user = await lockActiveUser(query, sub)
  if (user.token_version > ver) throw new ApiError('access_token_expired')
  return user
}

/** For a row about a user who stays unchanged. Resolves with whether the account exists; a deletion then waits. */
export async function lockUserForShare(query: Query, userId: string): Promise<boolean> {
  const found = await query`SELECT FROM users WHERE id = ${userId}::uuid AND status <> 'deleted' FOR SHARE`
  return found.length > 0
}

/**
 * For an admin action. Locks the admin too: of two admins who ban each other the second is rejected, and the deletion of
 * the admin's account finds the IP of this action.
 *
 * @throws ApiError `not_found`, and those of `assertStillAdmin`.
 */
export async function lockAdminTarget(
  query: Query,
  { userId, actorId }: { userId: string; actorId: string },
): Promise<UserRow> {
  const users = await query<UserRow>`
    SELECT * FROM users WHERE id = ANY(${[userId, actorId]}::uuid[]) ORDER BY id FOR UPDATE`
  await assertStillAdmin(query, actorId)
  const user = users.find(({ id }) => id === userId)
  // A ban of a deleted account would bring it back when the ban ends.
  if (!user || user.status === 'deleted') throw new ApiError('not_found')
  return user
}

/**
 * Admin actions re-check the admin's role: for up to a second, another instance accepts the access token of a former
 * admin, which is enough for a banned one to lift the ban.
 *
 * @throws ApiError `session_revoked`, `account_banned`, `forbidden`.
 */
export async function assertStillAdmin(query: Query, actorId: string): Promise<void> {
  const [actor] = await query<AccountState & Pick<UserRow, 'role'>>`
    SELECT id, status, banned_reason, banned_until, role FROM users WHERE id = ${actorId}::uuid`
  if (!actor) throw new ApiError('session_revoked')
  assertNotBanned(actor)
  if (actor.role !== 'admin') throw new ApiError('forbidden')
}

/** A change of a user's profile: by an admin where there is an `actorId`, else by the user. */
export type ProfileChange = { userId: string; ip: string; actorId?: string }

/** @throws ApiError those of `lockActiveUser` or, for an admin, of `lockAdminTarget`. */
export const lockProfile = (query: Query, { userId, actorId }: ProfileChange): Promise<UserRow> =>
  actorId === undefined ? lockActiveUser(query, userId) : lockAdminTarget(query, { userId, actorId })
