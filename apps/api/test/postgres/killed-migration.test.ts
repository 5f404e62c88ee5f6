import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPostgresDatabase, hasDatabase } from '../support/database.ts'
import { migrationsFolder } from '../support/embedded-templates.ts'

describe.runIf(hasDatabase)('a process that is killed during a migration', () => {
  let folder: string
  // Bundled once: the test starts it some fifty times.
  const script = join(import.meta.dirname, '../../dist-migrate-and-die/script.js')
  beforeAll(async () => {
    await build({
      entryPoints: [join(import.meta.dirname, '../support/migrate-and-die.ts')],
      outfile: script,
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      alias: { '@repo/shared': join(import.meta.dirname, '../../../../packages/shared/src/index.ts') },
      logLevel: 'warning',
    })
    folder = await mkdtemp(join(tmpdir(), 'migrations-'))
    // One of ours is enough: each is applied in the same way, and all of them would take minutes.
    const [first = ''] = (await readdir(migrationsFolder)).sort()
    await cp(join(migrationsFolder, first), join(folder, first), { recursive: true })
    await mkdir(join(folder, '99990101000000_witness'))
    await writeFile(
      join(folder, '99990101000000_witness', 'migration.sql'),
      'CREATE TABLE witness (id int); INSERT INTO witness VALUES (1);',
    )
  })
  afterAll(async () => {
    await rm(folder, { recursive: true })
    await rm(join(script, '..'), { recursive: true })
  })

  async function migrateAndDie(url: string, deathAt: string) {
    const child = spawn(process.execPath, [script, url, folder, deathAt], { stdio: 'inherit' })
    const [code, signal] = await once(child, 'close')
    return { code, signal }
  }

  it('leaves, at any statement, a database that the next start completes', async () => {
    let deaths = 0
    for (let statement = 1; ; statement += 1) {
      const outcomes = await Promise.all(
        (['before', 'after'] as const).map(async (moment) => {
          const { config, remove } = await createPostgresDatabase()
          try {
            const first = await migrateAndDie(config.url, `${moment}-${statement}`)
            expect(await migrateAndDie(config.url, 'never')).toEqual({ code: 0, signal: null })
            await expectComplete(config.url)
            return first.signal
          } finally {
            await remove()
          }
        }),
      )
      if (outcomes.every((signal) => signal === null)) break
      expect(outcomes).toEqual(['SIGKILL', 'SIGKILL'])
      deaths += 1
    }
    // Lock, table, what is applied, two migrations of four statements each, unlock.
    expect(deaths).toBeGreaterThanOrEqual(12)
  }, 300_000)

  async function expectComplete(url: string) {
    const client = new pg.Client(url)
    await client.connect()
    const { rows } = await client.query(
      'SELECT migration_name, finished_at IS NOT NULL AS finished FROM _prisma_migrations',
    )
    expect(rows.every(({ finished }) => finished)).toBe(true)
    expect(new Set(rows.map((row) => row.migration_name)).size).toBe(rows.length)
    expect((await client.query('SELECT * FROM witness')).rows).toEqual([{ id: 1 }])
    expect((await client.query('SELECT count(*)::int AS count FROM users')).rows).toEqual([{ count: 0 }])
    await client.end()
  }
})
