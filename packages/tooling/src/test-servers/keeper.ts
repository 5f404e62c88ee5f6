import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const startTimeoutMs = 60_000
const stopTimeoutMs = 30_000

type Command = [program: string, ...parameters: string[]]

/** The keeper's first line on stdin. Commands run in its temporary folder. */
export interface ServerPlan {
  /** Files to create in that folder: name to content. */
  files: Record<string, string>
  /** The account that runs the commands; absent: the account of the tests. */
  account?: { uid: number; gid: number } | undefined
  /** Runs once, before the server. */
  setup?: Command
  server: Command
  /** The signal that ends the server at once, since its data will be deleted. */
  stopSignal: NodeJS.Signals
}

export interface Keeper {
  order(order: NodeJS.Signals | 'start'): void
  /** @throws Error with the end of the server's log, if it ends or takes too long. */
  until(condition: () => Promise<boolean>, what: string): Promise<void>
  stop(): Promise<void>
}

/** Starts a server under a keeper: a small process that stops the server when this process ends in any way. */
export function startKeeper(plan: ServerPlan): Keeper {
  const program = fileURLToPath(new URL('./keep-server.js', import.meta.url))
  // In its own group, so that Ctrl-C in a terminal reaches only the tests, which stop the server.
  const child = spawn(process.execPath, [program], { detached: true, stdio: ['pipe', 'ignore', 'pipe'] })
  const log = lastWords(child)
  letProcessEnd(child)
  // Writing to a keeper that has ended fails; its exit code tells the reason.
  child.stdin.on('error', () => {})
  child.stdin.write(`${JSON.stringify(plan)}\n`)
  return {
    order: (order) => void child.stdin.write(`${order}\n`),
    async until(condition, what) {
      const deadline = Date.now() + startTimeoutMs
      while (!(await condition())) {
        if (child.exitCode !== null) throw new Error(`A test server did not start:\n${log()}`)
        if (Date.now() > deadline) throw new Error(`A test server did not ${what} in time:\n${log()}`)
        await sleep(25)
      }
    },
    async stop() {
      if (child.exitCode !== null) return
      child.ref()
      const exit = once(child, 'exit', { signal: AbortSignal.timeout(stopTimeoutMs) })
      child.stdin.end()
      await exit
    },
  }
}

/** Neither the keeper nor its pipes keep this process alive. */
function letProcessEnd(child: ChildProcess): void {
  child.unref()
  for (const stream of [child.stdin, child.stderr]) (stream as { unref?: () => void } | null)?.unref?.()
}

/** The end of the server's output, for an error message. */
function lastWords(child: ChildProcess): () => string {
  let text = ''
  child.stderr?.on('data', (chunk) => {
    text = (text + chunk).slice(-4_000)
  })
  return () => text
}
