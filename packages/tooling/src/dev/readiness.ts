import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Output } from './output.ts'
import type { Settings } from './preflight.ts'
import type { Failure } from './tasks.ts'

const lookEveryMs = 200
/** How long a part may go on after it has said that something is wrong. */
const patienceMs = 8_000
const startTimeoutMs = 180_000

/**
 * Resolves with 'ready' when the API and the preview answer and the mini program has been built. The watchers that run
 * the parts stay when a part ends, waiting for a better version of its code; at the start nobody is about to write
 * one, so a part that says what is wrong and then does not come up is a failure.
 */
export async function untilReady(settings: Settings, output: Output): Promise<'ready' | Failure> {
  const { folder, apiPort, simulatorPort, variables } = settings
  const manifest = join(folder, 'apps/miniapp', variables.MINIAPP_OUTPUT || 'dist', 'app.json')
  const waiting = new Map<string, () => Promise<boolean> | boolean>([
    ['the API', () => answersOk(`http://127.0.0.1:${apiPort}/health/ready`)],
    ['the WeChat simulator', () => answersOk(`http://127.0.0.1:${simulatorPort}/`)],
    ['the build of the mini program', () => output.hasBuilt && existsSync(manifest)],
  ])
  const deadline = Date.now() + startTimeoutMs
  for (;;) {
    for (const [name, isReady] of waiting) if (await isReady()) waiting.delete(name)
    if (waiting.size === 0) return 'ready'
    const names = [...waiting.keys()].join(' and ')
    if (output.problemAt !== null && Date.now() - output.problemAt > patienceMs) {
      return { reason: `Not started: ${names}. The reason stands above.` }
    }
    if (Date.now() > deadline)
      return { reason: `Still not there after ${startTimeoutMs / 60_000} minutes: ${names}.` }
    await sleep(lookEveryMs, undefined, { ref: false })
  }
}

async function answersOk(url: string): Promise<boolean> {
  try {
    const { ok } = await fetch(url, { signal: AbortSignal.timeout(2_000) })
    return ok
  } catch {
    return false
  }
}
