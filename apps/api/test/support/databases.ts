import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTestPostgres } from '@repo/tooling/test-postgres'
import type { TestProject } from 'vitest/node'
import type { DatabaseConfig } from '../../src/config/config.ts'
import { migrateDatabase } from '../../src/infra/database/client.ts'
import { startEmbeddedPostgres } from '../../src/infra/database/pglite.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    databaseKind: 'embedded' | 'postgres'
    /** A PostgreSQL whose databases tests may create and drop; `null` where there is none. */
    postgresUrl: string | null
    /** A database with all migrations, to be copied: that is faster than to apply them. */
    postgresTemplate: string | null
    /** Folders of embedded databases, one with all migrations, one with none. */
    embeddedTemplates: { migrated: string; empty: string } | null
  }
}

const migrationsFolder = join(import.meta.dirname, '../../../../prisma/migrations')

/** One template per project: each database of the tests is a copy of it. */
export async function setup({ name, provide }: TestProject): Promise<() => Promise<void>> {
  const folder = name === 'postgres' ? null : await mkdtemp(join(tmpdir(), 'embedded-postgres-'))
  provide('embeddedTemplates', folder === null ? null : await createEmbeddedTemplates(folder))
  const server = name === 'embedded' ? null : await startTestPostgres()
  provide('postgresUrl', (await server?.createDatabase())?.url ?? null)
  const template = await server?.createDatabase()
  provide('postgresTemplate', template ? (await migrated({ url: template.url })).url : null)
  return async () => {
    await server?.stop()
    if (folder) await rm(folder, { recursive: true, force: true })
  }
}

async function createEmbeddedTemplates(folder: string) {
  const [empty, withMigrations] = [join(folder, 'empty'), join(folder, 'migrated')]
  const { stop } = await startEmbeddedPostgres(empty)
  await stop()
  await cp(empty, withMigrations, { recursive: true })
  await migrated({ folder: withMigrations })
  return { empty, migrated: withMigrations }
}

async function migrated<Place extends DatabaseConfig>(place: Place): Promise<Place> {
  await migrateDatabase(place, migrationsFolder)
  return place
}
