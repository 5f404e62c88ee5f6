import type { MergeBody, RefreshResult } from '@repo/shared'
import type { AppContext } from '../../context.ts'
import type { Claims } from '../../domain/sessions/access-tokens.ts'
import { loadSession } from '../../domain/sessions/load-session.ts'
import type { RequestContext } from '../../utils/request-context.ts'
import { mergeAccounts } from './merge-accounts.ts'

/**
 * Merges two accounts whose user proves to own both. The caller's session continues in the account that stays, with new
 * tokens; all other sessions of the two end. A rejected request leaves the ticket redeemable.
 */
export async function mergeOwnAccounts(
  {
    database,
    limits,
    mergeTickets,
    ownership,
    revoker,
    sessions,
    phoneEncryption,
  }: Pick<
    AppContext,
    'database' | 'limits' | 'mergeTickets' | 'ownership' | 'revoker' | 'sessions' | 'phoneEncryption'
  >,
  claims: Claims,
  { ticket, proof, otherProof }: MergeBody,
  { ip, log }: RequestContext,
): Promise<RefreshResult> {
  const { sub: callerId, sid: sessionId } = claims
  const request = { operation: 'POST /v1/me/merge', ip, log } as const
  await loadSession(database, claims)
  await ownership.verify(callerId, proof, { ...request, sessionId })
  const payload = await mergeTickets.read(ticket, callerId)
  await limits.merge(payload.ticketId)
  const otherId = payload.userId === callerId ? payload.otherUserId : payload.userId
  await ownership.verify(otherId, otherProof, request)
  const result = await revoker.inTransaction({ ip }, async (transaction, batch) => {
    const userId = await mergeAccounts(transaction, batch, {
      payload,
      mergeTickets,
      phoneEncryption,
      claims,
      ip,
    })
    await batch.revokeSessions({ userId, id: { not: sessionId } }, 'merged')
    return sessions.reissue(transaction, batch, { id: sessionId, ip })
  })
  log.info({ userId: result.user.id }, 'accounts merged')
  return result
}
