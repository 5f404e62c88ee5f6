import type { Prisma } from '../../infra/database/generated/client.ts'
import { queryIn } from '../../infra/database/query.ts'
import { addJob } from '../../infra/jobs/jobs.ts'
import { appendAuditEntry } from '../audit/audit-log.ts'
import { lockUser } from '../locks.ts'

/** Puts the generated picture in place of one that may not be shown, if the user still has it. */
export async function rejectAvatar(
  transaction: Prisma.TransactionClient,
  { userId, key, appId }: { userId: string; key: string; appId?: string },
): Promise<void> {
  const query = queryIn(transaction)
  const user = await lockUser(query, userId)
  if (user?.avatar_key !== key) return
  await transaction.user.update({ where: { id: userId }, data: { avatarKey: null } })
  await addJob(transaction, 'delete_file', { key })
  await appendAuditEntry(query, {
    type: 'content_rejected',
    userId,
    ...(appId === undefined ? {} : { appId }),
    data: { what: 'avatar' },
  })
}
