import { PrismaPg } from '@prisma/adapter-pg'
import type { FastifyBaseLogger } from 'fastify'
import type pg from 'pg'
import type { DatabaseConfig } from '../../config/config.ts'
import { timeBudget } from '../../config/time-budget.ts'
import { checkRights } from './check-rights.ts'
import { checkSession, createPool, DatabaseClient, type DatabaseServer, SessionError } from './connection.ts'
import { explainingErrors } from './explain-error.ts'
import { PrismaClient } from './generated/client.ts'
import { type MigrationReport, migrate } from './migrate.ts'
import { startEmbeddedPostgres } from './pglite.ts'
import {
  inTransaction,
  poolQuery,
  type Query,
  retryConflicts,
  statementName,
  type TransactionOptions,
  withConnection,
} from './query.ts'

export type Database = {
  prisma: PrismaClient
  query: Query
  /** Runs `work` in a transaction, and retries it where PostgreSQL rolled it back because of concurrent ones. */
  transaction<Result>(work: (query: Query) => Promise<Result>, options?: TransactionOptions): Promise<Result>
  /** Resolves when the database responds and accepts writes. */
  ping(): Promise<void>
  /** Open connections, the idle ones of them, and requests that wait for one. */
  poolStats(): { total: number; idle: number; waiting: number }
  /** Waits for running statements, then disconnects. */
  close(): Promise<void>
}

/** How long a transaction of Prisma's client may take as a whole. */
const transactionMs = 2 * timeBudget.database.statementMs

/**
 * Opens PostgreSQL, or PGlite in a folder of its own, and applies missing migrations first.
 *
 * @param options `server` is one that runs already; absent, the one that `config` names is used.
 * @throws DatabaseError that says what to change; Error when another process uses the folder (PGlite).
 */
export async function openDatabase(
  config: DatabaseConfig,
  options: { migrationsFolder: string; log: FastifyBaseLogger; server?: DatabaseServer },
): Promise<Database> {
  const { migrationsFolder, log, server = await openServer(config) } = options
  try {
    await explainingErrors(config, () => prepare(server, { migrationsFolder, log }))
  } catch (error) {
    await server.stop()
    throw error
  }
  const pool = createPool(server.connection, {
    max: server.maximumConnections,
    timeouts: server.timeouts,
  })
  // An idle connection broke: the pool replaces it, and the process must not end.
  pool.on('error', (error) => log.warn({ err: error }, 'a database connection broke'))
  const adapter = new PrismaPg(pool, { statementNameGenerator: ({ sql }) => statementName(sql) })
  const prisma = retryingTransactions(
    new PrismaClient({
      adapter,
      transactionOptions: { maxWait: timeBudget.database.connectMs, timeout: transactionMs },
    }),
  )
  return {
    prisma,
    query: poolQuery(pool),
    transaction: (work, options) => retryConflicts(() => inTransaction(pool, work, options)),
    ping: () => pingPrimary(pool),
    poolStats: () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    async close() {
      await prisma.$disconnect()
      await pool.end()
      await server.stop()
    },
  }
}

/** Applies missing migrations on a connection of its own. @throws as `openDatabase`. */
export async function migrateDatabase(
  config: DatabaseConfig,
  migrationsFolder: string,
): Promise<MigrationReport> {
  const server = await openServer(config)
  try {
    return await explainingErrors(config, () =>
      withMigrationClient(server, (client) => migrate(client, migrationsFolder)),
    )
  } finally {
    await server.stop()
  }
}

function retryingTransactions(prisma: PrismaClient): PrismaClient {
  const begin = prisma.$transaction.bind(prisma) as (work: unknown, options?: unknown) => Promise<unknown>
  return Object.assign(prisma, {
    $transaction: (work: unknown, options?: unknown) => retryConflicts(() => begin(work, options)),
  }) as PrismaClient
}

async function pingPrimary(pool: pg.Pool): Promise<void> {
  const [row] = await withConnection(pool, async (client) => {
    const { rows } = await client.query<{ read_only: boolean }>(
      `SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean AS read_only`,
    )
    if (rows[0]?.read_only) (client as unknown as DatabaseClient).isReadOnly = true
    return rows
  })
  if (row?.read_only) throw new SessionError('the database is read-only')
}

const openServer = (config: DatabaseConfig): Promise<DatabaseServer> | DatabaseServer =>
  'url' in config ? postgresServer(config.url) : startEmbeddedPostgres(config.folder)

function postgresServer(url: string): DatabaseServer {
  const { statementMs, silenceMs } = timeBudget.database
  return {
    connection: {
      connectionString: url,
      statement_timeout: statementMs,
      // A transaction whose process hangs must not commit minutes later: its revocations would be too old to be read.
      idle_in_transaction_session_timeout: statementMs,
      query_timeout: statementMs + silenceMs,
      application_name: 'wechat-login-api',
    },
    maximumConnections: 10,
    timeouts: true,
    async stop() {},
  }
}

/** A connection of its own: a migration may take longer than a request, or wait for another instance's. */
export async function openMigrationClient(connection: pg.ClientConfig): Promise<pg.Client> {
  const client = new DatabaseClient({ ...connection, query_timeout: 0, connectionTimeoutMillis: 10_000 })
  // The running statement rejects anyway; an error event without a listener would end the process.
  client.on('error', () => {})
  await client.connect()
  return client
}

async function withMigrationClient<Result>(
  { connection, timeouts }: Pick<DatabaseServer, 'connection' | 'timeouts'>,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = await openMigrationClient(connection)
  try {
    await checkSession(client, { timeouts })
    return await work(client)
  } finally {
    await client.end().catch(() => {})
  }
}

async function prepare(
  server: DatabaseServer,
  { migrationsFolder, log }: { migrationsFolder: string; log: FastifyBaseLogger },
): Promise<void> {
  const { applied, edited, unknown } = await withMigrationClient(server, async (client) => {
    const report = await migrate(client, migrationsFolder)
    await checkRights(client)
    return report
  })
  for (const name of applied) log.info({ migration: name }, 'migration applied')
  for (const name of edited) log.warn({ migration: name }, 'migration was edited after it was applied')
  for (const name of unknown)
    log.warn({ migration: name }, 'the database has a migration that this version does not know')
}
