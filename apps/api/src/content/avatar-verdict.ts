import { lockUser } from '../account/lock-user.ts'
import { appendAuditEntry } from '../audit/audit-log.ts'
import type { Config } from '../config.ts'
import type { Database } from '../database/database.ts'
import { addJob } from '../jobs/jobs.ts'
import type { Suggest } from '../wechat/client.ts'
import { isRejected } from './is-rejected.ts'

/**
 * Acts on what WeChat found in a picture. One that it rejects gives way to the generated one, if it is still there. A
 * trace_id that nobody asked for, or a verdict that came before, changes nothing.
 */
export type ApplyAvatarVerdict = (verdict: {
  appId: string
  traceId: string
  suggest: Suggest
}) => Promise<void>

export function createApplyAvatarVerdict({
  database: { prisma },
  contentCheck,
}: {
  database: Database
  contentCheck: Config['contentCheck']
}): ApplyAvatarVerdict {
  const apply: ApplyAvatarVerdict = async ({ appId, traceId, suggest }) => {
    const check = await prisma.avatarCheck.findFirst({ where: { traceId, appId } })
    if (!check) return
    const { userId, avatarKey } = check
    const isStillTheirs = await prisma.$transaction(async (transaction) => {
      // Before the check, as in an erasure and in a merge.
      await lockUser(transaction, userId)
      const { count: checks } = await transaction.avatarCheck.deleteMany({ where: { traceId, userId } })
      if (checks === 0) return false
      if (!isRejected(suggest, contentCheck)) return true
      const { count } = await transaction.user.updateMany({
        where: { id: userId, avatarKey },
        data: { avatarKey: null },
      })
      if (count === 0) return true
      await addJob(transaction, 'delete_file', { key: avatarKey })
      await appendAuditEntry(transaction, {
        type: 'content_rejected',
        userId,
        appId,
        data: { what: 'avatar' },
      })
      return true
    })
    // A merge may have moved it; else there is none to be found.
    if (!isStillTheirs) await apply({ appId, traceId, suggest })
  }
  return apply
}
