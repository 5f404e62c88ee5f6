import type { EndpointKey, ErrorCode, Proof } from '@repo/shared'
import type { FastifyBaseLogger } from 'fastify'
import type { Database } from '../../infra/database/client.ts'
import { ApiError } from '../../utils/api-error.ts'
import { appendLimitedAuditEntry } from '../audit/append-limited.ts'
import { holdAccount } from '../locks.ts'
import type { Passwords } from '../passwords/passwords.ts'
import type { ProveByCode } from './resolve-user-by-login-code.ts'

/** What says that a proof is none. The others say that it could not be looked at. */
const rejections = new Set<ErrorCode>([
  'code_invalid',
  'code_used',
  'credentials_invalid',
  'different_account',
  'password_not_set',
  'proof_required',
])

/** The request that carries the proof. */
export type ProvenRequest = {
  operation: EndpointKey
  ip: string
  log: FastifyBaseLogger
  /** A session of the account, where its own user asks; absent where another user may be asking. */
  sessionId?: string
}

export type OwnershipVerifier = {
  /**
   * Rejects a proof that does not show that the caller owns this account. A rejected proof is in the account's audit log.
   *
   * @throws ApiError `credentials_invalid`, `password_not_set`, `different_account`, `unknown_app`, `code_…`, `wechat_…`,
   *   `rate_limited`; `session_revoked` where its own user asks and the account is gone.
   */
  verify(userId: string, proof: Proof, request: ProvenRequest): Promise<void>
  /** For what verifies by itself: where it rejects the caller, that is in the account's audit log, too. */
  audited<Result>(
    userId: string,
    request: ProvenRequest,
    verification: () => Promise<Result>,
  ): Promise<Result>
}

export function createOwnershipVerifier({
  database: { query, transaction },
  passwords,
  proveByCode,
}: {
  database: Database
  passwords: Pick<Passwords, 'proveOf'>
  proveByCode: ProveByCode
}): OwnershipVerifier {
  async function check(userId: string, proof: Proof, { ip, log, sessionId }: ProvenRequest): Promise<void> {
    // Beside a code no password can stand: the schema takes exactly one of the two.
    if (!('code' in proof))
      return passwords.proveOf(userId, proof.password, {
        ip,
        ...(sessionId === undefined ? {} : { sessionId }),
      })
    if ((await proveByCode(proof, { ip, log })) !== userId) throw new ApiError('different_account')
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
      // The caller is to learn why the proof was rejected, not why the log failed.
      log.error({ err: error }, 'a rejected proof could not be stored in the audit log')
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
      // No proof could show that the caller owns it, and the reason would be misleading.
      if (request.sessionId !== undefined && !(await holdAccount(query, userId)))
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
