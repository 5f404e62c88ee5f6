import { startTestPostgres } from '@repo/tooling/test-postgres'
import type { TestProject } from 'vitest/node'
import { migrateDatabase } from '../../src/infra/database/client.ts'
import { migrationsFolder, provideEmbeddedTemplates } from './embedded-templates.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    databaseKind: 'embedded' | 'postgres'
    /** A PostgreSQL whose databases tests may create and drop; `null` where there is none. */
    postgresUrl: string | null
    /** A database with all migrations, to be copied: that is faster than to apply them. */
    postgresTemplate: string | null
  }
}

/** One template per project: each database of the tests is a copy of it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { name, provide } = project
  const removeTemplates = name === 'postgres' ? undefined : await provideEmbeddedTemplates(project)
  if (!removeTemplates) provide('embeddedTemplates', null)
  const server = name === 'embedded' ? null : await startTestPostgres()
  provide('postgresUrl', (await server?.createDatabase())?.url ?? null)
  const template = await server?.createDatabase()
  if (template) await migrateDatabase({ url: template.url }, migrationsFolder)
  provide('postgresTemplate', template?.url ?? null)
  return async () => {
    await server?.stop()
    await removeTemplates?.()
  }
}
