import type { DeleteWithProofBody, Proof } from '@repo/shared'
import type { FastifyBaseLogger } from 'fastify'
import type { AppContext } from '../../context.ts'
import type { Origin } from '../../domain/audit/audit-failed-login.ts'
import { appendAuditEntry } from '../../domain/audit/audit-log.ts'
import { banOf } from '../../domain/identities/banned-identities.ts'
import { lockEntrances } from '../../domain/lock-identities.ts'
import { lockUser } from '../../domain/locks.ts'
import { tableRules } from '../../domain/personal-data/tables.ts'
import type { Claims } from '../../domain/sessions/access-tokens.ts'
import { queryIn } from '../../infra/database/query.ts'
import { ApiError } from '../../utils/api-error.ts'

type DeletionContext = Pick<AppContext, 'bannedIdentities' | 'log' | 'revoke' | 'storedNumbers'>
type ProofContext = Pick<AppContext, 'keepRefusals' | 'ownership' | 'passwords' | 'proveByCode'>

/** Deletes the account of a logged-in user who proves to own it. */
export async function deleteOwnAccount(
  context: DeletionContext & ProofContext,
  { sub: userId, sid: sessionId }: Claims,
  proof: Proof,
  origin: Origin,
): Promise<void> {
  await context.ownership.verify(userId, proof, { operation: 'POST /v1/me/delete', sessionId, ...origin })
  await deleteAccount({ ...context, log: origin.log }, userId, 'asked_by_user')
}

/** Deletes an account without a session, for example while it is banned: the proof alone says which account. */
export async function deleteAccountWithProof(
  context: DeletionContext & ProofContext,
  proof: DeleteWithProofBody,
  origin: Origin,
): Promise<void> {
  // A rejected proof is recorded like a failed login.
  const userId = await context.keepRefusals(origin, () => findProvenUser(context, proof, origin))
  await deleteAccount({ ...context, log: origin.log }, userId, 'asked_by_user')
}

/** The job for a user who closed the account at WeChat. It may run twice. */
export async function deleteClosedAccount(context: DeletionContext, userId: string): Promise<void> {
  try {
    await deleteAccount(context, userId, 'wechat_account_closed')
  } catch (error) {
    if (!(error instanceof ApiError && error.code === 'session_revoked')) throw error
  }
}

async function findProvenUser(
  { passwords, proveByCode }: ProofContext,
  proof: DeleteWithProofBody,
  origin: Origin,
): Promise<string> {
  // The schema does not forbid further fields beside a code, a password without its username among them.
  if (!('code' in proof)) return (await passwords.prove(proof, origin.ip)).id
  const userId = await proveByCode(proof, origin)
  if (userId === null) throw new ApiError('not_found', { detail: 'no user has this WeChat identity' })
  return userId
}

/**
 * Deletes everything personal about an account in one transaction, as the registry of personal data says. What stays is an
 * anonymized row, and what happened when. The same user may register as a new one at once.
 *
 * @throws ApiError `session_revoked` when the account is deleted already.
 */
async function deleteAccount(
  { bannedIdentities, log, revoke, storedNumbers }: DeletionContext & { log: FastifyBaseLogger },
  userId: string,
  reason: 'asked_by_user' | 'wechat_account_closed',
): Promise<void> {
  await revoke.tokensOf(
    userId,
    {},
    {
      async change(transaction) {
        const query = queryIn(transaction)
        await lockEntrances(transaction, [userId], storedNumbers)
        await lockUser(query, userId)
        const user = await transaction.user.findUnique({ where: { id: userId } })
        if (!user || user.status === 'deleted') throw new ApiError('session_revoked')
        const ban = banOf(user)
        if (ban) {
          const identities = await transaction.wechatIdentity.findMany({ where: { userId } })
          await bannedIdentities.keep(transaction, identities, ban)
        }
        for (const rule of tableRules) await rule.delete(transaction, user)
        await appendAuditEntry(query, { type: 'account_deleted', userId, data: { reason } })
      },
      endSessions: 'deleted',
    },
  )
  log.info({ userId, reason }, 'account deleted')
}
