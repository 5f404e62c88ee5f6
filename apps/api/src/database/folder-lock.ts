import { link, readFile, rm, unlink, writeFile } from 'node:fs/promises'

/**
 * Makes this process the only user of a folder, by a file beside it that names the process. The file of a process
 * that no longer lives is taken over, so a crash blocks nobody.
 *
 * @returns gives the folder free again.
 * @throws Error that names the process which has the folder.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const lockFile = `${folder}.lock`
  const draft = `${lockFile}.${process.pid}`
  await writeFile(draft, String(process.pid))
  try {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      try {
        // A link appears with its content or not at all, and fails where one is.
        await link(draft, lockFile)
        return () => rm(lockFile, { force: true })
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      }
      const owner = await readOwner(lockFile)
      if (owner !== null && isAlive(owner)) break
      await rm(lockFile, { force: true })
    }
  } finally {
    await unlink(draft)
  }
  throw new Error(
    `${folder} is in use by process ${(await readOwner(lockFile)) ?? 'unknown'}: the embedded database is for one process at a time. ` +
      `Stop that process, or set DATABASE_URL to a PostgreSQL server. If it is not ours, delete ${lockFile}`,
  )
}

async function readOwner(lockFile: string): Promise<number | null> {
  try {
    return Number(await readFile(lockFile, 'utf8')) || null
  } catch {
    return null
  }
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0)
    return true
  } catch (error) {
    // EPERM: it lives, under another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
