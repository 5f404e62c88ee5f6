import { PrismaPg } from '@prisma/adapter-pg'
import type { FastifyBaseLogger } from 'fastify'
import type pg from 'pg'
import type { DatabaseConfig } from '../../config/config.ts'
import { timeBudget } from '../../config/time-budget.ts'
import { checkRights } from './check-rights.ts'
import { checkSession, createPool, DatabaseClient, SessionError } from './connection.ts'
import { explainingErrors } from './explain-error.ts'
import { PrismaClient } from './generated/client.ts'
import { type MigrationReport, migrate } from './migrate.ts'
import { startEmbeddedPostgres } from './pglite.ts'
import {
  inTransaction,
  type Query,
  queryOn,
  statementName,
  type TransactionOptions,
  withConnection,
} from './query.ts'
import { retryConflicts } from './retry.ts'

export type Database = {
  prisma: PrismaClient
  query: Query
  /** Runs `work` in a transaction, and again where PostgreSQL rolled it back because of others. */
  transaction<Result>(work: (query: Query) => Promise<Result>, options?: TransactionOptions): Promise<Result>
  /** Resolves when the database answers and can be written to. */
  ping(): Promise<void>
  /** Connections that are open, those of them that have nothing to do, and requests that wait for one. */
  poolUse(): { total: number; idle: number; waiting: number }
  /** Waits for what is running, then disconnects. */
  close(): Promise<void>
}

/** How long a transaction of Prisma's client may take as a whole. */
const transactionMs = 2 * timeBudget.database.statementMs

/**
 * Opens PostgreSQL or, in a folder of its own, PGlite: the same adapter, the same SQL. Missing migrations are
 * applied first.
 *
 * @throws DatabaseError when the database cannot be used as it is, or a migration fails; Error when it is in use by
 *   another process (PGlite).
 */
export async function openDatabase(
  config: DatabaseConfig,
  { migrationsFolder, log }: { migrationsFolder: string; log: FastifyBaseLogger },
): Promise<Database> {
  const server = await openServer(config)
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
  // A connection that breaks while idle: the pool makes a new one, and the process must not end.
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
    query: queryOn(pool),
    transaction: (work, options) => retryConflicts(() => inTransaction(pool, work, options)),
    ping: () => pingPrimary(pool),
    poolUse: () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    async close() {
      await prisma.$disconnect()
      await pool.end()
      await server.stop()
    },
  }
}

/** Applies the migrations that a database lacks, by a connection of its own, and closes it. @throws as `openDatabase`. */
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

/** A transaction that PostgreSQL rolled back because of others runs again. */
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

/** Where a database is and how to end it. */
export type DatabaseServer = {
  connection: pg.ClientConfig
  maximumConnections: number
  /** Whether its sessions have the limits of the time budget. */
  timeouts: boolean
  stop(): Promise<void>
}

const openServer = (config: DatabaseConfig): Promise<DatabaseServer> | DatabaseServer =>
  'url' in config ? postgresServer(config.url) : startEmbeddedPostgres(config.folder)

function postgresServer(url: string): DatabaseServer {
  const { statementMs, silenceMs } = timeBudget.database
  return {
    connection: {
      connectionString: url,
      statement_timeout: statementMs,
      // A transaction whose process hangs must not commit minutes later: nobody would look for what it revoked.
      idle_in_transaction_session_timeout: statementMs,
      query_timeout: statementMs + silenceMs,
      application_name: 'wechat-login-api',
    },
    maximumConnections: 10,
    timeouts: true,
    async stop() {},
  }
}

/** A connection of its own: a migration may take longer than a request may, or wait for another that migrates. */
export async function openMigrationClient(connection: pg.ClientConfig): Promise<pg.Client> {
  const client = new DatabaseClient({ ...connection, query_timeout: 0, connectionTimeoutMillis: 10_000 })
  // The statement that is under way fails and says so; an event without a listener would end the process.
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
