import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { type Database, openDatabase } from '../../src/infra/database/client.ts'
import { createEmptyDatabase, hasDatabase } from '../support/database.ts'
import { migrationsFolder } from '../support/embedded-templates.ts'

const log = pino({ level: 'silent' })

describe.runIf(hasDatabase)('migrations', () => {
  let folder: string
  let target: Awaited<ReturnType<typeof createEmptyDatabase>>
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'migrations-'))
    await cp(migrationsFolder, folder, { recursive: true })
    target = await createEmptyDatabase()
  })
  afterEach(async () => {
    await target.remove()
    await rm(folder, { recursive: true })
  })

  const open = () => openDatabase(target.config, { migrationsFolder: folder, log })
  const using = async <Result>(work: (database: Database) => Promise<Result>) => {
    const database = await open()
    try {
      return await work(database)
    } finally {
      await database.close()
    }
  }
  const addMigration = async (name: string, sql: string) => {
    await mkdir(join(folder, name))
    await writeFile(join(folder, name, 'migration.sql'), sql)
  }
  const records = () =>
    using(
      ({ prisma }) => prisma.$queryRaw<Record<string, unknown>[]>`
      SELECT migration_name, checksum, finished_at IS NOT NULL AS finished, applied_steps_count AS steps
      FROM _prisma_migrations ORDER BY migration_name`,
    )

  it('are applied at the start and recorded as by prisma migrate', async () => {
    const names = (await readdir(folder, { withFileTypes: true }))
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
    expect(await records()).toEqual(
      names.sort().map((name) => ({
        migration_name: name,
        checksum: expect.stringMatching(/^[\da-f]{64}$/),
        finished: true,
        steps: 1,
      })),
    )
  })

  it('are applied once, and new ones are added to existing ones', async () => {
    await using(({ prisma }) => prisma.$executeRaw`CREATE TABLE sample (id int)`)
    await addMigration(
      '99990101000000_more',
      'ALTER TABLE sample ADD COLUMN more int; INSERT INTO sample VALUES (1, 2);',
    )
    await using(async () => {})
    expect(await using(({ prisma }) => prisma.$queryRaw`SELECT * FROM sample`)).toEqual([{ id: 1, more: 2 }])
  })

  it('that fail change nothing, and the next start tries again', async () => {
    await addMigration('99990101000000_broken', 'CREATE TABLE half (id int); SELECT 1 / 0;')
    await expect(open()).rejects.toThrow(
      'the migration 99990101000000_broken failed and changed nothing: division by zero',
    )
    await writeFile(join(folder, '99990101000000_broken', 'migration.sql'), 'CREATE TABLE half (id int);')
    expect(await using(({ prisma }) => prisma.$queryRaw`SELECT count(*)::int AS count FROM half`)).toEqual([
      { count: 0 },
    ])
  })

  it('that prisma migrate left unfinished stop the start with the remedy', async () => {
    await using(({ prisma }) => prisma.$executeRaw`UPDATE _prisma_migrations SET finished_at = NULL`)
    await expect(open()).rejects.toThrow(
      /unfinished: repair the database, then tell it with `prisma migrate resolve`/,
    )
  })

  // The embedded database has one connection, so this cannot happen there.
  if (inject('databaseKind') === 'postgres') {
    it('are applied by one process when several start at once', async () => {
      const databases = await Promise.all(Array.from({ length: 8 }, open))
      await Promise.all(databases.map((database) => database.close()))
      const all = await records()
      expect(new Set(all.map((record) => record.migration_name)).size).toBe(all.length)
    })
  }
})
