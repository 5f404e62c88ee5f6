import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTestPostgres } from '@repo/tooling/test-postgres'
import { inject } from 'vitest'
import type { DatabaseConfig } from '../../src/config/config.ts'
import type { DatabaseServer } from '../../src/infra/database/connection.ts'
import { startEmbeddedPostgres } from '../../src/infra/database/pglite.ts'
import type {} from './embedded-templates.ts'
import { resetDatabase } from './reset-database.ts'

/** Without PostgreSQL the tests that need it are skipped; the global set-up has said so. */
export const hasDatabase = inject('databaseKind') === 'embedded' || inject('postgresUrl') !== null

export type TestDatabase = { config: DatabaseConfig; server?: DatabaseServer; remove(): Promise<void> }

/** A database of this run's kind with all migrations and no rows. */
export async function createTestDatabase(): Promise<TestDatabase> {
  return inject('databaseKind') === 'postgres'
    ? createPostgresDatabase({ migrated: true })
    : copyEmbedded('migrated')
}

/** As `createTestDatabase`, for a caller that opens it once: an embedded one that runs already is used again. */
export async function borrowTestDatabase(): Promise<TestDatabase> {
  return inject('databaseKind') === 'postgres' ? createPostgresDatabase({ migrated: true }) : borrowEmbedded()
}

/** A database of this run's kind without any migration. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  return inject('databaseKind') === 'postgres' ? createPostgresDatabase() : copyEmbedded('empty')
}

/** @param options `timeZone` is that of sessions which ask for none; Asia/Shanghai unless another is given. */
export async function createPostgresDatabase({
  migrated = false,
  timeZone,
}: {
  migrated?: boolean
  timeZone?: string
} = {}): Promise<{ config: { url: string }; remove(): Promise<void> }> {
  const server = await startTestPostgres({ environment: { TEST_DATABASE_URL: inject('postgresUrl') ?? '' } })
  const template = migrated ? inject('postgresTemplate') : null
  const database = await server?.createDatabase({
    ...(timeZone ? { timeZone } : {}),
    ...(template ? { template } : {}),
  })
  if (!database) throw new Error('there is no PostgreSQL for tests')
  return { config: { url: database.url }, remove: database.drop }
}

async function copyEmbedded(
  template: 'migrated' | 'empty',
): Promise<{ config: { folder: string }; remove(): Promise<void> }> {
  const templates = inject('embeddedTemplates')
  if (!templates) throw new Error('this project has no embedded database')
  const folder = await mkdtemp(join(tmpdir(), 'embedded-postgres-'))
  const data = join(folder, 'data')
  await cp(templates[template], data, { recursive: true })
  return { config: { folder: data }, remove: () => rm(folder, { recursive: true, force: true }) }
}

type RunningDatabase = TestDatabase & { config: { folder: string }; server: DatabaseServer }

/** Embedded databases of this worker that run and are empty. They end with the worker. */
const idle: RunningDatabase[] = []

async function borrowEmbedded(): Promise<TestDatabase> {
  const running = idle.pop() ?? (await startCopy())
  const { config, server, remove } = running
  return {
    config,
    server: { ...server, async stop() {} },
    async remove() {
      if (await resetDatabase(server.connection)) {
        idle.push(running)
        return
      }
      await server.stop()
      await remove()
    },
  }
}

async function startCopy(): Promise<RunningDatabase> {
  const { config, remove } = await copyEmbedded('migrated')
  return { config, remove, server: await startEmbeddedPostgres(config.folder) }
}
