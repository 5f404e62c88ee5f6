import { createHash } from 'node:crypto'
import type { AppContext } from '../../context.ts'
import { appendAuditEntry } from '../../domain/audit/audit-log.ts'
import { acquireAdvisoryLocks, fileLockKey, lockProfile, type ProfileChange } from '../../domain/locks.ts'
import { avatarModerationEnabled } from '../../domain/moderation/avatar.ts'
import { findLatestIdentity } from '../../domain/moderation/find-latest-identity.ts'
import { withdrawPending } from '../../domain/moderation/reviews.ts'
import type { UserRow } from '../../domain/users/user.ts'
import { prismaQuery } from '../../infra/database/query.ts'
import { addJob } from '../../infra/jobs/jobs.ts'
import { ApiError } from '../../utils/api-error.ts'

/** Longer than any request takes: until then, an upload may still be about to use its file. */
const uploadJobDelaySeconds = 10 * 60

export async function uploadAvatar(
  context: Pick<AppContext, 'config' | 'database' | 'images' | 'jobs' | 'storage'>,
  change: ProfileChange,
  file: Buffer,
): Promise<UserRow> {
  await assertCheckable(context, change)
  const image = await context.images.normalize(file)
  const key = `avatars/${createHash('sha256').update(image).digest('hex')}.jpg`
  const cleanUpJobId = await reserveUpload(context, change, key)
  await context.storage.put(key, image, 'image/jpeg')
  return saveAvatar(context, change, key, cleanUpJobId)
}

/** Goes back to the generated avatar. */
export const deleteAvatar = (
  context: Pick<AppContext, 'config' | 'database' | 'jobs'>,
  change: ProfileChange,
): Promise<UserRow> => saveAvatar(context, change, null)

/**
 * Rejects an upload on which WeChat will never have a verdict: it cannot download it, knows no author, or cannot send the
 * verdict. The uploads of admins are not checked.
 */
async function assertCheckable(
  context: Pick<AppContext, 'config' | 'database'>,
  { userId, actorId }: ProfileChange,
): Promise<void> {
  const { config } = context
  if (config.contentCheck === 'accept' || actorId !== undefined) return
  const author = avatarModerationEnabled(config) ? await findLatestIdentity(context, userId) : null
  if (!author?.app.push) throw new ApiError('content_check_unavailable')
}

/**
 * An upload enqueues its own clean-up job first. The job deletes the file should this process die before the user has it,
 * and keeps other jobs from deleting it.
 *
 * @returns the id of the job.
 */
function reserveUpload(
  { database: { prisma } }: Pick<AppContext, 'database'>,
  change: ProfileChange,
  key: string,
): Promise<string> {
  return prisma.$transaction(async (transaction) => {
    const query = prismaQuery(transaction)
    await acquireAdvisoryLocks(query, [fileLockKey(key)])
    await lockProfile(query, change)
    return addJob(transaction, 'delete_file', { key }, { dueInSeconds: uploadJobDelaySeconds })
  })
}

async function saveAvatar(
  { config, database: { prisma }, jobs }: Pick<AppContext, 'config' | 'database' | 'jobs'>,
  change: ProfileChange,
  key: string | null,
  cleanUpJobId?: string,
): Promise<UserRow> {
  const user = await prisma.$transaction(async (transaction) => {
    const query = prismaQuery(transaction)
    const user = await lockProfile(query, change)
    if (cleanUpJobId !== undefined) await transaction.job.deleteMany({ where: { id: cleanUpJobId } })
    // Again what waits for an admin: it goes on waiting.
    if (key !== null && user.pending_avatar_key === key && change.actorId === undefined) return user
    await withdrawPending(transaction, user, 'avatar')
    if (user.avatar_key === key) return { ...user, pending_avatar_key: null }
    await transaction.user.update({ where: { id: user.id }, data: { avatarKey: key } })
    if (user.avatar_key !== null) await addJob(transaction, 'delete_file', { key: user.avatar_key })
    if (key !== null && avatarModerationEnabled(config))
      await addJob(transaction, 'check_avatar', { userId: user.id, key })
    const data = { to: key === null ? 'generated' : 'uploaded' }
    await appendAuditEntry(query, { type: 'avatar_changed', ...change, data })
    return { ...user, avatar_key: key, pending_avatar_key: null }
  })
  jobs.notify()
  return user
}
