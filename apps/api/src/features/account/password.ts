import type { PasswordBody, PasswordResetBody, RefreshResult } from '@repo/shared'
import type { AppContext } from '../../context.ts'
import { appendAuditEntry } from '../../domain/audit/audit-log.ts'
import { resolveUserByLoginCode } from '../../domain/identities/exchange-login-code.ts'
import { lockActiveUser, lockCaller } from '../../domain/locks.ts'
import { deleteMergeTickets } from '../../domain/merge-tickets.ts'
import {
  assertPasswordAllowed,
  assertUsernameAvailable,
  normalizeUsername,
} from '../../domain/passwords/policy.ts'
import type { Claims } from '../../domain/sessions/access-tokens.ts'
import { changeLoginMethods } from '../../domain/sessions/change-login-methods.ts'
import type { UserRow } from '../../domain/users/user.ts'
import { isUniqueViolation } from '../../infra/database/errors.ts'
import type { Prisma } from '../../infra/database/generated/client.ts'
import { prismaQuery } from '../../infra/database/query.ts'
import { ApiError } from '../../utils/api-error.ts'
import type { RequestContext } from '../../utils/request-context.ts'

/**
 * Sets the first password, with a username, or another one. Logs out all other devices; this one continues with the
 * tokens of the result.
 */
export async function changePassword(
  context: Pick<AppContext, 'database' | 'hasher' | 'ownership' | 'reservedNames' | 'revoker' | 'sessions'>,
  claims: Claims,
  body: PasswordBody,
  { ip, log }: RequestContext,
): Promise<RefreshResult> {
  const {
    database: { prisma },
    hasher,
    ownership,
  } = context
  const { sub: userId, sid: sessionId } = claims
  // Before the proof: a rejected password must not use up a code.
  assertPasswordAllowed(
    body.newPassword,
    body.username === undefined ? null : normalizeUsername(body.username),
  )
  if (body.username !== undefined) await assertUsernameAllowed(context, userId, body.username)
  await ownership.verify(userId, body.proof, { operation: 'PUT /v1/me/password', sessionId, ip, log })
  const user = await prisma.user.findUnique({ where: { id: userId }, select: { username: true } })
  if (!user) throw new ApiError('session_revoked')
  const username = chooseUsername(user.username, body)
  assertPasswordAllowed(body.newPassword, username)
  if (user.username === null) await assertUsernameAvailable(prisma, username)
  const hash = await hasher.hash(body.newPassword)
  try {
    return await changeLoginMethods(context, claims, ip, async (transaction) => {
      const locked = await lockCaller(prismaQuery(transaction), claims)
      await savePassword(transaction, locked, { username, hash, ip })
      return 'password_changed'
    })
  } catch (error) {
    throw isUniqueViolation(error, 'username') ? new ApiError('username_taken', { cause: error }) : error
  }
}

/** Replaces the password of the account that a login code proves, and logs out all its devices. */
export async function resetPassword(
  context: Pick<
    AppContext,
    'apps' | 'database' | 'exchangeGuard' | 'hasher' | 'identities' | 'limits' | 'revoker' | 'wechat'
  >,
  { code, appId, newPassword }: PasswordResetBody,
  { ip, log }: RequestContext,
): Promise<void> {
  const {
    database: { prisma },
    hasher,
    revoker,
  } = context
  // Only the code tells the user, and a rejected password must not use it up.
  assertPasswordAllowed(newPassword, null)
  const userId = await resolveUserByLoginCode(context, { code, appId }, { ip, log })
  const user = userId === null ? null : await prisma.user.findUnique({ where: { id: userId } })
  if (!user?.username) throw new ApiError('password_not_set')
  const { id, username } = user
  assertPasswordAllowed(newPassword, username)
  const hash = await hasher.hash(newPassword)
  await revoker.inTransaction({ ip }, async (transaction, batch) => {
    await savePassword(transaction, await lockActiveUser(prismaQuery(transaction), id), {
      username,
      hash,
      ip,
    })
    await batch.revokeUserTokens(id, 'password_changed')
    await deleteMergeTickets(transaction, [id])
  })
}

/** Checks the locked row again: a concurrent merge may have moved username and password to another account. */
async function savePassword(
  transaction: Prisma.TransactionClient,
  { id: userId, username: current }: UserRow,
  { username, hash, ip }: { username: string | null; hash: string; ip: string },
): Promise<void> {
  if (current !== null && current !== username) throw new ApiError('username_immutable')
  if (username === null) throw new ApiError('password_not_set')
  await transaction.user.update({ where: { id: userId }, data: { username } })
  const changedAt = new Date()
  await transaction.password.upsert({
    where: { userId },
    create: { userId, hash, changedAt },
    update: { hash, changedAt },
  })
  await appendAuditEntry(prismaQuery(transaction), { type: 'password_changed', userId, ip })
}

/** Admins may have names that look official. @throws ApiError `name_reserved`. */
async function assertUsernameAllowed(
  { database: { prisma }, reservedNames }: Pick<AppContext, 'database' | 'reservedNames'>,
  userId: string,
  username: string,
): Promise<void> {
  if (!reservedNames.isReserved(username)) return
  const admins = await prisma.user.count({ where: { id: userId, role: 'admin' } })
  if (admins === 0) throw new ApiError('name_reserved')
}

/** The username of the account, or the one that comes with its first password. */
function chooseUsername(current: string | null, { username }: PasswordBody): string {
  if (current !== null) {
    if (username !== undefined) throw new ApiError('username_immutable')
    return current
  }
  if (username === undefined)
    throw new ApiError('invalid_request', { detail: 'body/username must come with the first password' })
  return normalizeUsername(username)
}
