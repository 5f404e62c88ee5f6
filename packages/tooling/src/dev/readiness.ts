import { statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Output } from './output.ts'
import type { Settings } from './preflight.ts'
import { descendantsOf } from './processes.ts'
import type { Failure, Tasks } from './tasks.ts'

const lookEveryMs = 250
const startTimeoutMs = 180_000

/**
 * Resolves with 'ready' when the API and the preview answer and the mini program has been built. `tsx watch` stays when
 * its program ends, waiting for a better version of it; at the start nobody is about to write one, so this is a failure.
 */
export async function untilReady(
  settings: Settings,
  tasks: Tasks,
  output: Output,
): Promise<'ready' | Failure> {
  const startedAt = Date.now()
  const waiting = new Map(Object.entries(signsOfLife(settings, output)))
  let endedPrograms = 0
  for (;;) {
    for (const [name, isReady] of waiting) if (await isReady()) waiting.delete(name)
    if (waiting.size === 0) return 'ready'
    const names = [...waiting.keys()].join(' and ')
    endedPrograms = hasEndedProgram(tasks.pid) ? endedPrograms + 1 : 0
    // Between two versions of a program there is none for a moment.
    if (endedPrograms > 8) return { reason: `Not started: ${names}. The reason stands above.` }
    if (Date.now() - startedAt > startTimeoutMs) return { reason: `Not there after 3 minutes: ${names}.` }
    await sleep(lookEveryMs, undefined, { ref: false })
  }
}

function signsOfLife({ folder, apiPort, simulatorPort, variables }: Settings, output: Output) {
  const startedAt = Date.now()
  const manifest = join(folder, 'apps/miniapp', variables.MINIAPP_OUTPUT || 'dist', 'app.json')
  const isFresh = () => (statSync(manifest, { throwIfNoEntry: false })?.mtimeMs ?? 0) >= startedAt
  return {
    'the API': () => answersOk(`http://127.0.0.1:${apiPort}/health/ready`),
    'the WeChat simulator': () => answersOk(`http://127.0.0.1:${simulatorPort}/`),
    // A build that changes nothing leaves the file as it was, and one that fails may leave none.
    'the build of the mini program': () => output.hasBuilt || isFresh(),
  }
}

/** Whether a `tsx watch` has no program under it. */
function hasEndedProgram(turboPid: number): boolean {
  const family = descendantsOf(turboPid)
  return family.some(({ pid, command }) => {
    const isWatcher = /\btsx\b.*\bwatch\b/.test(command) && !command.startsWith('sh ')
    return isWatcher && !family.some(({ parent }) => parent === pid)
  })
}

async function answersOk(url: string): Promise<boolean> {
  try {
    const { ok } = await fetch(url, { signal: AbortSignal.timeout(2_000) })
    return ok
  } catch {
    return false
  }
}
