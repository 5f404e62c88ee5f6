import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** One session of PostgreSQL; the parts of `pg.Client` that are needed. */
export type MigrationConnection = {
  query(sql: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>
}

export type MigrationReport = {
  /** Applied just now, in order. */
  applied: string[]
  /** Applied before, with another text than the file has now. */
  edited: string[]
  /** In the database but not in the folder: an older version of this program runs on a newer database. */
  unknown: string[]
}

/** A migration failed and was rolled back. `cause` is the database's error. */
export class MigrationError extends Error {}

/** `prisma migrate` takes the same advisory lock, so that the two never run at the same time. */
const prismaLock = 72707369

/**
 * Applies missing migrations and records them as `prisma migrate deploy` does, so that both can be used. Concurrent calls
 * wait for each other. A migration and its record are one transaction. Where nothing is missing this only reads, so a role
 * that may not change the schema can call it.
 *
 * @param folder holds one folder per migration, each with a `migration.sql`.
 * @throws MigrationError when a migration fails, or `prisma migrate` left one unfinished.
 */
export async function migrate(connection: MigrationConnection, folder: string): Promise<MigrationReport> {
  const migrations = await readMigrations(folder)
  const before = await readAppliedChecksums(connection)
  const missing = migrations.filter(({ name }) => !before.has(name))
  const applied: string[] = []
  for (const migration of missing) if (await apply(connection, migration)) applied.push(migration.name)
  const checksums = missing.length > 0 ? await readAppliedChecksums(connection) : before
  return {
    applied,
    edited: migrations
      .filter(({ name, checksum }) => (checksums.get(name) ?? checksum) !== checksum)
      .map(({ name }) => name),
    unknown: [...checksums.keys()].filter((name) => !migrations.some((migration) => migration.name === name)),
  }
}

type Migration = { name: string; sql: string; checksum: string }

async function readMigrations(folder: string): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(join(folder, name, 'migration.sql'), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

/** As `prisma migrate` creates it. */
const createRecordTable = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id                  VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum            VARCHAR(64) NOT NULL,
  finished_at         TIMESTAMPTZ,
  migration_name      VARCHAR(255) NOT NULL,
  logs                TEXT,
  rolled_back_at      TIMESTAMPTZ,
  started_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`

async function hasRecordTable(connection: MigrationConnection): Promise<boolean> {
  // `to_regclass` would not see the table that another process has created in the middle of this transaction.
  const { rows } = await connection.query(`SELECT FROM pg_class
    WHERE relname = '_prisma_migrations' AND relnamespace = current_schema()::regnamespace`)
  return rows.length > 0
}

async function readAppliedChecksums(connection: MigrationConnection): Promise<Map<string, string>> {
  if (!(await hasRecordTable(connection))) return new Map()
  const { rows } = await connection.query(
    'SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL',
  )
  const unfinished = rows.find(({ finished_at }) => finished_at === null)
  if (unfinished) {
    throw new MigrationError(
      `prisma migrate left the migration ${unfinished.migration_name} unfinished: repair the database, then tell it with \`prisma migrate resolve\``,
    )
  }
  return new Map(rows.map((row) => [String(row.migration_name), String(row.checksum)]))
}

/** @returns false where another process applied it first. */
async function apply(connection: MigrationConnection, { name, sql, checksum }: Migration): Promise<boolean> {
  try {
    await connection.query('BEGIN')
    // Local to the transaction, like the lock, so that both work through a pooler. A migration has no time limit.
    await connection.query('SET LOCAL statement_timeout = 0')
    await connection.query('SET LOCAL idle_in_transaction_session_timeout = 0')
    await connection.query('SELECT pg_advisory_xact_lock($1)', [prismaLock])
    await connection.query(createRecordTable)
    const isMissing = !(await readAppliedChecksums(connection)).has(name)
    if (isMissing) {
      await connection.query(sql)
      await connection.query(
        `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
         VALUES ($1, $2, $3, now(), now(), 1)`,
        [randomUUID(), checksum, name],
      )
    }
    await connection.query('COMMIT')
    return isMissing
  } catch (error) {
    await connection.query('ROLLBACK').catch(() => {})
    if (error instanceof MigrationError) throw error
    throw new MigrationError(
      `the migration ${name} failed and changed nothing: ${(error as Error).message}`,
      { cause: error },
    )
  }
}

/** Beside the bundle in production, at the root of the repository in development. */
export function findMigrationsFolder(): string {
  const folder = ['./migrations', '../../../../../prisma/migrations']
    .map((path) => fileURLToPath(new URL(path, import.meta.url)))
    .find((path) => existsSync(path))
  if (folder === undefined) throw new Error('the migrations are missing from this build')
  return folder
}
