// Plain JavaScript, as process-lock.js.
import { mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { takeLock } from './process-lock.js'

/**
 * Makes this process the only one that builds the mini program into a folder, since two builds would overwrite each
 * other's files. A build that `dev` started is covered by the lock of `dev`.
 *
 * @param {string} miniapp the folder of the mini program
 * @param {string} output the folder of the build, relative to it
 * @returns {{ release(): void } | { issue: string }} the lock, or one line that says why there is none and what to do
 */
export function lockOutput(miniapp, output) {
  const lockFile = `${resolve(miniapp, output)}.lock`
  mkdirSync(dirname(lockFile), { recursive: true })
  const lock = takeLock(lockFile)
  if ('release' in lock) return lock
  const { holder } = lock
  if (holder !== null && (holder === process.pid || String(holder) === process.env.MINIAPP_OUTPUT_HOLDER))
    return { release() {} }
  return {
    issue:
      `apps/miniapp/${output} is being built by process ${holder ?? 'unknown'}, such as a running dev: stop it, ` +
      `or build beside it with MINIAPP_OUTPUT=dist-release. If that process is unrelated, delete ${lockFile}`,
  }
}
