import type { Database } from '../database/database.ts'
import type { JobHandlers } from '../jobs/jobs.ts'
import type { FileStorage } from './storage.ts'

/** Two people may have the same picture, and then share the file: it goes when nobody has it any more. */
export function createDeleteFile({ prisma }: Database, storage: FileStorage): JobHandlers['delete_file'] {
  return async ({ key }) => {
    const owner = await prisma.user.findFirst({ where: { avatarKey: key }, select: { id: true } })
    if (!owner) await storage.delete(key)
  }
}
