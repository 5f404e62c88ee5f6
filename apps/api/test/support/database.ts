import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTestPostgres } from '@repo/tooling/test-postgres'
import { inject } from 'vitest'
import type { DatabaseConfig } from '../../src/config/config.ts'

/** Where there is no PostgreSQL, what needs one is skipped; the set-up has said so. */
export const hasDatabase = inject('databaseKind') === 'embedded' || inject('postgresUrl') !== null

export const migrationsFolder = join(import.meta.dirname, '../../../../prisma/migrations')

/** An empty database of the kind that this run is about. */
export async function createTestDatabase(): Promise<{ config: DatabaseConfig; remove(): Promise<void> }> {
  if (inject('databaseKind') === 'postgres') return createPostgresDatabase()
  const folder = await mkdtemp(join(tmpdir(), 'embedded-postgres-'))
  const template = inject('embeddedTemplate')
  if (template) await cp(template, join(folder, 'data'), { recursive: true })
  return {
    config: { folder: join(folder, 'data') },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

/** @param options `timeZone` is that of sessions which ask for none; Asia/Shanghai unless another is given. */
export async function createPostgresDatabase(options: { timeZone?: string } = {}): Promise<{
  config: { url: string }
  remove(): Promise<void>
}> {
  const server = await startTestPostgres({ environment: { TEST_DATABASE_URL: inject('postgresUrl') ?? '' } })
  const database = await server?.createDatabase(options)
  if (!database) throw new Error('there is no PostgreSQL for tests')
  return { config: { url: database.url }, remove: database.drop }
}
