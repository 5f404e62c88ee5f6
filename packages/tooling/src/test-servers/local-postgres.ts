import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import pg from 'pg'
import { freePort } from '../free-port.ts'
import { type ServerPlan, startKeeper } from './keeper.ts'

/** A local PostgreSQL on a free port of the loopback interface. */
export interface LocalPostgres {
  url: string
  /** Stops it with a checkpoint and starts it again on the same port. */
  restart(): Promise<void>
  stop(): Promise<void>
}

/** @param programs the folder of `postgres` and `initdb`. */
export async function startLocalPostgres(programs: string, durable: boolean): Promise<LocalPostgres> {
  try {
    return await startOnFreePort(programs, durable)
  } catch {
    // Another process may have taken the port before the server did.
    return await startOnFreePort(programs, durable)
  }
}

async function startOnFreePort(programs: string, durable: boolean): Promise<LocalPostgres> {
  const password = randomBytes(16).toString('hex')
  const port = await freePort()
  const url = `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`
  const keeper = startKeeper({
    files: { password },
    account: unprivilegedAccount(),
    setup: [
      join(programs, 'initdb'),
      ...['--pgdata=data', '--pwfile=password', '--auth=password', '--username=postgres'],
      ...['--no-sync', '--encoding=UTF8', '--locale=C'],
    ],
    server: [join(programs, 'postgres'), '-D', 'data', ...settings(port, durable)],
    stopSignal: 'SIGQUIT',
  })
  /** Resolves when the server responds; with `previousStart`, when it was started later than that. */
  const untilServing = (previousStart?: string) =>
    keeper.until(async () => {
      const start = await startedAt(url).catch(() => undefined)
      return start !== undefined && start !== previousStart
    }, 'respond')
  await untilServing()
  return {
    url,
    async restart() {
      const previousStart = await startedAt(url)
      keeper.order('SIGINT')
      keeper.order('start')
      await untilServing(previousStart)
    },
    stop: keeper.stop,
  }
}

function settings(port: number, durable: boolean): string[] {
  const durability = durable ? 'on' : 'off'
  const values = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 200,
    fsync: durability,
    synchronous_commit: durability,
    full_page_writes: durability,
  }
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

/** PostgreSQL does not run as root. */
function unprivilegedAccount(): ServerPlan['account'] {
  if (process.getuid?.() !== 0) return undefined
  const id = (flag: string, name: string) =>
    Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))
  for (const name of ['postgres', 'nobody']) {
    try {
      return { uid: id('-u', name), gid: id('-g', name) }
    } catch {
      // There is no such account, so try the next one.
    }
  }
  throw new Error(
    'PostgreSQL does not run as root, and there is no account "postgres" or "nobody" to run it as',
  )
}

async function startedAt(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  // A server that stops closes this connection; the query then fails and reports it.
  client.on('error', () => {})
  await client.connect()
  try {
    const { rows } = await client.query('SELECT pg_postmaster_start_time()::text AS started_at')
    return rows[0].started_at
  } finally {
    await client.end()
  }
}
