import type { Database } from '../../infra/database/client.ts'
import type { Prisma, RevokedReason } from '../../infra/database/generated/client.ts'
import { queryIn } from '../../infra/database/query.ts'
import { ApiError } from '../../utils/api-error.ts'
import { appendAuditEntries } from '../audit/audit-log.ts'
import { lockUser } from '../locks.ts'
import type { RevocationList, Revoked } from './revocation-list.ts'

/** Who ends sessions, and from where; for the audit log. */
export type Revoker = { actorId?: string; ip?: string }

/** Ends sessions so that every instance knows within a second, and the audit log for good. */
export type Revoke = {
  /** Ends those of a user's sessions that are named and alive; resolves with how many there were. */
  sessions(userId: string, sessionIds: string[], reason: RevokedReason, by: Revoker): Promise<number>
  /**
   * Logs out the session that asks for it, whose ever it is by now: a merge that is under way may give it to the other
   * account. Resolves with whether it was alive.
   */
  logout(sessionId: string, by: Revoker): Promise<boolean>
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
  /** For a transaction that ends several things, or decides on its way what it ends. */
  within<Result>(
    by: Revoker,
    work: (transaction: Prisma.TransactionClient, end: Ending) => Promise<Result>,
  ): Promise<Result>
}

/** What a transaction can end. All of it is announced when the transaction is done. */
export type Ending = {
  /** The living sessions that match; resolves with how many there were. */
  sessions(which: Prisma.SessionWhereInput, reason: RevokedReason): Promise<number>
  /** All access tokens of a user; with a reason their refresh tokens too. */
  tokensOf(userId: string, reason?: RevokedReason): Promise<void>
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
    where: Prisma.SessionWhereInput,
    reason: RevokedReason,
    { actorId, ip }: Revoker,
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
    await appendAuditEntries(queryIn(transaction), entries)
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
    if (revoked.length > 0) await transaction.revocation.createMany({ data: revoked })
  }

  const within: Revoke['within'] = async (by, work) => {
    const { result, revoked } = await prisma.$transaction(async (transaction) => {
      const revoked: Revoked[] = []
      const result = await work(transaction, {
        async sessions(which, reason) {
          const ids = await endSessions(transaction, which, reason, by)
          revoked.push(...ids.map((sessionId) => ({ sessionId })))
          return ids.length
        },
        async tokensOf(userId, reason) {
          const minimumTokenVersion = await raiseTokenVersion(transaction, userId)
          if (reason) await endSessions(transaction, { userId }, reason, by)
          // The version covers every session: whichever began before carries an older one.
          revoked.push({ userId, minimumTokenVersion })
        },
      })
      await announce(transaction, revoked)
      return { result, revoked }
    })
    for (const entry of revoked) revocationList.add(entry)
    return result
  }

  return {
    within,
    sessions: (userId, sessionIds, reason, by) =>
      within(by, async (transaction, end) => {
        // One at a time per person: two that end several sessions at once would wait for each other's rows.
        if (sessionIds.length > 1) await lockUser(queryIn(transaction), userId)
        return end.sessions({ userId, id: { in: sessionIds } }, reason)
      }),
    logout: (sessionId, by) =>
      within(by, async (_transaction, end) => (await end.sessions({ id: sessionId }, 'logout')) > 0),
    tokensOf: (userId, by, { change, endSessions: reason }) =>
      within(by, async (transaction, end) => {
        await change?.(transaction)
        await end.tokensOf(userId, reason)
      }),
  }
}
