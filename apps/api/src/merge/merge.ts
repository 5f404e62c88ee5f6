import type { MergeBody, RefreshResult } from '@repo/shared'
import type { FastifyBaseLogger } from 'fastify'
import type { FindSession } from '../account/find-session.ts'
import type { MergeTickets } from '../account/merge-tickets.ts'
import type { Claims } from '../auth/access-tokens.ts'
import type { Revoke } from '../auth/revoke.ts'
import type { Sessions } from '../auth/sessions.ts'
import type { ProveAccount } from '../binding/prove-account.ts'
import type { PersonLimits } from '../limits/limits.ts'
import type { StoredNumbers } from '../phone/stored-numbers.ts'
import { joinAccounts } from './join-accounts.ts'

/**
 * Joins two accounts of one person: who asks is logged in as the one, and proves the other. The session that asked goes on
 * as one of the account that stays, with the tokens of the answer; all other sessions of the one that goes end.
 *
 * @throws ApiError `merge_ticket_invalid`; `session_revoked` for who logs out meanwhile; `credentials_invalid`,
 *   `password_not_set`, `different_account` for a proof that is none, `code_…`, `wechat_…`, `rate_limited`. Then nothing was
 *   changed, and the ticket can still be used.
 */
export type Merge = (
  claims: Claims,
  body: MergeBody,
  origin: { ip: string; log: FastifyBaseLogger },
) => Promise<RefreshResult>

export function createMerge({
  findSession,
  mergeTickets,
  storedNumbers,
  proveAccount,
  sessions,
  revoke,
  limits,
}: {
  findSession: FindSession
  mergeTickets: MergeTickets
  storedNumbers: StoredNumbers
  proveAccount: ProveAccount
  sessions: Sessions
  revoke: Revoke
  limits: PersonLimits
}): Merge {
  return async (claims, { ticket, proof }, { ip, log }) => {
    const { sub: callerId, sid } = claims
    await findSession(claims)
    const offer = await mergeTickets.read(ticket, callerId)
    await limits.merge(offer.ticketId)
    const otherId = offer.userId === callerId ? offer.otherUserId : offer.userId
    await proveAccount(otherId, proof, { ip, log }, 'body/proof must have either password or code')
    const result = await revoke.within({ ip }, async (transaction, end) => {
      await joinAccounts(transaction, end, { offer, mergeTickets, storedNumbers, askingSessionId: sid, ip })
      return sessions.reissue(transaction, end, { id: sid, ip })
    })
    log.info({ userId: result.user.id }, 'accounts merged')
    return result
  }
}
