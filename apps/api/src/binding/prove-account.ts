import type { FastifyBaseLogger } from 'fastify'
import type { Passwords } from '../password/passwords.ts'
import { ApiError } from '../problem.ts'
import type { ProveByCode } from './prove-by-code.ts'

/** What shows whose an account is: its password, or a fresh code of a WeChat account that leads to it. */
export type AccountProof = {
  password?: string | undefined
  code?: string | undefined
  appId?: string | undefined
}

/**
 * Refuses a proof that is not one of this account.
 *
 * @param from `sessionId`: a session of the account, where its owner asks.
 * @param fault what to say where it is not exactly one of the two.
 * @throws ApiError `invalid_request` unless it is exactly one of the two; `password_not_set`, `credentials_invalid`,
 *   `different_account`, `unknown_app`, `code_…`, `wechat_…`, `rate_limited`.
 */
export type ProveAccount = (
  userId: string,
  proof: AccountProof,
  from: { ip: string; sessionId?: string; log: FastifyBaseLogger },
  fault?: string,
) => Promise<void>

export function createProveAccount({
  passwords,
  proveByCode,
}: {
  passwords: Passwords
  proveByCode: ProveByCode
}): ProveAccount {
  return async (
    userId,
    { password, code, appId },
    { log, ...from },
    fault = 'body must have either password or code',
  ) => {
    if (password !== undefined && code === undefined) return passwords.proveOf(userId, password, from)
    if (code === undefined || password !== undefined) throw new ApiError('invalid_request', { detail: fault })
    if ((await proveByCode({ code, appId }, log)) !== userId) throw new ApiError('different_account')
  }
}
