import type { FastifyInstance } from 'fastify'
import type { AppContext } from '../context.ts'
import { createDefaultAvatarPicture } from '../infra/images/default-avatar-image.ts'
import type { JobHandlers } from '../infra/jobs/jobs.ts'
import { createDeleteFile } from '../infra/storage/delete-file.ts'
import { registerFiles } from './files.ts'

export const storageJobs = ({ database, storage }: AppContext): Pick<JobHandlers, 'delete_file'> => ({
  delete_file: createDeleteFile(database, storage),
})

export function composeFiles(app: FastifyInstance, { storage, database: { query } }: AppContext): void {
  registerFiles(app, { storage, query, defaultAvatarPicture: createDefaultAvatarPicture() })
}
