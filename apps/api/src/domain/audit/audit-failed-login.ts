import type { FastifyBaseLogger } from 'fastify'
import type { Database } from '../../infra/database/client.ts'
import { ApiError } from '../../utils/api-error.ts'
import { holdAccount } from '../locks.ts'
import { appendAuditEntry } from './audit-log.ts'
import type { RejectedLogins } from './rejected-logins.ts'

/** Where a request to log in came from. */
export type Origin = { ip: string; log: FastifyBaseLogger }

/**
 * Runs a login. A rejection of a known user is kept in the audit log, all others are counted; both are thrown on.
 */
export type KeepRefusals = <Result>(
  origin: Origin & { appId?: string | undefined },
  login: () => Promise<Result>,
) => Promise<Result>

export function createKeepRefusals({
  database: { transaction },
  rejectedLogins,
}: {
  database: Database
  rejectedLogins: RejectedLogins
}): KeepRefusals {
  async function keep({ code, userId }: ApiError, { ip, log, appId }: Parameters<KeepRefusals>[0]) {
    if (userId === undefined) return rejectedLogins.count({ ip, code, appId })
    try {
      const isKept = await transaction(async (query) => {
        // A deletion that is under way is waited for, and would not find this: of a deleted user no address is kept.
        if (!(await holdAccount(query, userId))) return false
        await appendAuditEntry(query, {
          type: 'login_rejected',
          code,
          ip,
          userId,
          ...(appId === undefined ? {} : { appId }),
        })
        return true
      })
      if (!isKept) rejectedLogins.count({ ip, code, appId })
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
