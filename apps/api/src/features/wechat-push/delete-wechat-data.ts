import { appendAuditEntry } from '../../domain/audit/audit-log.ts'
import { lockUser } from '../../domain/locks.ts'
import { deletePhone } from '../../domain/phones/phones.ts'
import { defaultNickname } from '../../domain/users/nickname.ts'
import type { Database } from '../../infra/database/client.ts'
import type { Prisma, User } from '../../infra/database/generated/client.ts'
import { queryIn } from '../../infra/database/query.ts'
import { addJob, type JobHandlers, type JobPayloads } from '../../infra/jobs/jobs.ts'

/**
 * Deletes what a person no longer lets us have of WeChat. Nobody notes down whether a nickname was typed or picked from
 * WeChat, nor where a picture came from: so each counts as WeChat's.
 */
export function createForgetWechatData({ prisma }: Database): JobHandlers['forget_wechat_data'] {
  return async ({ userId, parts }) => {
    await prisma.$transaction(async (transaction) => {
      await lockUser(queryIn(transaction), userId)
      const user = await transaction.user.findUnique({ where: { id: userId } })
      if (!user || user.status === 'deleted') return
      for (const part of parts) await forget[part](transaction, user)
    })
  }
}

type Part = JobPayloads['forget_wechat_data']['parts'][number]

/** Each does nothing where there is nothing, or no longer. */
const forget: Record<Part, (transaction: Prisma.TransactionClient, user: User) => Promise<unknown>> = {
  async nickname(transaction, { id, nickname: before }) {
    const nickname = defaultNickname(id)
    if (before === nickname) return
    await transaction.user.update({ where: { id }, data: { nickname, nicknameUnchecked: false } })
    await appendAuditEntry(queryIn(transaction), { type: 'profile_changed', userId: id, data: { reason } })
  },
  async avatar(transaction, { id, avatarKey }) {
    await transaction.avatarCheck.deleteMany({ where: { userId: id } })
    if (avatarKey === null) return
    await transaction.user.update({ where: { id }, data: { avatarKey: null } })
    await addJob(transaction, 'delete_file', { key: avatarKey })
    await appendAuditEntry(queryIn(transaction), { type: 'avatar_changed', userId: id, data: { reason } })
  },
  phone: (transaction, { id }) => deletePhone(queryIn(transaction), id, { data: { reason } }),
}

/** For the audit log, where the person did it themselves otherwise. */
const reason = 'wechat_event'
