import { appendAuditEntry } from '../audit/audit-log.ts'
import type { Database } from '../database/database.ts'
import type { Prisma, RevokedReason } from '../database/generated/client.ts'
import type { RevocationList } from './revocation-list.ts'

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
  revocationList: RevocationList
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
    const sessionIds = ended.map(({ id }) => id)
    await transaction.revocation.createMany({ data: sessionIds.map((sessionId) => ({ sessionId })) })
    for (const sessionId of sessionIds) {
      await appendAuditEntry(transaction, {
        type: reason === 'refresh_token_reused' ? 'refresh_token_reused' : 'session_revoked',
        userId: where.userId,
        sessionId,
        data: { reason },
        ...(actorId === undefined ? {} : { actorId }),
        ...(ip === undefined ? {} : { ip }),
      })
    }
    return sessionIds
  }

  async function raiseTokenVersion(transaction: Prisma.TransactionClient, userId: string): Promise<number> {
    const { tokenVersion } = await transaction.user.update({
      where: { id: userId },
      data: { tokenVersion: { increment: 1 } },
      select: { tokenVersion: true },
    })
    await transaction.revocation.create({ data: { userId, minimumTokenVersion: tokenVersion } })
    return tokenVersion
  }

  return {
    async sessions(userId, sessionIds, reason, by) {
      const ended = await prisma.$transaction((transaction) =>
        endSessions(transaction, { userId, id: { in: sessionIds } }, reason, by),
      )
      for (const sessionId of ended) revocationList.add({ sessionId })
      return ended.length
    },
    async tokensOf(userId, by, { change, endSessions: reason }) {
      const minimumTokenVersion = await prisma.$transaction(async (transaction) => {
        await change?.(transaction)
        const version = await raiseTokenVersion(transaction, userId)
        if (reason) await endSessions(transaction, { userId }, reason, by)
        return version
      })
      revocationList.add({ userId, minimumTokenVersion })
    },
  }
}
