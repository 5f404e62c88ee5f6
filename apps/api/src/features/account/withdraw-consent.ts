import type { AccountProof } from '@repo/shared'
import type { AppContext } from '../../context.ts'
import { type AccountProofServices, resolveProvenUser } from '../../domain/account-proof.ts'
import { lockUser } from '../../domain/locks.ts'
import { prismaQuery } from '../../infra/database/query.ts'
import { ApiError } from '../../utils/api-error.ts'
import type { RequestContext } from '../../utils/request-context.ts'

/**
 * Withdraws the consent of a user who proves to own the account, and logs the user out everywhere. Needs no session: a user
 * who declines new documents has none that could be refreshed, and a banned user none at all.
 */
export async function withdrawConsent(
  context: AccountProofServices & Pick<AppContext, 'consents' | 'revoker'>,
  body: AccountProof,
  request: RequestContext,
): Promise<void> {
  const { consents, revoker } = context
  const { ip, log } = request
  const userId = await resolveProvenUser(context, body, request)
  await revoker.revokeUserTokens(
    userId,
    { ip },
    {
      async change(transaction) {
        const query = prismaQuery(transaction)
        // First: a login that waits for this lock finds that there is no consent any more.
        const user = await lockUser(query, userId)
        if (!user || user.status === 'deleted') throw new ApiError('not_found')
        await consents.withdraw(query, user, ip)
      },
      endSessions: 'logout_all',
    },
  )
  log.info({ userId }, 'consent withdrawn')
}
