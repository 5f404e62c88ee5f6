import type { FastifyInstance } from 'fastify'
import type { Foundation, House } from '../house.ts'
import type { JobHandlers } from '../jobs/jobs.ts'
import { createDefaultAvatarPicture } from '../profile/default-avatar-picture.ts'
import { createDeleteFile } from './delete-file.ts'
import { registerFiles } from './files.ts'

export const storageJobs = ({ database, storage }: Foundation): Pick<JobHandlers, 'delete_file'> => ({
  delete_file: createDeleteFile(database, storage),
})

export function composeFiles(app: FastifyInstance, { storage, database: { query } }: House): void {
  registerFiles(app, { storage, query, defaultAvatarPicture: createDefaultAvatarPicture() })
}
