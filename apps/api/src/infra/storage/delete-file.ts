import { lockNames } from '../database/advisory-locks.ts'
import type { Database } from '../database/client.ts'
import type { Prisma } from '../database/generated/client.ts'
import { queryIn } from '../database/query.ts'
import type { JobHandlers } from '../jobs/jobs.ts'
import type { FileStorage } from './storage.ts'

/**
 * Two people may have the same picture, and then share the file: it goes when nobody has it any more, and nobody is
 * about to. Who puts a file first writes a job that would delete it: the last of the jobs about a file looks after it.
 */
export function createDeleteFile({ prisma }: Database, storage: FileStorage): JobHandlers['delete_file'] {
  return ({ key }, { id }) =>
    prisma.$transaction(async (transaction) => {
      await lockFile(transaction, key)
      await transaction.job.deleteMany({ where: { id } })
      // One statement, so one moment: who has just put the file either has it already, or still has their job.
      const [needed] = await transaction.$queryRaw<{ needed: boolean }[]>`
        SELECT EXISTS (SELECT FROM users WHERE avatar_key = ${key})
          OR EXISTS (SELECT FROM jobs WHERE kind = 'delete_file' AND payload->>'key' = ${key} AND dead_at IS NULL) AS needed`
      // Should it fail, the job comes back with the transaction.
      if (!needed?.needed) await storage.delete(key)
    })
}

/** Until the end of the transaction nobody else deletes the file, or begins to put it. */
export const lockFile = (transaction: Prisma.TransactionClient, key: string): Promise<void> =>
  lockNames(queryIn(transaction), [`file ${key}`])
