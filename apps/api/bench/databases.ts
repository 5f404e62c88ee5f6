import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { startTestPostgres } from '@repo/tooling/test-postgres'
import type pg from 'pg'
import type { DatabaseConfig } from '../src/config/config.ts'
import { openMigrationClient } from '../src/infra/database/client.ts'
import { migrate } from '../src/infra/database/migrate.ts'
import { startEmbeddedPostgres } from '../src/infra/database/pglite.ts'
import { migrationsFolder } from './migrations-folder.ts'
import { documentVersion, miniProgram, type ServerName } from './scenarios.ts'

export type BenchmarkDatabases = {
  description: string
  manyUsers: number
  /** Of the baselines; `null` on PGlite. */
  postgresUrl: string | null
  /** The database of a server: on PostgreSQL the baselines share one, on PGlite each has its own. */
  of(server: ServerName): Promise<DatabaseConfig>
  close(): Promise<void>
}

type DatabaseOptions = {
  folder: string
  users: number
  manyUsers: number | null
  embedded: boolean
  say: (line: string) => void
}

type Fill = (connection: pg.ClientConfig) => Promise<void>

/** Databases with few users and one with many, on PostgreSQL where there is one, else on PGlite. */
export async function openBenchmarkDatabases(options: DatabaseOptions): Promise<BenchmarkDatabases> {
  const server = options.embedded ? null : await startTestPostgres()
  return server ? onPostgres(server, options) : onPglite(options)
}

async function onPostgres(
  server: NonNullable<Awaited<ReturnType<typeof startTestPostgres>>>,
  options: DatabaseOptions,
): Promise<BenchmarkDatabases> {
  const manyUsers = options.manyUsers ?? 200_000
  const create = async (fill: Fill) => {
    const { url } = await server.createDatabase()
    await fill({ connectionString: url })
    return { url }
  }
  try {
    const { baselines, few, many } = fills(options, manyUsers)
    const baselinesDatabase = await create(baselines)
    const databases: Record<ServerName, DatabaseConfig> = {
      nodeHttp: baselinesDatabase,
      bareFastify: baselinesDatabase,
      api: await create(few),
      apiWithManyUsers: await create(many),
    }
    return {
      description: 'PostgreSQL',
      postgresUrl: baselinesDatabase.url,
      manyUsers,
      of: async (name) => databases[name],
      close: () => server.stop(),
    }
  } catch (error) {
    await server.stop()
    throw error
  }
}

async function onPglite(options: DatabaseOptions): Promise<BenchmarkDatabases> {
  const manyUsers = options.manyUsers ?? 20_000
  const { baselines, few, many } = fills(options, manyUsers)
  const fillOf: Record<ServerName, Fill> = {
    nodeHttp: baselines,
    bareFastify: baselines,
    api: few,
    apiWithManyUsers: many,
  }
  // An empty database takes seconds to create, and a copy of it does not.
  const template = join(options.folder, 'template')
  await (await startEmbeddedPostgres(template)).stop()
  return {
    description:
      'PGlite inside each server, so the CPU of the database is counted too and evens out the ratios',
    manyUsers,
    postgresUrl: null,
    async of(name) {
      const folder = join(options.folder, name)
      await cp(template, folder, { recursive: true })
      const { connection, stop } = await startEmbeddedPostgres(folder)
      try {
        await fillOf[name](connection)
      } finally {
        await stop()
      }
      return { folder }
    },
    async close() {},
  }
}

function fills(
  { users, say }: DatabaseOptions,
  manyUsers: number,
): Record<'baselines' | 'few' | 'many', Fill> {
  const withUsers =
    (insert: (client: pg.Client, count: number) => Promise<void>, count: number): Fill =>
    async (connection) => {
      say(`creating ${count} users`)
      const client = await openMigrationClient(connection)
      try {
        await insert(client, count)
        await client.query('VACUUM ANALYZE')
      } finally {
        await client.end()
      }
    }
  return {
    baselines: withUsers(insertBaselineUsers, users),
    few: withUsers(insertUsers, users),
    many: withUsers(insertUsers, manyUsers),
  }
}

async function insertBaselineUsers(client: pg.Client, count: number): Promise<void> {
  await client.query(`
    CREATE TABLE baseline_users (
      id uuid PRIMARY KEY, openid text NOT NULL UNIQUE,
      created_at timestamptz NOT NULL DEFAULT now(), last_login_at timestamptz NOT NULL DEFAULT now()
    )`)
  await client.query(`
    INSERT INTO baseline_users (id, openid)
    SELECT ${userId}, 'user-' || n FROM generate_series(0, ${count - 1}) AS n`)
}

/** Inserts `user-0` and so on, who agreed to the documents, each with sessions and events of earlier logins. */
async function insertUsers(client: pg.Client, count: number): Promise<void> {
  await migrate(client, migrationsFolder)
  await client.query(`
    INSERT INTO users (id, last_login_at, last_login_ip, consent_since, agreement_version, privacy_version)
    SELECT ${userId}, now(), '127.0.0.1', now(), '${documentVersion}', '${documentVersion}' FROM generate_series(0, ${count - 1}) AS n`)
  await client.query(`
    INSERT INTO wechat_identities
      (app_id, openid, user_id, session_key_encrypted, session_key_id, session_key_updated_at)
    SELECT '${miniProgram.appId}', 'user-' || n, ${userId}, decode(repeat('00', 52), 'hex'), 'data', now()
    FROM generate_series(0, ${count - 1}) AS n`)
  await client.query(`
    INSERT INTO consents (id, user_id, agreement_version, privacy_version, method, app_id, created_at)
    SELECT ${userId}, ${userId}, '${documentVersion}', '${documentVersion}', 'wechat', '${miniProgram.appId}', now()
    FROM generate_series(0, ${count - 1}) AS n`)
  await client.query(`
    INSERT INTO sessions (id, user_id, app_id, openid, refreshed_at, expires_at, ends_at, created_at, ip)
    SELECT ${numbered('n * 10 + session')}, ${userId}, '${miniProgram.appId}', 'user-' || n, now(),
      now() + interval '30 days', now() + interval '180 days', now(), '127.0.0.1'
    FROM generate_series(0, ${count - 1}) AS n, generate_series(1, ${sessionsEach}) AS session`)
  await client.query(`
    INSERT INTO audit_events (id, type, at, user_id, ip, app_id)
    SELECT ${numbered('n * 10 + event')}, 'login', now(), ${userId}, '127.0.0.1', '${miniProgram.appId}'
    FROM generate_series(0, ${count - 1}) AS n, generate_series(1, ${eventsEach}) AS event`)
  await client.query(`
    INSERT INTO banned_identities (hash, key_id)
    SELECT decode(md5(n::text) || md5('banned' || n), 'hex'), 'data' FROM generate_series(0, ${Math.ceil(count / 2)}) AS n`)
}

const sessionsEach = 2
const eventsEach = 5

/** A UUID of version 7 for a number, in SQL. */
const numbered = (n: string) => `('01900000-0000-7000-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`
const userId = numbered('n')
