import type { PasswordBody, PasswordResetBody } from '@repo/shared'
import type { FastifyBaseLogger } from 'fastify'
import { lockOwnUser } from '../account/lock-user.ts'
import { appendAuditEntry } from '../audit/audit-log.ts'
import type { Claims } from '../auth/access-tokens.ts'
import type { Revoke } from '../auth/revoke.ts'
import type { ProveAccount } from '../binding/prove-account.ts'
import type { ProveByCode } from '../binding/prove-by-code.ts'
import type { Database } from '../database/database.ts'
import { isTaken } from '../database/errors.ts'
import type { Prisma } from '../database/generated/client.ts'
import { queryIn } from '../database/query.ts'
import { ApiError } from '../problem.ts'
import { refuseCommonPassword } from './common-passwords.ts'
import type { PasswordHasher } from './password-hasher.ts'
import { refuseTakenUsername, storedUsername } from './usernames.ts'

type Origin = { ip: string; log: FastifyBaseLogger }

export type ChangePassword = {
  /**
   * Sets the first password, with a username, or another one. All other devices are logged out, this one stays.
   *
   * @throws ApiError `invalid_request`, `credentials_invalid`, `password_not_set`, `different_account`,
   *   `password_too_common`, `username_taken`, `username_fixed`, `account_banned`, `code_…`, `wechat_…`, `rate_limited`.
   */
  change(claims: Claims, body: PasswordBody, origin: Origin): Promise<void>
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
  proveAccount,
  proveByCode,
  revoke,
}: {
  database: Database
  hasher: PasswordHasher
  proveAccount: ProveAccount
  proveByCode: ProveByCode
  revoke: Revoke
}): ChangePassword {
  /** With the user locked: a merge may have taken username and password away, a ban may have come. */
  async function save(
    transaction: Prisma.TransactionClient,
    { userId, username, hash, ip }: { userId: string; username: string | null; hash: string; ip: string },
  ): Promise<void> {
    const user = await lockOwnUser(queryIn(transaction), userId)
    if (user.username !== null && user.username !== username) throw new ApiError('username_fixed')
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
    async change(claims, body, origin) {
      const { sub: userId, sid } = claims
      const { ip } = origin
      const user = await prisma.user.findUnique({ where: { id: userId }, select: { username: true } })
      if (!user) throw new ApiError('session_revoked')
      const username = chooseUsername(user.username, body)
      refuseCommonPassword(body.newPassword, username)
      if (user.username === null) await refuseTakenUsername(prisma, username)
      const { currentPassword: password, code, appId } = body
      await proveAccount(
        userId,
        { password, code, appId },
        { ...origin, sessionId: sid },
        'body must have either currentPassword or code',
      )
      const hash = await hasher.hash(body.newPassword)
      try {
        await revoke.within({ ip }, async (transaction, end) => {
          await save(transaction, { userId, username, hash, ip })
          await end.sessions({ userId, id: { not: sid } }, 'password_changed')
        })
      } catch (error) {
        throw isTaken(error, 'username') ? new ApiError('username_taken', { cause: error }) : error
      }
    },
    async reset({ code, appId, newPassword }, { ip, log }) {
      // Whose it is shows only with the code, which is not to be used up by a password that cannot be taken.
      refuseCommonPassword(newPassword, null)
      const userId = await proveByCode({ code, appId }, log)
      const user = userId === null ? null : await prisma.user.findUnique({ where: { id: userId } })
      if (!user?.username) throw new ApiError('password_not_set')
      const { id, username } = user
      refuseCommonPassword(newPassword, username)
      const hash = await hasher.hash(newPassword)
      await revoke.within({ ip }, async (transaction, end) => {
        await save(transaction, { userId: id, username, hash, ip })
        await end.tokensOf(id, 'password_changed')
      })
    },
  }
}

/** The username that the account has, or is given with its first password. */
function chooseUsername(current: string | null, { username, currentPassword }: PasswordBody): string {
  if (current !== null) {
    if (username !== undefined) throw new ApiError('username_fixed')
    return current
  }
  if (currentPassword !== undefined) throw new ApiError('password_not_set')
  if (username === undefined)
    throw new ApiError('invalid_request', { detail: 'body/username must come with the first password' })
  return storedUsername(username)
}
