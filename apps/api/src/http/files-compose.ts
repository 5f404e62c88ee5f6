import type { FastifyInstance } from 'fastify'
import type { Foundation, House } from '../context.ts'
import { createDefaultAvatarPicture } from '../infra/images/default-avatar-image.ts'
import type { JobHandlers } from '../infra/jobs/jobs.ts'
import { createDeleteFile } from '../infra/storage/delete-file.ts'
import { registerFiles } from './files.ts'

export const storageJobs = ({ database, storage }: Foundation): Pick<JobHandlers, 'delete_file'> => ({
  delete_file: createDeleteFile(database, storage),
})

export function composeFiles(app: FastifyInstance, { storage, database: { query } }: House): void {
  registerFiles(app, { storage, query, defaultAvatarPicture: createDefaultAvatarPicture() })
}
