import type { Database } from '../../infra/database/client.ts'
import { prismaQuery } from '../../infra/database/query.ts'
import type { JobPayloads } from '../../infra/jobs/jobs.ts'
import type { FileStorage } from '../../infra/storage/storage.ts'
import { acquireAdvisoryLocks, fileLockKey } from '../locks.ts'

/**
 * The job `delete_file`. Users with the same avatar share the file: it is deleted once no user has it and no upload is
 * about to use it. An upload enqueues such a job first, and the last of the jobs about a file deletes it.
 */
export function deleteAvatarFile(
  { database: { prisma }, storage }: { database: Database; storage: FileStorage },
  { key }: JobPayloads['delete_file'],
  { id: jobId }: { id: string },
): Promise<void> {
  return prisma.$transaction(async (transaction) => {
    await acquireAdvisoryLocks(prismaQuery(transaction), [fileLockKey(key)])
    await transaction.job.deleteMany({ where: { id: jobId } })
    // One statement, so one moment: an upload of the file has either set the avatar or still has its job.
    const [needed] = await transaction.$queryRaw<{ needed: boolean }[]>`
      SELECT EXISTS (SELECT FROM users WHERE avatar_key = ${key} OR pending_avatar_key = ${key})
        OR EXISTS (SELECT FROM jobs WHERE kind = 'delete_file' AND payload->>'key' = ${key} AND dead_at IS NULL) AS needed`
    // When it fails, the job comes back with the transaction.
    if (!needed?.needed) await storage.delete(key)
  })
}
