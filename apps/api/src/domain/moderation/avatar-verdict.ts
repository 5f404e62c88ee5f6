import type { Config } from '../../config/config.ts'
import type { Database } from '../../infra/database/client.ts'
import { queryIn } from '../../infra/database/query.ts'
import type { Suggest } from '../../infra/wechat/content-check.ts'
import { lockUser } from '../locks.ts'
import { isRejected } from './is-rejected.ts'
import { rejectAvatar } from './reject-avatar.ts'

/**
 * Acts on what WeChat found in a picture. One that it rejects gives way to the generated one, if it is still there. A
 * trace_id that nobody asked for, or a verdict that came before, changes nothing.
 */
export type ApplyAvatarVerdict = (verdict: {
  appId: string
  traceId: string
  suggest: Suggest | null
}) => Promise<void>

export function createApplyAvatarVerdict({
  database: { prisma },
  contentCheck,
}: {
  database: Database
  contentCheck: Config['contentCheck']
}): ApplyAvatarVerdict {
  /** @returns whether it is done; not when a merge gave the picture to another account before this one was locked. */
  const apply = ({ appId, traceId, suggest }: Parameters<ApplyAvatarVerdict>[0]) =>
    prisma.$transaction(async (transaction) => {
      // There may be one yet.
      if (suggest === null && contentCheck === 'accept') return true
      const check = await transaction.avatarCheck.findFirst({ where: { traceId, appId } })
      if (!check) return true
      const { userId, avatarKey } = check
      await lockUser(queryIn(transaction), userId)
      const { count } = await transaction.avatarCheck.deleteMany({ where: { traceId, userId } })
      if (count === 0) return false
      if (isRejected(suggest, contentCheck))
        await rejectAvatar(transaction, { userId, key: avatarKey, appId })
      return true
    })

  return async (verdict) => {
    while (!(await apply(verdict)));
  }
}
