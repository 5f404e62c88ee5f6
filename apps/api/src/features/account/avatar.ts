import { createHash } from 'node:crypto'
import type { Config } from '../../config/config.ts'
import { appendAuditEntry } from '../../domain/audit/audit-log.ts'
import type { FindAuthor } from '../../domain/moderation/find-latest-identity.ts'
import { type Change, lockChangedUser } from '../../domain/users/profile-lock.ts'
import type { UserRow } from '../../domain/users/user.ts'
import type { Database } from '../../infra/database/client.ts'
import { queryIn } from '../../infra/database/query.ts'
import type { ToPicture } from '../../infra/images/normalize-image.ts'
import { addJob, type Jobs } from '../../infra/jobs/jobs.ts'
import { lockFile } from '../../infra/storage/delete-file.ts'
import type { FileStorage } from '../../infra/storage/storage.ts'
import { ApiError } from '../../utils/api-error.ts'

export type Avatars = {
  /**
   * Makes a file somebody's picture.
   *
   * @throws ApiError `content_check_unavailable` where the configuration takes nothing unchecked; `image_invalid`, `image_too_large`, `rate_limited`, `storage_unavailable`, and as `lockChangedUser`; then
   *   nothing was changed.
   */
  upload(change: Change, file: Buffer): Promise<UserRow>
  /** Goes back to the generated picture. @throws ApiError as `lockChangedUser`. */
  remove(change: Change): Promise<UserRow>
}

/** Longer than any request lives: until then a file that nobody has yet may still be somebody's. */
const unfinishedUploadSeconds = 10 * 60

export function createAvatars({
  database: { prisma },
  storage,
  toPicture,
  jobs,
  asksWechat,
  contentCheck,
  findAuthor,
}: {
  database: Database
  storage: FileStorage
  toPicture: ToPicture
  jobs: Pick<Jobs, 'wake'>
  /** Whether WeChat can look at the pictures. */
  asksWechat: boolean
  contentCheck: Config['contentCheck']
  findAuthor: FindAuthor
}): Avatars {
  /**
   * Refuses a picture that WeChat will never have a verdict on: it cannot download it, knows no author, or cannot tell us. An
   * admin knows what they upload.
   */
  async function refuseUncheckable({ userId, actorId }: Change): Promise<void> {
    if (contentCheck === 'accept' || actorId !== undefined) return
    const author = asksWechat ? await findAuthor(userId) : null
    if (!author?.app.push) throw new ApiError('content_check_unavailable')
  }

  /** The job deletes the file should this process die before anybody has it, and keeps others from deleting it. */
  function announce(change: Change, key: string): Promise<string> {
    return prisma.$transaction(async (transaction) => {
      await lockFile(transaction, key)
      await lockChangedUser(queryIn(transaction), change)
      return addJob(transaction, 'delete_file', { key }, { dueInSeconds: unfinishedUploadSeconds })
    })
  }

  async function save(change: Change, key: string | null, announcement?: string): Promise<UserRow> {
    const user = await prisma.$transaction(async (transaction) => {
      const user = await lockChangedUser(queryIn(transaction), change)
      if (announcement !== undefined) await transaction.job.deleteMany({ where: { id: announcement } })
      if (user.avatar_key === key) return user
      await transaction.user.update({ where: { id: user.id }, data: { avatarKey: key } })
      if (user.avatar_key !== null) await addJob(transaction, 'delete_file', { key: user.avatar_key })
      if (key !== null && asksWechat) await addJob(transaction, 'check_avatar', { userId: user.id, key })
      const data = { to: key === null ? 'generated' : 'uploaded' }
      await appendAuditEntry(queryIn(transaction), { type: 'avatar_changed', ...change, data })
      return { ...user, avatar_key: key }
    })
    jobs.wake()
    return user
  }

  return {
    async upload(change, file) {
      await refuseUncheckable(change)
      const picture = await toPicture(file)
      const key = `avatars/${createHash('sha256').update(picture).digest('hex')}.jpg`
      const announcement = await announce(change, key)
      await storage.put(key, picture, 'image/jpeg')
      return save(change, key, announcement)
    },
    remove: (change) => save(change, null),
  }
}
