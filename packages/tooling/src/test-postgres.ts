import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { findPostgres, postgresFolders } from './test-servers/find-postgres.ts'
import { startLocalPostgres } from './test-servers/local-postgres.ts'

/** A PostgreSQL that tests may fill and drop. */
export interface TestPostgres {
  /**
   * A new, empty database with a random name; `drop` closes open connections. Sessions start in `timeZone` unless the
   * client sets another. With `template`, the URL of a database without clients, it is a copy of that one.
   */
  createDatabase(options?: { timeZone?: string; template?: string }): Promise<TestDatabase>
  /** Stops the server cleanly and starts it again on the same port. Absent for the server of TEST_DATABASE_URL. */
  restart?(): Promise<void>
  /** Drops the created databases. A server that was started here ends and leaves nothing on the disk. */
  stop(): Promise<void>
}

export interface TestDatabase {
  url: string
  drop(): Promise<void>
}

export interface TestPostgresOptions {
  /** Writes through to the disk, as in production, for tests that kill the server. Without it the server is faster. */
  durable?: boolean
  environment?: Record<string, string | undefined>
  /** Where to look for the programs `postgres` and `initdb`, in this order. */
  folders?: string[]
}

/**
 * The server of TEST_DATABASE_URL, else a `postgres` found on this machine, started in a temporary folder. With neither:
 * null and one line that says so, or an error if CI=true. Tests never touch the server of DATABASE_URL.
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
      // The strongest setting that an operator has: it overrides the server's and the database's time zone.
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
