import type { FastifyBaseLogger } from 'fastify'
import { holdAccount } from '../account/lock-user.ts'
import { appendAuditEntry } from '../audit/audit-log.ts'
import type { Database } from '../database/database.ts'
import { ApiError } from '../problem.ts'

/** Where a request to log in came from. */
export type Origin = { ip: string; log: FastifyBaseLogger }

/** Runs a login. A refusal is kept in the audit log, with the account where it is known, and thrown on. */
export type KeepRefusals = <Result>(
  origin: Origin & { appId?: string | undefined },
  login: () => Promise<Result>,
) => Promise<Result>

export function createKeepRefusals({ transaction }: Database): KeepRefusals {
  async function keep({ code, userId }: ApiError, { ip, log, appId }: Parameters<KeepRefusals>[0]) {
    try {
      await transaction(async (query) => {
        // An erasure that is under way is waited for, and would not find this: of who has left no address is kept.
        const isThere = userId !== undefined && (await holdAccount(query, userId))
        await appendAuditEntry(query, {
          type: 'login_refused',
          code,
          ip,
          ...(isThere ? { userId } : {}),
          ...(appId === undefined ? {} : { appId }),
        })
      })
    } catch (error) {
      // The person is to learn why the login failed, not why the log did.
      log.error({ err: error }, 'a refused login could not be kept in the audit log')
    }
  }

  return async (origin, login) => {
    try {
      return await login()
    } catch (error) {
      if (error instanceof ApiError) await keep(error, origin)
      throw error
    }
  }
}
