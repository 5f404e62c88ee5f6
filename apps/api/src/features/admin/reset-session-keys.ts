import type { AppContext } from '../../context.ts'
import { appendAuditEntry } from '../../domain/audit/audit-log.ts'
import { assertStillAdmin } from '../../domain/locks.ts'
import { ApiError } from '../../utils/api-error.ts'
import type { AdminAction } from './actions.ts'

/**
 * Has WeChat replace every session_key of a user. Where WeChat fails for one of several mini programs, the others are still
 * reset and audited.
 */
export async function resetSessionKeys(
  { database: { prisma, query }, sessionKeys }: Pick<AppContext, 'database' | 'sessionKeys'>,
  action: AdminAction,
): Promise<void> {
  await assertStillAdmin(query, action.actorId)
  const user = await prisma.user.findUnique({
    where: { id: action.userId },
    select: { status: true, wechatIdentities: { select: { appId: true, openid: true } } },
  })
  if (!user || user.status === 'deleted') throw new ApiError('not_found')
  const outcomes = { reset: 0, dropped: 0, failed: 0 }
  let firstError: unknown
  for (const identity of user.wechatIdentities) {
    try {
      outcomes[await sessionKeys.reset(identity)] += 1
    } catch (error) {
      outcomes.failed += 1
      firstError ??= error
    }
  }
  await appendAuditEntry(query, { type: 'session_keys_reset', ...action, data: outcomes })
  if (firstError !== undefined) throw firstError
}
