// Plain JavaScript: Taro reads its configuration, which needs this, without a compiler for other packages.
import { linkSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'

/**
 * Takes a lock that names this process in a file. The lock of a process that no longer lives is taken over, so a crash
 * blocks nothing.
 *
 * @param {string} lockFile its folder must be there
 * @returns {{ release(): void } | { holder: number | null }} the lock, or the process that holds it; `null` where its file
 *   does not say
 */
export function takeLock(lockFile) {
  const draft = `${lockFile}.${process.pid}`
  writeFileSync(draft, String(process.pid))
  try {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      try {
        // A link appears with its content or not at all, and fails where one is.
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
    // EPERM: it lives, under another user.
    return codeOf(error) === 'EPERM'
  }
}

/** @param {unknown} error */
const codeOf = (error) => /** @type {NodeJS.ErrnoException} */ (error).code
