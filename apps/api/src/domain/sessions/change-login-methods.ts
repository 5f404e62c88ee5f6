import type { RefreshResult } from '@repo/shared'
import type { Prisma, RevokedReason } from '../../infra/database/generated/client.ts'
import { deleteMergeTickets } from '../merge-tickets.ts'
import type { Claims } from './access-tokens.ts'
import type { Revoke } from './revoker.ts'
import type { Sessions } from './sessions.ts'

/**
 * Runs a change of the caller's login methods, for a caller who has proven to own the account. Afterwards no token from
 * before works: the user's other sessions end, and this one goes on with the tokens of the result alone.
 *
 * @param change locks the user by `lockCaller`; resolves with why the other sessions end, `null` where nothing changed.
 * @throws ApiError `session_revoked` when the session has ended meanwhile; then nothing was changed.
 */
export type ChangeLoginMethods = (
  claims: Claims,
  ip: string,
  change: (transaction: Prisma.TransactionClient) => Promise<RevokedReason | null>,
) => Promise<RefreshResult>

export function createChangeLoginMethods({
  revoke,
  sessions,
}: {
  revoke: Revoke
  sessions: Pick<Sessions, 'reissue'>
}): ChangeLoginMethods {
  return ({ sub: userId, sid }, ip, change) =>
    revoke.within({ ip }, async (transaction, end) => {
      const reason = await change(transaction)
      if (reason !== null) {
        await end.sessions({ userId, id: { not: sid } }, reason)
        // A proof for a merge that was verified before may be of a login method that is gone.
        await deleteMergeTickets(transaction, [userId])
      }
      return sessions.reissue(transaction, end, { id: sid, ip })
    })
}
