import type { MergeBody, RefreshResult } from '@repo/shared'
import type { AppContext } from '../../context.ts'
import type { Claims } from '../../domain/sessions/access-tokens.ts'
import type { RequestContext } from '../../utils/request-context.ts'
import { mergeAccounts } from './merge-accounts.ts'

/**
 * Merges two accounts whose user proves to own both. The caller's session continues in the account that stays, with new
 * tokens; all other sessions of the two end. A rejected request leaves the ticket redeemable.
 */
export async function mergeOwnAccounts(
  {
    findSession,
    limits,
    mergeTickets,
    ownership,
    revoke,
    sessions,
    phoneEncryption,
  }: Pick<
    AppContext,
    'findSession' | 'limits' | 'mergeTickets' | 'ownership' | 'revoke' | 'sessions' | 'phoneEncryption'
  >,
  claims: Claims,
  { ticket, proof, otherProof }: MergeBody,
  { ip, log }: RequestContext,
): Promise<RefreshResult> {
  const { sub: callerId, sid: sessionId } = claims
  const request = { operation: 'POST /v1/me/merge', ip, log } as const
  await findSession(claims)
  await ownership.verify(callerId, proof, { ...request, sessionId })
  const payload = await mergeTickets.read(ticket, callerId)
  await limits.merge(payload.ticketId)
  const otherId = payload.userId === callerId ? payload.otherUserId : payload.userId
  await ownership.verify(otherId, otherProof, request)
  const result = await revoke.within({ ip }, async (transaction, end) => {
    const userId = await mergeAccounts(transaction, end, {
      offer: payload,
      mergeTickets,
      phoneEncryption,
      claims,
      ip,
    })
    await end.sessions({ userId, id: { not: sessionId } }, 'merged')
    return sessions.reissue(transaction, end, { id: sessionId, ip })
  })
  log.info({ userId: result.user.id }, 'accounts merged')
  return result
}
