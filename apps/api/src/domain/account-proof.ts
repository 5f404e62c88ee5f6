import type { AccountProof } from '@repo/shared'
import type { Database } from '../infra/database/client.ts'
import { ApiError } from '../utils/api-error.ts'
import type { RequestContext } from '../utils/request-context.ts'
import { auditFailedLogin } from './audit/audit-failed-login.ts'
import type { RejectedLogins } from './audit/rejected-logins.ts'
import { resolveUserByLoginCode } from './identities/exchange-login-code.ts'
import type { Passwords } from './passwords/passwords.ts'

export type AccountProofServices = Parameters<typeof resolveUserByLoginCode>[0] & {
  database: Pick<Database, 'transaction'>
  passwords: Pick<Passwords, 'verifyCredentials'>
  rejectedLogins: RejectedLogins
}

/**
 * The account that a proof without a session belongs to, also while it is banned. A rejected proof is recorded like a failed
 * login.
 *
 * @throws ApiError `not_found` when no account has the WeChat identity; `credentials_invalid`, and those of a code.
 */
export const resolveProvenUser = (
  services: AccountProofServices,
  proof: AccountProof,
  request: RequestContext,
): Promise<string> =>
  auditFailedLogin(services, request, async () => {
    const userId = await findOwner(services, proof, request)
    // The WeChat user of the phone may have changed since the client logged in.
    if (proof.expectedUserId !== undefined && proof.expectedUserId !== userId)
      throw new ApiError('different_account', { userId })
    return userId
  })

async function findOwner(
  services: AccountProofServices,
  proof: AccountProof,
  request: RequestContext,
): Promise<string> {
  // The schema does not forbid further fields beside a code, a password without its username among them.
  if (!('code' in proof)) return (await services.passwords.verifyCredentials(proof, request.ip)).id
  const userId = await resolveUserByLoginCode(services, proof, request)
  if (userId === null) throw new ApiError('not_found', { detail: 'no user has this WeChat identity' })
  return userId
}
