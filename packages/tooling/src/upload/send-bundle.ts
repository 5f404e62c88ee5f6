import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { descendantsOf, endProcess } from '../dev/processes.ts'
import { explain, type Failure } from './explain.ts'
import type { UploadOptions } from './parse-args.ts'
import { UploadError } from './upload-error.ts'

const program = fileURLToPath(new URL('call-miniprogram-ci.js', import.meta.url))

/** As WeChat counts them; `__FULL__` is all packages together, `__APP__` the main one. */
export interface PackageSize {
  name: string
  bytes: number
}

interface Folders {
  /** The project to send. */
  bundleFolder: string
  /** Where miniprogram-ci is installed. */
  packageFolder: string
}

/** What the process that calls miniprogram-ci tells us. */
type Outcome = { sizes: PackageSize[]; failure?: undefined } | { failure: Failure }

/**
 * Hands a bundle to WeChat through miniprogram-ci.
 *
 * @returns the sizes that WeChat tells, and the QR code of a preview as text
 * @throws UploadError in words that say what to do
 */
export async function sendBundle(
  options: UploadOptions,
  folders: Folders,
  { timeoutMs = 300_000 } = {},
): Promise<{ sizes: PackageSize[]; qrCode: string }> {
  const child = fork(program, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      said += chunk
    })
  }
  let outcome: Outcome | undefined
  child.once('message', (message) => {
    outcome = message as Outcome
  })
  child.send(callOf(options, folders))
  const closed = once(child, 'close')
  const isLate = await Promise.race([closed.then(() => false), sleep(timeoutMs, true, { ref: false })])
  if (isLate) {
    // It compiles in processes of its own.
    for (const { pid } of descendantsOf(child.pid ?? 0)) endProcess(pid, 'SIGKILL')
    child.kill('SIGKILL')
    throw new UploadError(`WeChat has not answered within ${timeoutMs / 1000} seconds: try again`)
  }
  if (!outcome) throw new UploadError('miniprogram-ci ended without a word: run the command again')
  if (outcome.failure) throw new UploadError(explain(outcome.failure, options))
  return { sizes: outcome.sizes, qrCode: qrCodeIn(said) }
}

/** What miniprogram-ci is called with. */
function callOf({ action, appId, keyFile, version, description, robot }: UploadOptions, folders: Folders) {
  return {
    packageFolder: folders.packageFolder,
    action,
    project: {
      appid: appId,
      type: 'miniProgram',
      projectPath: folders.bundleFolder,
      privateKeyPath: keyFile,
    },
    options: {
      ...(action === 'upload' ? { version } : { qrcodeFormat: 'terminal' }),
      ...(description && { desc: description }),
      robot,
      // Taro has compiled and minified; the project's settings leave it at that.
      setting: { useProjectConfig: true },
    },
  }
}

/** miniprogram-ci draws it on its output, among other things; empty where it could not. */
function qrCodeIn(said: string): string {
  const end = said.indexOf('[log] terminal qrcode shown above')
  const begin = said.lastIndexOf('[log] ', end - 1)
  return end < 0 || begin < 0 ? '' : said.slice(begin + '[log] '.length, end).trimEnd()
}
