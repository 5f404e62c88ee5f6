// Plain JavaScript, since Taro's configuration needs it and compiles no other package.
import { linkSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'

/**
 * Takes a lock that names this process in a file. A lock of a process that has ended is taken over, so that a crash does
 * not block later starts.
 *
 * @param {string} lockFile its folder must exist
 * @returns {{ release(): void } | { holder: number | null }} the lock, or the process that holds it; `null` if its file
 *   does not name one
 */
export function takeLock(lockFile) {
  const draft = `${lockFile}.${process.pid}`
  writeFileSync(draft, String(process.pid))
  try {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      try {
        // Creating a link is atomic: it appears with its content, and fails if the lock exists.
        linkSync(draft, lockFile)
        return { release: () => rmSync(lockFile, { force: true }) }
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw error
      }
      const holder = readHolder(lockFile)
      if (holder !== null && isAlive(holder)) break
      rmSync(lockFile, { force: true })
    }
  } finally {
    unlinkSync(draft)
  }
  return { holder: readHolder(lockFile) }
}

/** @param {string} lockFile */
function readHolder(lockFile) {
  try {
    return Number(readFileSync(lockFile, 'utf8')) || null
  } catch {
    return null
  }
}

/** @param {number} processId */
function isAlive(processId) {
  try {
    process.kill(processId, 0)
    return true
  } catch (error) {
    // EPERM: it runs under another account.
    return codeOf(error) === 'EPERM'
  }
}

/** @param {unknown} error */
const codeOf = (error) => /** @type {NodeJS.ErrnoException} */ (error).code
