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
  return async ({ appId, traceId, suggest }) => {
    await prisma.$transaction(async (transaction) => {
      const [check] = await transaction.avatarCheck.findMany({ where: { traceId, appId } })
      if (!check) return
      await transaction.avatarCheck.deleteMany({ where: { traceId } })
      if (!isRejected(suggest, contentCheck)) return
      const { userId, avatarKey } = check
      const { count } = await transaction.user.updateMany({
        where: { id: userId, avatarKey },
        data: { avatarKey: null },
      })
      if (count === 0) return
      await addJob(transaction, 'delete_file', { key: avatarKey })
      await appendAuditEntry(transaction, {
        type: 'content_rejected',
        userId,
        appId,
        data: { what: 'avatar' },
      })
    })
  }
}
