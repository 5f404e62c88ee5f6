import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { descendantsOf, endProcess } from '../dev/processes.ts'
import { explain, type Failure } from './explain.ts'
import type { UploadOptions } from './parse-args.ts'
import { UploadError } from './upload-error.ts'

const program = fileURLToPath(new URL('call-miniprogram-ci.js', import.meta.url))

/** As WeChat counts it; `__FULL__` is all packages together, `__APP__` the main one. */
export interface PackageSize {
  name: string
  bytes: number
}

interface Folders {
  /** The project to upload. */
  bundleFolder: string
  /** Where miniprogram-ci is installed. */
  packageFolder: string
}

/** The message of the process that calls miniprogram-ci. */
type Outcome = { sizes: PackageSize[]; failure?: undefined } | { failure: Failure }

/**
 * Uploads a bundle to WeChat by miniprogram-ci.
 *
 * @returns the sizes that WeChat reports, and the QR code of a preview as text
 * @throws UploadError with a message that says what to do
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
    // miniprogram-ci compiles in child processes.
    for (const { pid } of descendantsOf(child.pid ?? 0)) endProcess(pid, 'SIGKILL')
    child.kill('SIGKILL')
    throw new UploadError(`WeChat did not respond within ${timeoutMs / 1000} seconds: try again`)
  }
  if (!outcome) throw new UploadError('miniprogram-ci ended without a message: run the command again')
  if (outcome.failure) throw new UploadError(explain(outcome.failure, options))
  return { sizes: outcome.sizes, qrCode: qrCodeIn(said) }
}

/** The parameters of the call to miniprogram-ci. */
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
      // The project's settings turn compiling and minifying off, since Taro has done both.
      setting: { useProjectConfig: true },
    },
  }
}

/** Finds the QR code in miniprogram-ci's output; empty if there is none. */
function qrCodeIn(said: string): string {
  const end = said.indexOf('[log] terminal qrcode shown above')
  const begin = said.lastIndexOf('[log] ', end - 1)
  return end < 0 || begin < 0 ? '' : said.slice(begin + '[log] '.length, end).trimEnd()
}
