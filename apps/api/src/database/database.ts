import { PrismaPg } from '@prisma/adapter-pg'
import type { FastifyBaseLogger } from 'fastify'
import pg from 'pg'
import type { DatabaseConfig } from '../config.ts'
import { startEmbeddedPostgres } from './embedded-postgres.ts'
import { PrismaClient } from './generated/client.ts'
import { migrate } from './migrate.ts'
import { inTransaction, type Query, queryOn, statementName } from './query.ts'

export type Database = {
  prisma: PrismaClient
  query: Query
  transaction<Result>(work: (query: Query) => Promise<Result>): Promise<Result>
  /** Resolves when the database answers. */
  ping(): Promise<void>
  /** Connections that are open, those of them that have nothing to do, and requests that wait for one. */
  poolUse(): { total: number; idle: number; waiting: number }
  /** Waits for what is running, then disconnects. */
  close(): Promise<void>
}

/** A statement that takes longer is given up, so that no request waits for ever. */
const statementTimeoutMs = 10_000

/**
 * Opens PostgreSQL or, in a folder of its own, PGlite: the same adapter, the same SQL. Missing migrations are
 * applied first.
 *
 * @throws Error when the database cannot be reached, is in use by another process (PGlite), or a migration fails.
 */
export async function openDatabase(
  config: DatabaseConfig,
  { migrationsFolder, log }: { migrationsFolder: string; log: FastifyBaseLogger },
): Promise<Database> {
  const server = 'url' in config ? postgresServer(config.url) : await startEmbeddedPostgres(config.folder)
  try {
    await migrateWith(server.connection, { migrationsFolder, log })
  } catch (error) {
    await server.stop()
    throw error
  }
  const pool = new pg.Pool({
    ...server.connection,
    max: server.maximumConnections,
    connectionTimeoutMillis: 5000,
  })
  // A connection that breaks while idle: the pool makes a new one, and the process must not end.
  pool.on('error', (error) => log.warn({ err: error }, 'a database connection broke'))
  const adapter = new PrismaPg(pool, { statementNameGenerator: ({ sql }) => statementName(sql) })
  const prisma = new PrismaClient({ adapter, transactionOptions: { maxWait: 5000, timeout: 10_000 } })
  return {
    prisma,
    query: queryOn(pool),
    transaction: (work) => inTransaction(pool, work),
    async ping() {
      await pool.query('SELECT 1')
    },
    poolUse: () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    async close() {
      await prisma.$disconnect()
      await pool.end()
      await server.stop()
    },
  }
}

/** Where a database is and how to end it. */
export type DatabaseServer = {
  connection: pg.ClientConfig
  maximumConnections: number
  stop(): Promise<void>
}

function postgresServer(url: string): DatabaseServer {
  return {
    connection: {
      connectionString: url,
      statement_timeout: statementTimeoutMs,
      // A transaction whose process hangs must not commit minutes later: nobody would look for what it revoked.
      idle_in_transaction_session_timeout: statementTimeoutMs,
      // Beyond the server's own limit: for a server that no longer says anything.
      query_timeout: statementTimeoutMs + 1000,
      application_name: 'wechat-login-api',
    },
    maximumConnections: 10,
    async stop() {},
  }
}

/** A connection of its own: a migration may take longer than a request may, or wait for another that migrates. */
export async function openMigrationClient(connection: pg.ClientConfig): Promise<pg.Client> {
  const client = new pg.Client({
    ...connection,
    statement_timeout: 0,
    query_timeout: 0,
    connectionTimeoutMillis: 5000,
  })
  await client.connect()
  return client
}

async function migrateWith(
  connection: pg.ClientConfig,
  { migrationsFolder, log }: { migrationsFolder: string; log: FastifyBaseLogger },
): Promise<void> {
  const client = await openMigrationClient(connection)
  try {
    const { applied, edited, unknown } = await migrate(client, migrationsFolder)
    for (const name of applied) log.info({ migration: name }, 'migration applied')
    for (const name of edited) log.warn({ migration: name }, 'migration was edited after it was applied')
    for (const name of unknown)
      log.warn({ migration: name }, 'the database has a migration that this version does not know')
  } finally {
    await client.end()
  }
}
