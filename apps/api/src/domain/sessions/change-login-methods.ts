import type { RefreshResult } from '@repo/shared'
import type { Prisma, RevokedReason } from '../../infra/database/generated/client.ts'
import { deleteMergeTickets } from '../merge-tickets.ts'
import type { Claims } from './access-tokens.ts'
import type { SessionRevoker } from './revoker.ts'
import type { Sessions } from './sessions.ts'

/**
 * Changes the caller's login methods, after the caller has proved ownership. Afterwards no earlier token works: the other
 * sessions end, and this one continues with the tokens of the result.
 *
 * @param change locks the user by `lockCaller`; resolves with why the other sessions end, `null` where nothing changed.
 * @throws ApiError `session_revoked` when the session has ended meanwhile; then nothing was changed.
 */
export function changeLoginMethods(
  { revoker, sessions }: { revoker: SessionRevoker; sessions: Pick<Sessions, 'reissue'> },
  { sub: userId, sid }: Claims,
  ip: string,
  change: (transaction: Prisma.TransactionClient) => Promise<RevokedReason | null>,
): Promise<RefreshResult> {
  return revoker.inTransaction({ ip }, async (transaction, batch) => {
    const reason = await change(transaction)
    if (reason !== null) {
      await batch.revokeSessions({ userId, id: { not: sid } }, reason)
      // The proof behind a merge ticket may be of a login method that was removed.
      await deleteMergeTickets(transaction, [userId])
    }
    return sessions.reissue(transaction, batch, { id: sid, ip })
  })
}
