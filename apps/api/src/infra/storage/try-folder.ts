import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { v7 as uuidv7 } from 'uuid'
import { ConfigError, type StorageConfig } from '../../config/config.ts'
import { makeFolder } from '../../utils/make-folder.ts'

/**
 * Writes a file where avatars will lie and deletes it, so that a start fails instead of every upload.
 *
 * @throws ConfigError that says what to change.
 */
export async function tryFolder(storage: StorageConfig): Promise<void> {
  if (!('folder' in storage)) return
  const { folder } = storage
  try {
    makeFolder(folder)
    const probe = join(folder, `.probe-${uuidv7()}`)
    try {
      await writeFile(probe, 'x', { flag: 'wx' })
    } finally {
      await rm(probe, { force: true })
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new ConfigError([
      `STORAGE_FOLDER cannot be used: ${folder} takes no file (${code}). Name a folder that this process may write to`,
    ])
  }
}
