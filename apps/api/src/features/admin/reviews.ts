import type { PendingReview, ReviewQuery } from '@repo/shared'
import type { AppContext } from '../../context.ts'
import { appendAuditEntry } from '../../domain/audit/audit-log.ts'
import { lockAdminTarget } from '../../domain/locks.ts'
import { fileUrl, type UserRow } from '../../domain/users/user.ts'
import type { ContentKind, Prisma, ReviewDecision } from '../../infra/database/generated/client.ts'
import { prismaQuery } from '../../infra/database/query.ts'
import { addJob } from '../../infra/jobs/jobs.ts'
import { ApiError } from '../../utils/api-error.ts'
import { auditRead, type Reader } from './audit-read.ts'

type ReviewAction = { actorId: string; ip: string; reviewId: string }
type ReviewRow = Pick<UserRow, 'pending_nickname' | 'pending_avatar_key'> & {
  id: string
  user_id: string
  kind: ContentKind
  app_id: string | null
  submitted_at: Date
}

const defaultPageSize = 20

/** A page of what waits, oldest first; `cursor` is the last id of the previous page. */
export async function listReviews(
  { config, database }: Pick<AppContext, 'config' | 'database'>,
  { cursor, limit = defaultPageSize }: ReviewQuery,
  reader: Reader,
): Promise<{ reviews: PendingReview[]; nextCursor: string | null }> {
  const first = cursor ?? '00000000-0000-0000-0000-000000000000'
  const rows = await database.query<ReviewRow>`
    SELECT content_reviews.id, user_id, kind, app_id, submitted_at, pending_nickname, pending_avatar_key
    FROM content_reviews JOIN users ON users.id = user_id
    WHERE decision IS NULL AND content_reviews.id > ${first}::uuid ORDER BY content_reviews.id LIMIT ${limit + 1}`
  const page = rows.slice(0, limit)
  const userIds = [...new Set(page.map(({ user_id }) => user_id))]
  await auditRead(database, { ...reader, userIds, reason: 'GET /v1/admin/reviews' })
  return {
    reviews: page.map((row) => toReview(config.publicUrl, row)),
    nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null,
  }
}

function toReview(publicUrl: string, row: ReviewRow): PendingReview {
  const { id, kind, pending_nickname: nickname, pending_avatar_key: key } = row
  const avatarUrl = key === null ? null : `${fileUrl(publicUrl, key)}?review=${id}`
  return {
    id,
    userId: row.user_id,
    kind,
    nickname: kind === 'nickname' ? nickname : null,
    avatarUrl: kind === 'avatar' ? avatarUrl : null,
    appId: row.app_id,
    submittedAt: row.submitted_at.toISOString(),
  }
}

/** @throws ApiError `not_found` also for content that the user has replaced or deleted; `review_decided`. */
export async function decideReview(
  context: Pick<AppContext, 'database' | 'jobs'>,
  action: ReviewAction,
  decision: ReviewDecision,
): Promise<void> {
  while (!(await tryToDecide(context, action, decision)));
  context.jobs.notify()
}

/** @returns whether it is done; not when a merge moved the review to another account before this user was locked. */
function tryToDecide(
  { database: { prisma } }: Pick<AppContext, 'database'>,
  { actorId, ip, reviewId: id }: ReviewAction,
  decision: ReviewDecision,
): Promise<boolean> {
  return prisma.$transaction(async (transaction) => {
    const found = await transaction.contentReview.findUnique({ where: { id } })
    if (!found || found.userId === null) throw new ApiError('not_found')
    const { userId, kind } = found
    const user = await lockAdminTarget(prismaQuery(transaction), { userId, actorId })
    const review = await transaction.contentReview.findFirst({ where: { id, userId } })
    if (!review) return false
    if (review.decision === decision) return true
    if (review.decision !== null) throw new ApiError('review_decided')
    await apply[kind](transaction, user, decision)
    await transaction.contentReview.update({ where: { id }, data: { decision, decidedAt: new Date() } })
    await appendAuditEntry(prismaQuery(transaction), {
      type: decision === 'approved' ? 'content_approved' : 'content_rejected',
      userId,
      actorId,
      ip,
      data: { what: kind },
    })
    return true
  })
}

/** Shows or drops what waits. The caller holds the lock of the user. */
const apply: Record<
  ContentKind,
  (transaction: Prisma.TransactionClient, user: UserRow, decision: ReviewDecision) => Promise<void>
> = {
  async nickname(transaction, { id, pending_nickname: nickname }, decision) {
    const shown = decision === 'approved' && nickname !== null ? { nickname, nicknameUnchecked: false } : {}
    await transaction.user.update({ where: { id }, data: { pendingNickname: null, ...shown } })
  },
  async avatar(transaction, { id, avatar_key: before, pending_avatar_key: key }, decision) {
    const isApproved = decision === 'approved' && key !== null
    const unused = isApproved ? before : key
    await transaction.user.update({
      where: { id },
      data: { pendingAvatarKey: null, ...(isApproved ? { avatarKey: key } : {}) },
    })
    if (unused !== null) await addJob(transaction, 'delete_file', { key: unused })
  },
}
