import type { MergeBody, RefreshResult } from '@repo/shared'
import type { FastifyBaseLogger } from 'fastify'
import type { MergeTickets } from '../../domain/accounts/merge-tickets.ts'
import type { OwnershipVerifier } from '../../domain/ownership/verify-ownership.ts'
import type { StoredNumbers } from '../../domain/phones/phone-encryption.ts'
import type { Claims } from '../../domain/sessions/access-tokens.ts'
import type { FindSession } from '../../domain/sessions/load-session.ts'
import type { Revoke } from '../../domain/sessions/revoker.ts'
import type { Sessions } from '../../domain/sessions/sessions.ts'
import type { PersonLimits } from '../../http/rate-limit.ts'
import { mergeAccounts } from './merge-accounts.ts'

/**
 * Merges two accounts whose user proves to own both. The session that asked goes on as one of the account that stays,
 * with the tokens of the result; all other sessions of the two end.
 *
 * @throws ApiError `merge_ticket_invalid`; `session_revoked` for a user who logs out meanwhile; what a proof is rejected
 *   with. Then nothing was changed, and the ticket can still be used.
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
  ownership,
  sessions,
  revoke,
  limits,
}: {
  findSession: FindSession
  mergeTickets: MergeTickets
  storedNumbers: StoredNumbers
  ownership: OwnershipVerifier
  sessions: Sessions
  revoke: Revoke
  limits: PersonLimits
}): Merge {
  return async (claims, { ticket, proof, otherProof }, { ip, log }) => {
    const { sub: callerId, sid: sessionId } = claims
    const request = { operation: 'POST /v1/me/merge', ip, log } as const
    await findSession(claims)
    await ownership.verify(callerId, proof, { ...request, sessionId })
    const offer = await mergeTickets.read(ticket, callerId)
    await limits.merge(offer.ticketId)
    const otherId = offer.userId === callerId ? offer.otherUserId : offer.userId
    await ownership.verify(otherId, otherProof, request)
    const result = await revoke.within({ ip }, async (transaction, end) => {
      const userId = await mergeAccounts(transaction, end, { offer, mergeTickets, storedNumbers, claims, ip })
      await end.sessions({ userId, id: { not: sessionId } }, 'merged')
      return sessions.reissue(transaction, end, { id: sessionId, ip })
    })
    log.info({ userId: result.user.id }, 'accounts merged')
    return result
  }
}
