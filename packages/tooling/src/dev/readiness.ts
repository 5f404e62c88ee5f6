import { statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Output } from './output.ts'
import type { Settings } from './preflight.ts'
import { descendantsOf } from './processes.ts'
import type { Failure, Tasks } from './tasks.ts'

const lookEveryMs = 250
const startTimeoutMs = 180_000
/** Between two versions of a program there is none for a moment. */
const looksBetweenPrograms = 8
/** A watcher that was never seen with one may not have begun it yet: on a busy machine that takes seconds. */
const looksBeforeProgram = 60

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
  const hasLostProgram = programsUnder(tasks.pid)
  for (;;) {
    for (const [name, isReady] of waiting) if (await isReady()) waiting.delete(name)
    if (waiting.size === 0) return 'ready'
    const names = [...waiting.keys()].join(' and ')
    if (hasLostProgram()) return { reason: `Not started: ${names}. The reason stands above.` }
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

/** Tells, look for look, whether a `tsx watch` has been without a program for too long. */
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

/** On the way to `tsx`, which is a script. */
const isShell = (command: string) => /^(\/bin\/)?sh /.test(command)

async function answersOk(url: string): Promise<boolean> {
  try {
    const { ok } = await fetch(url, { signal: AbortSignal.timeout(2_000) })
    return ok
  } catch {
    return false
  }
}
