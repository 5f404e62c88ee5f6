import type { DeleteWithProofBody, Proof } from '@repo/shared'
import type { KeepRefusals, Origin } from '../../domain/audit/audit-failed-login.ts'
import type { ProveByCode } from '../../domain/ownership/resolve-user-by-login-code.ts'
import type { OwnershipVerifier } from '../../domain/ownership/verify-ownership.ts'
import type { Passwords } from '../../domain/passwords/passwords.ts'
import type { Claims } from '../../domain/sessions/access-tokens.ts'
import { ApiError } from '../../http/errors.ts'
import type { DeleteAccount } from './delete-account.ts'

/** Deletes the account of a person who has proven that it is theirs. */
export type Leave = {
  /**
   * @throws ApiError `different_account`, `credentials_invalid`, `unknown_app`, `code_…`, `wechat_…`, `rate_limited`,
   *   `session_revoked`; then nothing was changed.
   */
  loggedIn(claims: Claims, proof: Proof, origin: Origin): Promise<void>
  /**
   * For who cannot log in: the proof alone says whose account it is.
   *
   * @throws ApiError `not_found` when nobody has this WeChat identity; the others as above.
   */
  proven(proof: DeleteWithProofBody, origin: Origin): Promise<void>
}

export function createLeave({
  ownership,
  proveByCode,
  passwords,
  keepRefusals,
  deleteAccount,
}: {
  ownership: OwnershipVerifier
  proveByCode: ProveByCode
  passwords: Pick<Passwords, 'prove'>
  keepRefusals: KeepRefusals
  deleteAccount: DeleteAccount
}): Leave {
  async function findProven(proof: DeleteWithProofBody, origin: Origin): Promise<string> {
    // Beside a code anything may stand, a password without its username too.
    if (!('code' in proof)) return (await passwords.prove(proof, origin.ip)).id
    const userId = await proveByCode(proof, origin)
    if (userId === null) throw new ApiError('not_found', { detail: 'nobody has this WeChat identity' })
    return userId
  }

  return {
    async loggedIn({ sub: userId, sid: sessionId }, proof, origin) {
      await ownership.verify(userId, proof, { operation: 'POST /v1/me/delete', sessionId, ...origin })
      await deleteAccount(userId, 'asked_by_person', origin.log)
    },
    async proven(proof, origin) {
      // Whoever tries out passwords here is kept in the log like whoever tries to log in with them.
      const userId = await keepRefusals(origin, () => findProven(proof, origin))
      await deleteAccount(userId, 'asked_by_person', origin.log)
    },
  }
}
