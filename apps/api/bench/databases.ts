import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { startTestPostgres } from '@repo/tooling/test-postgres'
import type pg from 'pg'
import type { DatabaseConfig } from '../src/config/config.ts'
import { openMigrationClient } from '../src/infra/database/client.ts'
import { migrate } from '../src/infra/database/migrate.ts'
import { startEmbeddedPostgres } from '../src/infra/database/pglite.ts'
import { migrationsFolder } from './migrations-folder.ts'
import { type Contestant, miniProgram } from './scenarios.ts'

export type BenchmarkDatabases = {
  description: string
  manyUsers: number
  /** The database of a contestant: on PostgreSQL they share one, a PGlite each has to itself. */
  of(contestant: Contestant): Promise<DatabaseConfig>
  close(): Promise<void>
}

type Wishes = {
  folder: string
  users: number
  manyUsers: number | null
  embedded: boolean
  say: (line: string) => void
}

/** One database with few users and one with many, on PostgreSQL where there is one, else on PGlite. */
export async function openBenchmarkDatabases(wishes: Wishes): Promise<BenchmarkDatabases> {
  const server = wishes.embedded ? null : await startTestPostgres()
  return server ? onPostgres(server, wishes) : onPglite(wishes)
}

async function onPostgres(
  server: NonNullable<Awaited<ReturnType<typeof startTestPostgres>>>,
  { users, manyUsers: wished, say }: Wishes,
): Promise<BenchmarkDatabases> {
  const manyUsers = wished ?? 1_000_000
  const make = async (count: number) => {
    const { url } = await server.createDatabase()
    say(`registering ${count} users`)
    await fill({ connectionString: url }, count)
    return { url }
  }
  try {
    const few = await make(users)
    const many = await make(manyUsers)
    return {
      description: 'PostgreSQL',
      manyUsers,
      of: async (contestant) => (contestant === 'apiWithMany' ? many : few),
      close: () => server.stop(),
    }
  } catch (error) {
    await server.stop()
    throw error
  }
}

async function onPglite({ folder, users, manyUsers: wished, say }: Wishes): Promise<BenchmarkDatabases> {
  const manyUsers = wished ?? 100_000
  const make = async (name: string, count: number) => {
    say(`registering ${count} users`)
    const { connection, stop } = await startEmbeddedPostgres(join(folder, name))
    try {
      await fill(connection, count)
    } finally {
      await stop()
    }
  }
  await make('few', users)
  await make('many', manyUsers)
  return {
    description: 'PGlite inside of every contestant, so its CPU is counted too and levels the ratios',
    manyUsers,
    async of(contestant) {
      const own = join(folder, contestant)
      await cp(join(folder, contestant === 'apiWithMany' ? 'many' : 'few'), own, { recursive: true })
      return { folder: own }
    },
    async close() {},
  }
}

/** Registers `person-0` and so on, each with one session, as if they had logged in once. */
async function fill(connection: pg.ClientConfig, count: number): Promise<void> {
  const client = await openMigrationClient(connection)
  try {
    await migrate(client, migrationsFolder)
    await client.query(`
      INSERT INTO users (id, last_login_at, last_login_ip)
      SELECT ${userId}, now(), '127.0.0.1' FROM generate_series(0, ${count - 1}) AS n`)
    await client.query(`
      INSERT INTO wechat_identities
        (app_id, openid, user_id, session_key_encrypted, session_key_id, session_key_updated_at)
      SELECT '${miniProgram.appId}', 'person-' || n, ${userId}, decode(repeat('00', 52), 'hex'), 'data', now()
      FROM generate_series(0, ${count - 1}) AS n`)
    await client.query(`
      INSERT INTO sessions (id, user_id, app_id, openid, refreshed_at, expires_at, ends_at, created_at, ip)
      SELECT ${userId}, ${userId}, '${miniProgram.appId}', 'person-' || n, now(), now() + interval '30 days',
        now() + interval '180 days', now(), '127.0.0.1'
      FROM generate_series(0, ${count - 1}) AS n`)
    await client.query('VACUUM ANALYZE')
  } finally {
    await client.end()
  }
}

/** A UUID of version 7 for a number, in SQL. */
const userId = `('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid`
