import type { BanBody, Proof, User } from '@repo/shared'
import type { FastifyBaseLogger } from 'fastify'
import { v7 as uuidv7 } from 'uuid'
import type { AppContext } from '../../context.ts'
import { type AuditEntry, appendAuditEntry } from '../../domain/audit/audit-log.ts'
import { assertStillAdmin, lockAdminTarget } from '../../domain/locks.ts'
import type { ProvenRequest } from '../../domain/ownership.ts'
import { effectiveStatus } from '../../domain/users/account-state.ts'
import type { Prisma } from '../../infra/database/generated/client.ts'
import { prismaQuery } from '../../infra/database/query.ts'
import { ApiError } from '../../utils/api-error.ts'

/** The admin, the user they act on, and the admin's IP. Each action is audited in its own transaction. */
export type AdminAction = { actorId: string; userId: string; ip: string }

export async function banUser(
  { revoker }: Pick<AppContext, 'revoker'>,
  action: AdminAction,
  { reason, note, until }: BanBody,
): Promise<void> {
  assertOtherUser(action)
  const bannedUntil = until === undefined ? null : parseFutureDate(until)
  await revoker.revokeUserTokens(action.userId, revokedBy(action), {
    async change(transaction) {
      const user = await lockAdminTarget(prismaQuery(transaction), action)
      // A changed ban stays the same ban: its appeal is still open.
      const isChanged = effectiveStatus(user) === 'banned' && user.ban_id !== null
      if (!isChanged) await closeAppeals(transaction, action.userId, 'lapsed')
      await transaction.user.update({
        where: { id: action.userId },
        data: {
          status: 'banned',
          bannedReason: reason,
          bannedUntil,
          bannedNote: note ?? null,
          ...(isChanged ? {} : { banId: uuidv7() }),
        },
      })
      await audit(transaction, action, 'user_banned', { reason, until: bannedUntil?.toISOString() ?? null })
    },
    endSessions: 'banned',
  })
}

export async function unbanUser(
  { database: { prisma } }: Pick<AppContext, 'database'>,
  action: AdminAction,
): Promise<void> {
  await prisma.$transaction(async (transaction) => {
    const { status } = await lockAdminTarget(prismaQuery(transaction), action)
    if (status !== 'banned') return
    await closeAppeals(transaction, action.userId, 'accepted')
    await liftBan(transaction, action)
  })
}

/** For a transaction that has locked the user. */
export async function liftBan(transaction: Prisma.TransactionClient, action: AdminAction): Promise<void> {
  await transaction.user.update({
    where: { id: action.userId },
    data: { status: 'active', bannedReason: null, bannedUntil: null, bannedNote: null, banId: null },
  })
  await audit(transaction, action, 'user_unbanned')
}

/** What becomes of the open appeals when the ban ends without a decision about them. */
async function closeAppeals(
  transaction: Prisma.TransactionClient,
  userId: string,
  state: 'accepted' | 'lapsed',
): Promise<void> {
  await transaction.appeal.updateMany({
    where: { userId, state: 'open' },
    data: { state, decidedAt: new Date() },
  })
}

/** The admin has to prove to own the admin's account. */
export async function setRole(
  { ownership, revoker }: Pick<AppContext, 'ownership' | 'revoker'>,
  action: AdminAction,
  { role, proof }: { role: User['role']; proof: Proof },
  request: Pick<ProvenRequest, 'sessionId' | 'log'>,
): Promise<void> {
  const operation = 'PUT /v1/admin/users/:id/role'
  await ownership.verify(action.actorId, proof, { operation, ip: action.ip, ...request })
  assertOtherUser(action)
  await revoker.revokeUserTokens(action.userId, revokedBy(action), {
    async change(transaction) {
      const user = await lockAdminTarget(prismaQuery(transaction), action)
      await transaction.user.update({ where: { id: action.userId }, data: { role } })
      await audit(transaction, action, 'role_changed', { from: user.role, to: role })
    },
  })
}

export async function setLevel(
  { database: { prisma } }: Pick<AppContext, 'database'>,
  action: AdminAction,
  level: number,
): Promise<void> {
  await prisma.$transaction(async (transaction) => {
    const user = await lockAdminTarget(prismaQuery(transaction), action)
    await transaction.user.update({ where: { id: action.userId }, data: { level } })
    await audit(transaction, action, 'level_changed', { from: user.level, to: level })
  })
}

export async function endUserSessions(
  { revoker }: Pick<AppContext, 'revoker'>,
  action: AdminAction,
): Promise<void> {
  await revoker.revokeUserTokens(action.userId, revokedBy(action), {
    change: (transaction) => lockAdminTarget(prismaQuery(transaction), action),
    endSessions: 'revoked_by_admin',
  })
}

/** Gives a dead job all its attempts again. */
export async function retryJob(
  { database, deadJobs, jobs }: Pick<AppContext, 'database' | 'deadJobs' | 'jobs'>,
  { actorId, jobId }: { actorId: string; jobId: string },
  log: FastifyBaseLogger,
): Promise<void> {
  await assertStillAdmin(database.query, actorId)
  await deadJobs.retry(jobId)
  jobs.notify()
  log.info({ userId: actorId }, 'an admin retries a dead job')
}

const revokedBy = ({ actorId, ip }: AdminAction) => ({ actorId, ip })

function assertOtherUser({ actorId, userId }: AdminAction): void {
  if (actorId === userId) throw new ApiError('cannot_modify_self')
}

const audit = (
  transaction: Prisma.TransactionClient,
  action: AdminAction,
  type: AuditEntry['type'],
  data: AuditEntry['data'] = {},
) => appendAuditEntry(prismaQuery(transaction), { type, ...action, data })

function parseFutureDate(text: string): Date {
  const date = new Date(text)
  // Also rejects an invalid date that the schema accepts, such as a leap second: no comparison holds for it.
  if (date.getTime() > Date.now() && date < maximumDate) return date
  throw new ApiError('invalid_request', { detail: 'body/until must lie ahead, and before the year 9999' })
}

/** An offset can shift a date into the year 10000, which ISO 8601 writes in another format. */
const maximumDate = new Date('9999-01-01')
