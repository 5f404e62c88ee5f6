import { appendAuditEntry } from '../../domain/audit/audit-log.ts'
import type { SessionKeys } from '../../domain/identities/session-keys.ts'
import { assertStillAdmin } from '../../domain/locks.ts'
import type { Database } from '../../infra/database/client.ts'
import { ApiError } from '../../utils/api-error.ts'
import type { Act } from './actions.ts'

/**
 * Has WeChat replace every session_key of a user. What could be done is done and in the audit log, also where WeChat fails
 * for one of several mini programs.
 *
 * @throws ApiError `not_found`, `forbidden` for somebody who was an admin, `wechat_…`.
 */
export type ResetSessionKeys = (act: Act) => Promise<void>

export function createResetSessionKeys({
  database: { prisma, query },
  sessionKeys,
}: {
  database: Database
  sessionKeys: SessionKeys
}): ResetSessionKeys {
  return async (act) => {
    await assertStillAdmin(query, act.actorId)
    const user = await prisma.user.findUnique({
      where: { id: act.userId },
      select: { status: true, wechatIdentities: { select: { appId: true, openid: true } } },
    })
    if (!user || user.status === 'deleted') throw new ApiError('not_found')
    const outcomes = { reset: 0, dropped: 0, failed: 0 }
    let failure: unknown
    for (const identity of user.wechatIdentities) {
      try {
        outcomes[await sessionKeys.reset(identity)] += 1
      } catch (error) {
        outcomes.failed += 1
        failure ??= error
      }
    }
    await appendAuditEntry(query, { type: 'session_keys_reset', ...act, data: outcomes })
    if (failure !== undefined) throw failure
  }
}
