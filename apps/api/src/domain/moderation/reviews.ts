import { v7 as uuidv7 } from 'uuid'
import type { ContentKind, Prisma } from '../../infra/database/generated/client.ts'
import { prismaQuery } from '../../infra/database/query.ts'
import { addJob } from '../../infra/jobs/jobs.ts'
import type { ModerationVerdict } from '../../infra/wechat/content-check.ts'
import { appendAuditEntry } from '../audit/audit-log.ts'
import type { UserRow } from '../users/user.ts'

type Transaction = Prisma.TransactionClient
type PendingColumns = Pick<UserRow, 'id' | 'pending_nickname' | 'pending_avatar_key'>

/** WeChat's verdict on content of a user. `appId`: the mini program in which WeChat checked it. */
export type ContentVerdict = {
  kind: ContentKind
  verdict: ModerationVerdict | null
  traceId: string | null
  appId: string | null
}

// All of these are for transactions that hold the lock of the user.

/** Stores the verdict on rejected content for `contentVerdictDays`, and audits it. */
export async function recordRejection(
  transaction: Transaction,
  userId: string,
  content: ContentVerdict,
): Promise<void> {
  const now = new Date()
  await transaction.contentReview.create({
    data: { id: uuidv7(), userId, ...content, submittedAt: now, decision: 'rejected', decidedAt: now },
  })
  await audit(transaction, userId, 'content_rejected', content)
}

/** Lets content wait for an admin, in place of what waited before. The caller hides it. */
export async function queueReview(
  transaction: Transaction,
  user: PendingColumns,
  content: ContentVerdict,
  pending: { pendingNickname: string } | { pendingAvatarKey: string },
): Promise<void> {
  const { id: userId } = user
  await withdrawPending(transaction, user, content.kind)
  await transaction.user.update({ where: { id: userId }, data: pending })
  await transaction.contentReview.create({
    data: { id: uuidv7(), userId, ...content, submittedAt: new Date() },
  })
  await audit(transaction, userId, 'content_queued', content)
}

/** Newer content, or its deletion, replaces what waits. */
export async function withdrawPending(
  transaction: Transaction,
  user: PendingColumns,
  kind: ContentKind,
): Promise<void> {
  const { id: userId, pending_nickname: nickname, pending_avatar_key: avatarKey } = user
  if ((kind === 'nickname' ? nickname : avatarKey) === null) return
  await transaction.contentReview.deleteMany({ where: { userId, kind, decision: null } })
  await transaction.user.update({
    where: { id: userId },
    data: kind === 'nickname' ? { pendingNickname: null } : { pendingAvatarKey: null },
  })
  if (kind === 'avatar' && avatarKey !== null) await addJob(transaction, 'delete_file', { key: avatarKey })
}

const audit = (
  transaction: Transaction,
  userId: string,
  type: 'content_queued' | 'content_rejected',
  { kind, appId }: ContentVerdict,
) =>
  appendAuditEntry(prismaQuery(transaction), {
    type,
    userId,
    ...(appId === null ? {} : { appId }),
    data: { what: kind },
  })
