import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { findPostgres, postgresFolders } from './test-servers/find-postgres.ts'
import { startLocalPostgres } from './test-servers/local-postgres.ts'

/** A PostgreSQL that tests may fill and drop. */
export interface TestPostgres {
  /**
   * A new, empty database with a random name. `drop` ends the connections that are still open. Sessions begin in
   * `timeZone`, as on the servers of most users, unless the client asks for another. With `template`, the URL of a
   * database that no client uses now, it is a copy of that one.
   */
  createDatabase(options?: { timeZone?: string; template?: string }): Promise<TestDatabase>
  /** Stops the server, cleanly, and starts it again on the same port. Absent on a server that is not ours. */
  restart?(): Promise<void>
  /** Drops what was created; a server of ours ends and leaves nothing on the disk. */
  stop(): Promise<void>
}

export interface TestDatabase {
  url: string
  drop(): Promise<void>
}

export interface TestPostgresOptions {
  /** Write through to the disk, as production does: for tests that kill the server. Off, it is much faster. */
  durable?: boolean
  environment?: Record<string, string | undefined>
  /** Where to look for the programs `postgres` and `initdb`, in this order. */
  folders?: string[]
}

/**
 * The server that TEST_DATABASE_URL names, else a `postgres` found on this machine, started in a temporary folder. Where
 * there is neither: null and one line that says so, or an error if CI=true. DATABASE_URL is never looked at: nobody
 * allowed tests to touch that one.
 */
export async function startTestPostgres({
  durable = false,
  environment = process.env,
  folders,
}: TestPostgresOptions = {}): Promise<TestPostgres | null> {
  if (environment.TEST_DATABASE_URL) {
    const { createDatabase, dropAll } = databasesOn(environment.TEST_DATABASE_URL)
    return { createDatabase, stop: dropAll }
  }
  const programs = await findPostgres(folders ?? (await postgresFolders(environment)))
  if (!programs) {
    const message =
      'No PostgreSQL for tests: set TEST_DATABASE_URL, or install PostgreSQL (its programs postgres and initdb)'
    if (environment.CI === 'true') throw new Error(message)
    console.warn(`\n*** ${message}. Tests that need it are skipped. ***\n`)
    return null
  }
  const server = await startLocalPostgres(programs, durable)
  return {
    createDatabase: databasesOn(server.url).createDatabase,
    restart: server.restart,
    stop: server.stop,
  }
}

function databasesOn(serverUrl: string) {
  const names = new Set<string>()
  const drop = async (name: string) => {
    await runOn(serverUrl, `DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`)
    names.delete(name)
  }
  return {
    async createDatabase({
      timeZone = 'Asia/Shanghai',
      template,
    }: {
      timeZone?: string
      template?: string
    } = {}): Promise<TestDatabase> {
      const name = `test_${randomBytes(8).toString('hex')}`
      const from = template ? ` TEMPLATE "${new URL(template).pathname.slice(1)}"` : ''
      await runOn(serverUrl, `CREATE DATABASE "${name}"${from}`)
      names.add(name)
      // Of all that an operator can set, this is the strongest: it wins over the server's and the database's zone.
      await runOn(
        serverUrl,
        `ALTER ROLE CURRENT_USER IN DATABASE "${name}" SET timezone TO ${pg.escapeLiteral(timeZone)}`,
      )
      const url = new URL(serverUrl)
      url.pathname = `/${name}`
      return { url: url.href, drop: () => drop(name) }
    },
    async dropAll(): Promise<void> {
      for (const name of names) await drop(name)
    },
  }
}

async function runOn(serverUrl: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl, connectionTimeoutMillis: 10_000 })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
