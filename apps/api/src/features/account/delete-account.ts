import type { AccountProof, Proof } from '@repo/shared'
import type { FastifyBaseLogger } from 'fastify'
import type { AppContext } from '../../context.ts'
import { type AccountProofServices, resolveProvenUser } from '../../domain/account-proof.ts'
import { appendAuditEntry } from '../../domain/audit/audit-log.ts'
import { banOf } from '../../domain/identities/banned-identities.ts'
import { lockIdentitiesAndPhones, lockUser } from '../../domain/locks.ts'
import { tableRules } from '../../domain/personal-data/tables.ts'
import type { Claims } from '../../domain/sessions/access-tokens.ts'
import { prismaQuery } from '../../infra/database/query.ts'
import { ApiError } from '../../utils/api-error.ts'
import type { RequestContext } from '../../utils/request-context.ts'

type DeletionContext = Pick<AppContext, 'bannedIdentities' | 'config' | 'log' | 'revoker' | 'phoneEncryption'>

/** Deletes the account of a logged-in user who proves to own it. */
export async function deleteOwnAccount(
  context: DeletionContext & Pick<AppContext, 'ownership'>,
  { sub: userId, sid: sessionId }: Claims,
  proof: Proof,
  request: RequestContext,
): Promise<void> {
  await context.ownership.verify(userId, proof, { operation: 'POST /v1/me/delete', sessionId, ...request })
  await deleteAccount({ ...context, log: request.log }, userId, { reason: 'asked_by_user', ip: request.ip })
}

/** Deletes an account without a session, for example while it is banned: the proof alone says which account. */
export async function deleteAccountWithProof(
  context: DeletionContext & AccountProofServices,
  proof: AccountProof,
  request: RequestContext,
): Promise<void> {
  const userId = await resolveProvenUser(context, proof, request)
  await deleteAccount({ ...context, log: request.log }, userId, { reason: 'asked_by_user', ip: request.ip })
}

/** The job for a user who closed the account at WeChat. It may run twice. */
export async function deleteClosedAccount(context: DeletionContext, userId: string): Promise<void> {
  try {
    await deleteAccount(context, userId, { reason: 'wechat_account_closed', ip: null })
  } catch (error) {
    if (!(error instanceof ApiError && error.code === 'session_revoked')) throw error
  }
}

/**
 * Deletes everything personal about an account in one transaction, as the registry of personal data says. What stays is an
 * emptied row, what happened when, and the sealed network logs. The same user may register as a new one at once.
 *
 * @throws ApiError `session_revoked` when the account is deleted already.
 */
async function deleteAccount(
  { bannedIdentities, config, log, revoker, phoneEncryption }: DeletionContext & { log: FastifyBaseLogger },
  userId: string,
  { reason, ip }: { reason: 'asked_by_user' | 'wechat_account_closed'; ip: string | null },
): Promise<void> {
  await revoker.revokeUserTokens(
    userId,
    {},
    {
      async change(transaction) {
        const query = prismaQuery(transaction)
        await lockIdentitiesAndPhones(transaction, [userId], phoneEncryption)
        await lockUser(query, userId)
        const user = await transaction.user.findUnique({ where: { id: userId } })
        if (!user || user.status === 'deleted') throw new ApiError('session_revoked')
        const ban = banOf(user)
        if (ban) {
          const identities = await transaction.wechatIdentity.findMany({ where: { userId } })
          await bannedIdentities.store(transaction, identities, ban)
        }
        const deletion = { sealNetworkLogs: config.sealNetworkLogs, ip }
        for (const rule of tableRules) await rule.delete(transaction, user, deletion)
        await appendAuditEntry(query, { type: 'account_deleted', userId, data: { reason } })
      },
      endSessions: 'deleted',
    },
  )
  log.info({ userId, reason }, 'account deleted')
}
