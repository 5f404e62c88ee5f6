import type { AppContext } from '../../context.ts'
import { appendAuditEntry } from '../../domain/audit/audit-log.ts'
import { lockUser } from '../../domain/locks.ts'
import { withdrawPending } from '../../domain/moderation/reviews.ts'
import { deletePhone } from '../../domain/phones/phones.ts'
import { defaultNickname } from '../../domain/users/nickname.ts'
import type { Prisma, User } from '../../infra/database/generated/client.ts'
import { prismaQuery } from '../../infra/database/query.ts'
import { addJob, type JobPayloads } from '../../infra/jobs/jobs.ts'

type Payload = JobPayloads['delete_wechat_data']

/**
 * Deletes data from WeChat whose authorization the user withdrew. Whether a nickname or an avatar came from WeChat is not
 * recorded, so each counts as WeChat's.
 */
export async function deleteWechatData(
  { database: { prisma } }: Pick<AppContext, 'database'>,
  { userId, parts }: Payload,
): Promise<void> {
  await prisma.$transaction(async (transaction) => {
    const row = await lockUser(prismaQuery(transaction), userId)
    const user = await transaction.user.findUnique({ where: { id: userId } })
    if (!row || !user || user.status === 'deleted') return
    for (const part of parts) {
      if (part !== 'phone') await withdrawPending(transaction, row, part)
      await deletePart[part](transaction, user)
    }
  })
}

/** Each does nothing where there is no such data. */
const deletePart: Record<
  Payload['parts'][number],
  (transaction: Prisma.TransactionClient, user: User) => Promise<unknown>
> = {
  async nickname(transaction, { id, nickname: before }) {
    const nickname = defaultNickname(id)
    if (before === nickname) return
    await transaction.user.update({ where: { id }, data: { nickname, nicknameUnchecked: false } })
    await appendAuditEntry(prismaQuery(transaction), {
      type: 'profile_changed',
      userId: id,
      data: { reason },
    })
  },
  async avatar(transaction, { id, avatarKey }) {
    await transaction.avatarCheck.deleteMany({ where: { userId: id } })
    if (avatarKey === null) return
    await transaction.user.update({ where: { id }, data: { avatarKey: null } })
    await addJob(transaction, 'delete_file', { key: avatarKey })
    await appendAuditEntry(prismaQuery(transaction), { type: 'avatar_changed', userId: id, data: { reason } })
  },
  phone: (transaction, { id }) => deletePhone(prismaQuery(transaction), id, { data: { reason } }),
}

/** Distinguishes these audit entries from the user's own changes. */
const reason = 'wechat_event'
