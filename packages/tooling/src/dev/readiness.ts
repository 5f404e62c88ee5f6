import { statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Output } from './output.ts'
import type { Settings } from './preflight.ts'
import { descendantsOf } from './processes.ts'
import type { Failure, Tasks } from './tasks.ts'

const lookEveryMs = 250
const startTimeoutMs = 180_000
/** While a program restarts, it does not exist for a moment. */
const looksBetweenPrograms = 8
/** The first start of a watched program takes seconds on a busy machine. */
const looksBeforeProgram = 60

/**
 * Resolves with 'ready' when the API and the preview respond and the mini program is built. `tsx watch` keeps running
 * when its program ends and waits for a change; during the start this counts as a failure.
 */
export async function untilReady(
  settings: Settings,
  tasks: Tasks,
  output: Output,
): Promise<'ready' | Failure> {
  const startedAt = Date.now()
  const waiting = new Map(Object.entries(signsOfLife(settings, output)))
  const hasLostProgram = programsUnder(tasks.pid)
  for (;;) {
    for (const [name, isReady] of waiting) if (await isReady()) waiting.delete(name)
    if (waiting.size === 0) return 'ready'
    const names = [...waiting.keys()].join(' and ')
    if (hasLostProgram()) return { reason: `Not started: ${names}. See the reason above.` }
    if (Date.now() - startedAt > startTimeoutMs) return { reason: `Not ready after 3 minutes: ${names}.` }
    await sleep(lookEveryMs, undefined, { ref: false })
  }
}

function signsOfLife({ folder, apiPort, simulatorPort, variables }: Settings, output: Output) {
  const startedAt = Date.now()
  const manifest = join(folder, 'apps/miniapp', variables.MINIAPP_OUTPUT || 'dist', 'app.json')
  const isFresh = () => (statSync(manifest, { throwIfNoEntry: false })?.mtimeMs ?? 0) >= startedAt
  return {
    'the API': () => respondsOk(`http://127.0.0.1:${apiPort}/health/ready`),
    'the WeChat simulator': () => respondsOk(`http://127.0.0.1:${simulatorPort}/`),
    // A build without changes does not touch the file, and a failed one may leave none.
    'the build of the mini program': () => output.hasBuilt || isFresh(),
  }
}

/** Returns a check, to be called repeatedly: has a `tsx watch` been without its program for too long? */
function programsUnder(turboPid: number): () => boolean {
  const begun = new Set<number>()
  const looksWithout = new Map<number, number>()
  return () => {
    const family = descendantsOf(turboPid)
    const watchers = family.filter(({ command }) => /\btsx\b.*\bwatch\b/.test(command) && !isShell(command))
    return watchers.some(({ pid }) => {
      const hasProgram = family.some(({ parent }) => parent === pid)
      if (hasProgram) begun.add(pid)
      const looks = hasProgram ? 0 : (looksWithout.get(pid) ?? 0) + 1
      looksWithout.set(pid, looks)
      return looks > (begun.has(pid) ? looksBetweenPrograms : looksBeforeProgram)
    })
  }
}

/** The shells between pnpm and the script `tsx`. */
const isShell = (command: string) => /^(\/bin\/)?sh /.test(command)

async function respondsOk(url: string): Promise<boolean> {
  try {
    const { ok } = await fetch(url, { signal: AbortSignal.timeout(2_000) })
    return ok
  } catch {
    return false
  }
}
