import { createHash, randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** One session of PostgreSQL; the parts of `pg.Client` that are needed. */
export type MigrationConnection = {
  query(sql: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>
}

export type MigrationReport = {
  /** What was applied just now, in order. */
  applied: string[]
  /** What was applied before with another text than the file has now. */
  edited: string[]
  /** What the database has and the folder has not: an older version of this program runs on a newer database. */
  unknown: string[]
}

/** A migration could not be applied; nothing of it was. `cause` is the database's error. */
export class MigrationError extends Error {}

/** The advisory lock that `prisma migrate` takes too, so that neither runs beside the other. */
const prismaLock = 72707369

/**
 * Applies the migrations that the database lacks, and records them in the table of `prisma migrate deploy`, so
 * that either can be used. Several processes may call this at once: one works, the others wait. A migration and
 * its record are one transaction, so a process that is killed leaves nothing half done. Where nothing is missing this
 * only reads, so a role that may not change the schema can call it.
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

/** @returns whether it was applied; not where another process was faster. */
async function apply(connection: MigrationConnection, { name, sql, checksum }: Migration): Promise<boolean> {
  try {
    await connection.query('BEGIN')
    // Of the transaction, as the lock: both also hold through a pooler. A migration takes as long as it takes.
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
