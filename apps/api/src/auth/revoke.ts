import { appendAuditEntries } from '../audit/audit-log.ts'
import type { Database } from '../database/database.ts'
import type { Prisma, RevokedReason } from '../database/generated/client.ts'
import { ApiError } from '../problem.ts'
import type { RevocationList, Revoked } from './revocation-list.ts'

/** Who ends sessions, and from where; for the audit log. */
export type Revoker = { actorId?: string; ip?: string }

/** Ends sessions so that every instance knows within a second, and the audit log for good. */
export type Revoke = {
  /** Ends those of a user's sessions that are named and alive; resolves with how many there were. */
  sessions(userId: string, sessionIds: string[], reason: RevokedReason, by: Revoker): Promise<number>
  /**
   * Kills all access tokens of a user, in one transaction with the change that is the reason: a ban, another role,
   * another password. With `endSessions` the refresh tokens die too.
   */
  tokensOf(
    userId: string,
    by: Revoker,
    what: {
      change?: (transaction: Prisma.TransactionClient) => Promise<unknown>
      endSessions?: RevokedReason
    },
  ): Promise<void>
}

export function createRevoke({
  database: { prisma },
  revocationList,
}: {
  database: Database
  /** Where this instance knows it at once. */
  revocationList: Pick<RevocationList, 'add'>
}): Revoke {
  async function endSessions(
    transaction: Prisma.TransactionClient,
    where: Prisma.SessionWhereInput & { userId: string },
    reason: RevokedReason,
    { actorId, ip }: Revoker,
  ): Promise<string[]> {
    const ended = await transaction.session.updateManyAndReturn({
      where: { ...where, revokedAt: null },
      data: { revokedAt: new Date(), revokedReason: reason },
      select: { id: true },
    })
    const entries = ended.map(({ id }) => ({
      type:
        reason === 'refresh_token_reused' ? ('refresh_token_reused' as const) : ('session_revoked' as const),
      userId: where.userId,
      sessionId: id,
      data: { reason },
      ...(actorId === undefined ? {} : { actorId }),
      ...(ip === undefined ? {} : { ip }),
    }))
    await appendAuditEntries(transaction, entries)
    return ended.map(({ id }) => id)
  }

  async function raiseTokenVersion(transaction: Prisma.TransactionClient, userId: string): Promise<number> {
    const [user] = await transaction.user.updateManyAndReturn({
      where: { id: userId },
      data: { tokenVersion: { increment: 1 } },
      select: { tokenVersion: true },
    })
    // Gone since the token was issued.
    if (!user) throw new ApiError('session_revoked')
    return user.tokenVersion
  }

  /** Last in a transaction, since the other instances look back only so far behind the time of this statement. */
  async function announce(transaction: Prisma.TransactionClient, revoked: Revoked[]): Promise<void> {
    await transaction.revocation.createMany({ data: revoked })
  }

  return {
    async sessions(userId, sessionIds, reason, by) {
      const ended = await prisma.$transaction(async (transaction) => {
        // One at a time per person: two that end several sessions at once would wait for each other's rows.
        if (sessionIds.length > 1)
          await transaction.$queryRaw`SELECT FROM users WHERE id = ${userId}::uuid FOR NO KEY UPDATE`
        const ids = await endSessions(transaction, { userId, id: { in: sessionIds } }, reason, by)
        const revoked = ids.map((sessionId) => ({ sessionId }))
        await announce(transaction, revoked)
        return revoked
      })
      for (const revoked of ended) revocationList.add(revoked)
      return ended.length
    },
    async tokensOf(userId, by, { change, endSessions: reason }) {
      const revoked = await prisma.$transaction(async (transaction) => {
        await change?.(transaction)
        const minimumTokenVersion = await raiseTokenVersion(transaction, userId)
        if (reason) await endSessions(transaction, { userId }, reason, by)
        // The version covers every session: whichever began before carries an older one.
        await announce(transaction, [{ userId, minimumTokenVersion }])
        return { userId, minimumTokenVersion }
      })
      revocationList.add(revoked)
    },
  }
}
