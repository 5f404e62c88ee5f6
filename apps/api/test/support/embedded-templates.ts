import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { migrateDatabase } from '../../src/infra/database/client.ts'
import { startEmbeddedPostgres } from '../../src/infra/database/pglite.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Folders of embedded databases, one with all migrations, one with none. */
    embeddedTemplates: { migrated: string; empty: string } | null
  }
}

export const migrationsFolder = join(import.meta.dirname, '../../../../prisma/migrations')

/** Makes them once for a run: a copy is there in a moment, a new database takes seconds. @returns what removes them. */
export async function provideEmbeddedTemplates({ provide }: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'embedded-postgres-'))
  const [empty, migrated] = [join(folder, 'empty'), join(folder, 'migrated')]
  const { stop } = await startEmbeddedPostgres(empty)
  await stop()
  await cp(empty, migrated, { recursive: true })
  await migrateDatabase({ folder: migrated }, migrationsFolder)
  provide('embeddedTemplates', { empty, migrated })
  return () => rm(folder, { recursive: true, force: true })
}
