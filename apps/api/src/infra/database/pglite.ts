import { PGlite } from '@electric-sql/pglite'
import { takeLock } from '@repo/tooling/process-lock'
import { ConfigError } from '../../config/config.ts'
import { makeFolder } from '../../utils/make-folder.ts'
import type { DatabaseServer } from './connection.ts'
import { PgliteSocket } from './pglite-socket.ts'

/**
 * PGlite (PostgreSQL compiled to WebAssembly) in this process, behind the same driver as a real server. For development
 * and tests: one process, one connection, and no fsync, so a power cut may lose the last writes.
 *
 * @param folder where the data is stored; created when it is missing.
 * @throws Error when another process has the folder open: the two would overwrite each other's writes.
 */
export async function startEmbeddedPostgres(folder: string): Promise<DatabaseServer> {
  try {
    makeFolder(folder)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new ConfigError([
      `DATABASE_URL cannot be used: ${folder} cannot be created (${code}). Name a folder that this process may write to`,
    ])
  }
  const unlock = lockFolder(folder)
  try {
    const engine = await PGlite.create({
      dataDir: folder,
      // PGlite ignores the session parameters of a connecting client.
      startParams: [...PGlite.defaultStartParams, '-c', 'shared_buffers=16MB', '-c', 'timezone=UTC'],
    })
    return {
      connection: {
        stream: () => new PgliteSocket(engine),
        user: 'postgres',
        database: 'postgres',
      },
      maximumConnections: 1,
      timeouts: false,
      async stop() {
        await engine.close()
        unlock()
      },
    }
  } catch (error) {
    unlock()
    throw error
  }
}

/** @returns the function that unlocks the folder. */
function lockFolder(folder: string): () => void {
  const lockFile = `${folder}.lock`
  const lock = takeLock(lockFile)
  if ('release' in lock) return lock.release
  throw new Error(
    `${folder} is in use by process ${lock.holder ?? 'unknown'}: the embedded database is for one process at a time. ` +
      `Stop that process, or set DATABASE_URL to a PostgreSQL server. If that is another program, delete ${lockFile}`,
  )
}
