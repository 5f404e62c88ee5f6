import type { PasswordBody, PasswordResetBody, RefreshResult } from '@repo/shared'
import type { FastifyBaseLogger } from 'fastify'
import { deleteTicketsOf } from '../../domain/accounts/merge-tickets.ts'
import { appendAuditEntry } from '../../domain/audit/audit-log.ts'
import { lockCaller, lockOwnUser } from '../../domain/locks.ts'
import type { ProveByCode } from '../../domain/ownership/resolve-user-by-login-code.ts'
import type { OwnershipVerifier } from '../../domain/ownership/verify-ownership.ts'
import { refuseCommonPassword } from '../../domain/passwords/common-passwords.ts'
import type { PasswordHasher } from '../../domain/passwords/hasher.ts'
import { refuseTakenUsername, storedUsername } from '../../domain/passwords/usernames.ts'
import type { Claims } from '../../domain/sessions/access-tokens.ts'
import type { ChangeLoginMethods } from '../../domain/sessions/change-login-methods.ts'
import type { Revoke } from '../../domain/sessions/revoker.ts'
import type { UserRow } from '../../domain/users/user.ts'
import type { Database } from '../../infra/database/client.ts'
import { isTaken } from '../../infra/database/errors.ts'
import type { Prisma } from '../../infra/database/generated/client.ts'
import { queryIn } from '../../infra/database/query.ts'
import { ApiError } from '../../utils/api-error.ts'

type Origin = { ip: string; log: FastifyBaseLogger }

export type ChangePassword = {
  /**
   * Sets the first password, with a username, or another one. All other devices are logged out, this one goes on with
   * the tokens of the result.
   *
   * @throws ApiError `invalid_request`, `password_too_common`, `username_taken`, `username_immutable`, `account_banned`, and
   *   what a proof is rejected with.
   */
  change(claims: Claims, body: PasswordBody, origin: Origin): Promise<RefreshResult>
  /**
   * Replaces the password of whoever's code this is, and logs them out everywhere.
   *
   * @throws ApiError `password_not_set` where there is no account, or none with a password; `password_too_common`,
   *   `account_banned`, `code_…`, `wechat_…`, `rate_limited`.
   */
  reset(body: PasswordResetBody, origin: Origin): Promise<void>
}

export function createChangePassword({
  database: { prisma },
  hasher,
  ownership,
  proveByCode,
  changeLoginMethods,
  revoke,
}: {
  database: Database
  hasher: PasswordHasher
  ownership: OwnershipVerifier
  proveByCode: ProveByCode
  changeLoginMethods: ChangeLoginMethods
  revoke: Revoke
}): ChangePassword {
  /** With the user locked: a merge may have taken username and password away, a ban may have come. */
  async function save(
    transaction: Prisma.TransactionClient,
    user: UserRow,
    { username, hash, ip }: { username: string | null; hash: string; ip: string },
  ): Promise<void> {
    const { id: userId } = user
    if (user.username !== null && user.username !== username) throw new ApiError('username_immutable')
    if (username === null) throw new ApiError('password_not_set')
    await transaction.user.update({ where: { id: userId }, data: { username } })
    const changedAt = new Date()
    await transaction.password.upsert({
      where: { userId },
      create: { userId, hash, changedAt },
      update: { hash, changedAt },
    })
    await appendAuditEntry(queryIn(transaction), { type: 'password_changed', userId, ip })
  }

  return {
    async change(claims, body, { ip, log }) {
      const { sub: userId, sid: sessionId } = claims
      // A password that cannot be taken is not to use up a code.
      refuseCommonPassword(
        body.newPassword,
        body.username === undefined ? null : storedUsername(body.username),
      )
      await ownership.verify(userId, body.proof, { operation: 'PUT /v1/me/password', sessionId, ip, log })
      const user = await prisma.user.findUnique({ where: { id: userId }, select: { username: true } })
      if (!user) throw new ApiError('session_revoked')
      const username = chooseUsername(user.username, body)
      refuseCommonPassword(body.newPassword, username)
      if (user.username === null) await refuseTakenUsername(prisma, username)
      const hash = await hasher.hash(body.newPassword)
      try {
        return await changeLoginMethods(claims, ip, async (transaction) => {
          const locked = await lockCaller(queryIn(transaction), claims)
          await save(transaction, locked, { username, hash, ip })
          return 'password_changed'
        })
      } catch (error) {
        throw isTaken(error, 'username') ? new ApiError('username_taken', { cause: error }) : error
      }
    },
    async reset({ code, appId, newPassword }, { ip, log }) {
      // Whose it is shows only with the code, which is not to be used up by a password that cannot be taken.
      refuseCommonPassword(newPassword, null)
      const userId = await proveByCode({ code, appId }, { ip, log })
      const user = userId === null ? null : await prisma.user.findUnique({ where: { id: userId } })
      if (!user?.username) throw new ApiError('password_not_set')
      const { id, username } = user
      refuseCommonPassword(newPassword, username)
      const hash = await hasher.hash(newPassword)
      await revoke.within({ ip }, async (transaction, end) => {
        await save(transaction, await lockOwnUser(queryIn(transaction), id), { username, hash, ip })
        await end.tokensOf(id, 'password_changed')
        await deleteTicketsOf(transaction, [id])
      })
    },
  }
}

/** The username that the account has, or is given with its first password. */
function chooseUsername(current: string | null, { username }: PasswordBody): string {
  if (current !== null) {
    if (username !== undefined) throw new ApiError('username_immutable')
    return current
  }
  if (username === undefined)
    throw new ApiError('invalid_request', { detail: 'body/username must come with the first password' })
  return storedUsername(username)
}
