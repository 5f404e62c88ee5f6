import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { freePort } from '../free-port.ts'

const startTimeoutMs = 60_000
const stopTimeoutMs = 20_000

/** What the keeper is told, as one line of JSON. */
export interface ServerPlan {
  /** The folder of `postgres` and `initdb`. */
  programs: string
  port: number
  password: string
  durable: boolean
}

/** A PostgreSQL of our own, on a free port of the loopback interface. */
export interface LocalServer {
  url: string
  /** Stops it with a checkpoint, as an administrator would, and starts it again on the same port. */
  restart(): Promise<void>
  stop(): Promise<void>
}

/**
 * Starts a server in a temporary folder. It runs under a keeper, a small process that ends with us however we end, and
 * takes the server and its folder along.
 */
export async function startLocalServer(programs: string, durable: boolean): Promise<LocalServer> {
  try {
    return await startOnFreePort(programs, durable)
  } catch {
    // Somebody may have taken the port between our look at it and the server's.
    return await startOnFreePort(programs, durable)
  }
}

async function startOnFreePort(programs: string, durable: boolean): Promise<LocalServer> {
  const password = randomBytes(16).toString('hex')
  const port = await freePort()
  const url = `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`
  const keeper = startKeeper({ programs, port, password, durable })
  await keeper.untilServing(url)
  return {
    url,
    async restart() {
      const previousStart = await startedAt(url)
      keeper.restart()
      await keeper.untilServing(url, previousStart)
    },
    stop: keeper.end,
  }
}

function startKeeper(plan: ServerPlan) {
  const program = fileURLToPath(new URL('./keep-server.js', import.meta.url))
  // A group of its own: Ctrl-C in a terminal is for the tests, which stop the server themselves.
  const child = spawn(process.execPath, [program], {
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  child.stdin.write(`${JSON.stringify(plan)}\n`)
  const log = lastWords(child)
  letProcessEnd(child)
  return {
    restart: () => child.stdin.write('restart\n'),
    /** Resolves when the server answers; with `previousStart`, when one answers that was started later. */
    async untilServing(url: string, previousStart?: string) {
      const deadline = Date.now() + startTimeoutMs
      for (;;) {
        const start = await startedAt(url).catch(() => undefined)
        if (start !== undefined && start !== previousStart) return
        if (child.exitCode !== null) throw new Error(`PostgreSQL did not start:\n${log()}`)
        if (Date.now() > deadline) throw new Error(`PostgreSQL did not answer in time:\n${log()}`)
        await sleep(25)
      }
    },
    async end() {
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

/** The end of what the server wrote, for an error. */
function lastWords(child: ChildProcess): () => string {
  let text = ''
  child.stderr?.on('data', (chunk) => {
    text = (text + chunk).slice(-4_000)
  })
  return () => text
}

async function startedAt(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  // A server that stops ends this connection too; the question fails and says so.
  client.on('error', () => {})
  await client.connect()
  try {
    const { rows } = await client.query('SELECT pg_postmaster_start_time()::text AS started_at')
    return rows[0].started_at
  } finally {
    await client.end()
  }
}
