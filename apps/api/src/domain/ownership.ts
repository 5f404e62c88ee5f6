import type { EndpointKey, ErrorCode, Proof as OwnershipProof } from '@repo/shared'
import type { Database } from '../infra/database/client.ts'
import { ApiError } from '../utils/api-error.ts'
import type { RequestContext } from '../utils/request-context.ts'
import { appendLimitedAuditEntry } from './audit/audit-log.ts'
import { resolveUserByLoginCode } from './identities/exchange-login-code.ts'
import { lockUserForShare } from './locks.ts'
import type { Passwords } from './passwords/passwords.ts'

/** Codes that mean a wrong proof. All others mean that the proof could not be checked. */
const rejections = new Set<ErrorCode>([
  'code_invalid',
  'code_used',
  'credentials_invalid',
  'different_account',
  'password_not_set',
  'proof_required',
])

/** The request that carries the proof. */
export type ProvenRequest = RequestContext & {
  operation: EndpointKey
  /** A session of the account; absent when the request may come from another user. */
  sessionId?: string
}

export type OwnershipVerifier = {
  /**
   * Throws unless the proof shows that the caller owns this account. A rejected proof goes to the account's audit log.
   *
   * @throws ApiError `session_revoked` when the request's own account has been deleted.
   */
  verify(userId: string, proof: OwnershipProof, request: ProvenRequest): Promise<void>
  /** Runs a verification of the caller's own, and records its rejection in the account's audit log. */
  audited<Result>(
    userId: string,
    request: ProvenRequest,
    verification: () => Promise<Result>,
  ): Promise<Result>
}

export function createOwnershipVerifier({
  database: { query, transaction },
  passwords,
  ...codeServices
}: {
  database: Database
  passwords: Pick<Passwords, 'verifyPassword'>
} & Parameters<typeof resolveUserByLoginCode>[0]): OwnershipVerifier {
  async function check(
    userId: string,
    proof: OwnershipProof,
    { ip, log, sessionId }: ProvenRequest,
  ): Promise<void> {
    // The schema accepts either a code or a password, never both.
    if (!('code' in proof))
      return passwords.verifyPassword(userId, proof.password, {
        ip,
        ...(sessionId === undefined ? {} : { sessionId }),
      })
    if ((await resolveUserByLoginCode(codeServices, proof, { ip, log })) !== userId)
      throw new ApiError('different_account')
  }

  async function audit(
    userId: string,
    { code }: ApiError,
    { operation, ip, log }: ProvenRequest,
  ): Promise<void> {
    try {
      await transaction((query) =>
        appendLimitedAuditEntry(query, {
          type: 'proof_rejected',
          userId,
          ip,
          code,
          data: { reason: operation },
        }),
      )
    } catch (error) {
      // The client must learn why the proof was rejected, not why the audit log failed.
      log.error({ err: error }, 'failed to store a rejected proof in the audit log')
    }
  }

  async function audited<Result>(
    userId: string,
    request: ProvenRequest,
    verification: () => Promise<Result>,
  ): Promise<Result> {
    try {
      return await verification()
    } catch (error) {
      if (!(error instanceof ApiError && rejections.has(error.code))) throw error
      // No proof can show ownership of a deleted account, so the original reason would mislead.
      if (request.sessionId !== undefined && !(await lockUserForShare(query, userId)))
        throw new ApiError('session_revoked')
      await audit(userId, error, request)
      throw error
    }
  }

  return {
    audited,
    verify: (userId, proof, request) => audited(userId, request, () => check(userId, proof, request)),
  }
}
