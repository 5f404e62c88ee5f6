import type { FastifyBaseLogger } from 'fastify'
import { deleteTicketsOf } from '../../domain/accounts/merge-tickets.ts'
import { appendAuditEntry } from '../../domain/audit/audit-log.ts'
import { type BannedIdentities, banOf } from '../../domain/identities/banned-identities.ts'
import { lockEntrances } from '../../domain/lock-identities.ts'
import { lockUser } from '../../domain/locks.ts'
import type { StoredNumbers } from '../../domain/phones/phone-encryption.ts'
import type { Revoke } from '../../domain/sessions/revoker.ts'
import { wasEverAdmin } from '../../domain/users/admin-history.ts'
import { emptyUser, nowhere } from '../../domain/users/anonymize.ts'
import { ApiError } from '../../http/errors.ts'
import { Prisma, type User } from '../../infra/database/generated/client.ts'
import { queryIn } from '../../infra/database/query.ts'
import { addJob, type JobHandlers } from '../../infra/jobs/jobs.ts'

/**
 * Deletes all that is personal about an account, for good, in one transaction: what stays is a row without anybody in
 * it, and what happened when. Whoever it was may come back as somebody new at once.
 *
 * @param reason who wanted it, for the audit log.
 * @throws ApiError `session_revoked` when the account is gone already.
 */
export type DeleteAccount = (
  userId: string,
  reason: 'asked_by_person' | 'wechat_account_closed',
  log: FastifyBaseLogger,
) => Promise<void>

/** The job of who closed their account at WeChat: it may have been done before. */
export const createDeleteAccountJob =
  (deleteAccount: DeleteAccount, log: FastifyBaseLogger): JobHandlers['delete_account'] =>
  async ({ userId }) => {
    try {
      await deleteAccount(userId, 'wechat_account_closed', log)
    } catch (error) {
      if (!(error instanceof ApiError && error.code === 'session_revoked')) throw error
    }
  }

export function createDeleteAccount({
  storedNumbers,
  bannedIdentities,
  revoke,
}: {
  storedNumbers: StoredNumbers
  bannedIdentities: BannedIdentities
  revoke: Revoke
}): DeleteAccount {
  async function deleteAccount(transaction: Prisma.TransactionClient, userId: string): Promise<void> {
    await lockEntrances(transaction, [userId], storedNumbers)
    await lockUser(queryIn(transaction), userId)
    const user = await transaction.user.findUnique({ where: { id: userId } })
    if (!user || user.status === 'deleted') throw new ApiError('session_revoked')
    const identities = await transaction.wechatIdentity.findMany({ where: { userId } })
    const ban = banOf(user)
    if (ban) await bannedIdentities.keep(transaction, identities, ban)
    await deleteFiles(transaction, user)
    // A logout that is under way holds its session until it is in the log: that is waited for before the log is rewritten.
    await emptySessions(transaction, userId)
    await rewriteAuditLog(transaction, userId)
    // Whom this person brought here keeps the link to nobody: it is shown to none, and says when they came, not by whom.
    await emptyUser(transaction, user)
    await deleteBelongings(transaction, userId)
  }

  return async (userId, reason, log) => {
    await revoke.tokensOf(
      userId,
      {},
      {
        async change(transaction) {
          await deleteAccount(transaction, userId)
          await appendAuditEntry(queryIn(transaction), { type: 'account_deleted', userId, data: { reason } })
        },
        endSessions: 'deleted',
      },
    )
    log.info({ userId, reason }, 'account deleted')
  }
}

/** Once the transaction has committed, and unless somebody else has the same picture. */
async function deleteFiles(
  transaction: Prisma.TransactionClient,
  { id: userId, avatarKey }: User,
): Promise<void> {
  const checks = await transaction.avatarCheck.findMany({ where: { userId } })
  const keys = new Set(checks.map((check) => check.avatarKey))
  if (avatarKey !== null) keys.add(avatarKey)
  for (const key of keys) await addJob(transaction, 'delete_file', { key })
}

/**
 * What happened when stays, and who of the admins did it. Where this person was the admin, only their address goes:
 * the rest tells of somebody else.
 */
async function rewriteAuditLog(transaction: Prisma.TransactionClient, userId: string): Promise<void> {
  await transaction.$queryRaw`SELECT set_config('audit.rewrite', 'on', true)`
  await transaction.auditEvent.updateMany({
    where: { userId },
    data: { ip: null, appId: null, data: Prisma.DbNull },
  })
  if (await wasEverAdmin(transaction, userId))
    await transaction.auditEvent.updateMany({ where: { actorId: userId }, data: { ip: null, appId: null } })
  await transaction.$queryRaw`SELECT set_config('audit.rewrite', 'off', true)`
}

/** Also those that ended long ago. */
async function emptySessions(transaction: Prisma.TransactionClient, userId: string): Promise<void> {
  await transaction.session.updateMany({
    where: { userId },
    data: { appId: null, openid: null, ip: nowhere, deviceModel: null, deviceSystem: null },
  })
}

async function deleteBelongings(transaction: Prisma.TransactionClient, userId: string): Promise<void> {
  await transaction.wechatIdentity.deleteMany({ where: { userId } })
  await transaction.phone.deleteMany({ where: { userId } })
  await transaction.password.deleteMany({ where: { userId } })
  await deleteTicketsOf(transaction, [userId])
  await transaction.avatarCheck.deleteMany({ where: { userId } })
  // Nothing is left to be done about them.
  await transaction.job.deleteMany({ where: { payload: { path: ['userId'], equals: userId } } })
}
