import type { Database } from '../../infra/database/client.ts'
import type { Prisma, RevokedReason } from '../../infra/database/generated/client.ts'
import { prismaQuery } from '../../infra/database/query.ts'
import { ApiError } from '../../utils/api-error.ts'
import { appendAuditEntries } from '../audit/audit-log.ts'
import { lockUser } from '../locks.ts'
import type { Revocation, RevocationList } from './revocation-list.ts'

/** The admin, if any, and the IP that a revocation comes from; for the audit log. */
export type RevokedBy = { actorId?: string; ip?: string }

/** Revokes sessions and tokens. Every instance knows within a second, and the audit log records it. */
export type SessionRevoker = {
  /** Revokes the given active sessions of a user; resolves with their number. */
  revokeSessions(userId: string, sessionIds: string[], reason: RevokedReason, by: RevokedBy): Promise<number>
  /**
   * Logs out the session that the request comes from. By its id alone, since a concurrent merge may give it to another
   * account. Resolves with whether it was active.
   */
  logout(sessionId: string, by: RevokedBy): Promise<boolean>
  /**
   * Revokes all access tokens of a user, in one transaction with the change that is the reason, such as a ban. With
   * `endSessions` the refresh tokens too.
   */
  revokeUserTokens(
    userId: string,
    by: RevokedBy,
    options: {
      change?: (transaction: Prisma.TransactionClient) => Promise<unknown>
      endSessions?: RevokedReason
    },
  ): Promise<void>
  /** For a transaction that revokes several things, or decides on the way what it revokes. */
  inTransaction<Result>(
    by: RevokedBy,
    work: (transaction: Prisma.TransactionClient, batch: RevocationBatch) => Promise<Result>,
  ): Promise<Result>
}

/** The revocations of one transaction, published when it commits. */
export type RevocationBatch = {
  /** Revokes the active sessions that match; resolves with their number. */
  revokeSessions(where: Prisma.SessionWhereInput, reason: RevokedReason): Promise<number>
  /** Revokes all access tokens of a user; with a reason the refresh tokens too. */
  revokeUserTokens(userId: string, reason?: RevokedReason): Promise<void>
}

/** @param revocationList gets the revocations of this instance at once. */
export function createSessionRevoker({
  database: { prisma },
  revocationList,
}: {
  database: Pick<Database, 'prisma'>
  revocationList: Pick<RevocationList, 'add'>
}): SessionRevoker {
  const inTransaction: SessionRevoker['inTransaction'] = async (by, work) => {
    const { result, revocations } = await prisma.$transaction(async (transaction) => {
      const revocations: Revocation[] = []
      const result = await work(transaction, {
        async revokeSessions(where, reason) {
          const ids = await endSessions(transaction, where, reason, by)
          revocations.push(...ids.map((sessionId) => ({ sessionId })))
          return ids.length
        },
        async revokeUserTokens(userId, reason) {
          const minimumTokenVersion = await raiseTokenVersion(transaction, userId)
          if (reason) await endSessions(transaction, { userId }, reason, by)
          // The version covers every session, since earlier tokens contain an older one.
          revocations.push({ userId, minimumTokenVersion })
        },
      })
      await publish(transaction, revocations)
      return { result, revocations }
    })
    for (const revocation of revocations) revocationList.add(revocation)
    return result
  }

  return {
    inTransaction,
    revokeSessions: (userId, sessionIds, reason, by) =>
      inTransaction(by, async (transaction, batch) => {
        // Two transactions that end several sessions of one user could deadlock on their rows.
        if (sessionIds.length > 1) await lockUser(prismaQuery(transaction), userId)
        return batch.revokeSessions({ userId, id: { in: sessionIds } }, reason)
      }),
    logout: (sessionId, by) =>
      inTransaction(
        by,
        async (_transaction, batch) => (await batch.revokeSessions({ id: sessionId }, 'logout')) > 0,
      ),
    revokeUserTokens: (userId, by, { change, endSessions: reason }) =>
      inTransaction(by, async (transaction, batch) => {
        await change?.(transaction)
        await batch.revokeUserTokens(userId, reason)
      }),
  }
}

async function endSessions(
  transaction: Prisma.TransactionClient,
  where: Prisma.SessionWhereInput,
  reason: RevokedReason,
  { actorId, ip }: RevokedBy,
): Promise<string[]> {
  const ended = await transaction.session.updateManyAndReturn({
    where: { ...where, revokedAt: null },
    data: { revokedAt: new Date(), revokedReason: reason },
    select: { id: true, userId: true },
  })
  const entries = ended.map(({ id, userId }) => ({
    type:
      reason === 'refresh_token_reused' ? ('refresh_token_reused' as const) : ('session_revoked' as const),
    userId,
    sessionId: id,
    data: { reason },
    ...(actorId === undefined ? {} : { actorId }),
    ...(ip === undefined ? {} : { ip }),
  }))
  await appendAuditEntries(prismaQuery(transaction), entries)
  return ended.map(({ id }) => id)
}

async function raiseTokenVersion(transaction: Prisma.TransactionClient, userId: string): Promise<number> {
  const [user] = await transaction.user.updateManyAndReturn({
    where: { id: userId },
    data: { tokenVersion: { increment: 1 } },
    select: { tokenVersion: true },
  })
  // The user was deleted after the token was issued.
  if (!user) throw new ApiError('session_revoked')
  return user.tokenVersion
}

/** Last in a transaction: the other instances look back only so far behind the time of this statement. */
async function publish(transaction: Prisma.TransactionClient, revocations: Revocation[]): Promise<void> {
  if (revocations.length > 0) await transaction.revocation.createMany({ data: revocations })
}
