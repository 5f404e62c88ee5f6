import type { Proof } from '@repo/shared'
import type { AppContext } from '../../context.ts'
import type { Claims } from '../../domain/sessions/access-tokens.ts'
import type { RequestContext } from '../../utils/request-context.ts'

/** Ends all sessions of a caller who proves to own the account. */
export async function logoutAll(
  { ownership, revoker }: Pick<AppContext, 'ownership' | 'revoker'>,
  { sub: userId, sid: sessionId }: Claims,
  proof: Proof,
  { ip, log }: RequestContext,
): Promise<void> {
  await ownership.verify(userId, proof, { operation: 'POST /v1/auth/logout-all', sessionId, ip, log })
  await revoker.inTransaction({ ip }, async (_transaction, batch) => {
    await batch.revokeUserTokens(userId, 'logout_all')
    // A concurrent merge may have moved the caller's session to another account.
    await batch.revokeSessions({ id: sessionId }, 'logout_all')
  })
}
