import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { v7 as uuidv7 } from 'uuid'
import { ConfigError, type StorageConfig } from '../../config/config.ts'
import { makeFolder } from '../../utils/make-folder.ts'
import type { FileStorage } from './storage.ts'

/** Files in a folder of this machine. */
export function createLocalStorage(folder: string): FileStorage {
  const pathOf = (key: string) => {
    if (!/^[\w-]+(\/[\w-]+)*\.\w+$/.test(key)) throw new Error('not a file key')
    return join(folder, key)
  }
  return {
    async put(key, content) {
      const path = pathOf(key)
      await mkdir(dirname(path), { recursive: true })
      // Renamed when complete, so that no reader gets half a file.
      const unfinished = `${path}.${uuidv7()}`
      try {
        const file = await open(unfinished, 'wx')
        try {
          await file.writeFile(content)
          await file.sync()
        } finally {
          await file.close()
        }
        await rename(unfinished, path)
      } finally {
        await rm(unfinished, { force: true })
      }
    },
    async get(key) {
      try {
        return await readFile(pathOf(key))
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
        throw error
      }
    },
    async delete(key) {
      await rm(pathOf(key), { force: true })
    },
  }
}

/**
 * Writes a file into the folder and deletes it, so that a wrong folder fails the start and not every upload.
 *
 * @throws ConfigError
 */
export async function assertStorageWritable(storage: StorageConfig): Promise<void> {
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
