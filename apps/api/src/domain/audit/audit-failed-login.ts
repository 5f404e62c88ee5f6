import type { Database } from '../../infra/database/client.ts'
import { ApiError } from '../../utils/api-error.ts'
import type { RequestContext } from '../../utils/request-context.ts'
import { lockUserForShare } from '../locks.ts'
import { appendAuditEntry } from './audit-log.ts'
import type { RejectedLogins } from './rejected-logins.ts'

type LoginRequest = RequestContext & { appId?: string | undefined }

/** Runs a login. Its rejection goes to the user's audit log, or is counted when it leads to no known user. */
export async function auditFailedLogin<Result>(
  services: { database: Pick<Database, 'transaction'>; rejectedLogins: RejectedLogins },
  request: LoginRequest,
  login: () => Promise<Result>,
): Promise<Result> {
  try {
    return await login()
  } catch (error) {
    // A question to the user is no failure.
    if (error instanceof ApiError && error.code !== 'shared_account_choice')
      await audit(services, request, error)
    throw error
  }
}

async function audit(
  { database, rejectedLogins }: Parameters<typeof auditFailedLogin>[0],
  { ip, log, appId }: LoginRequest,
  { code, userId }: ApiError,
): Promise<void> {
  if (userId === undefined) return rejectedLogins.count({ ip, code, appId })
  try {
    const isAudited = await database.transaction(async (query) => {
      // Waits for a deletion under way, which would miss this entry: no IP of a deleted user is kept.
      if (!(await lockUserForShare(query, userId))) return false
      await appendAuditEntry(query, {
        type: 'login_rejected',
        code,
        ip,
        userId,
        ...(appId === undefined ? {} : { appId }),
      })
      return true
    })
    if (!isAudited) rejectedLogins.count({ ip, code, appId })
  } catch (error) {
    // The client must learn why the login failed, not why the audit log did.
    log.error({ err: error }, 'failed to store a rejected login in the audit log')
  }
}
