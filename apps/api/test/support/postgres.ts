import { startTestPostgres } from '@repo/tooling/test-postgres'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  export interface ProvidedContext {
    databaseKind: 'embedded' | 'postgres'
    /** A PostgreSQL whose databases tests may create and drop; `null` where there is none. */
    postgresUrl: string | null
  }
}

/** One PostgreSQL for all files of a project; each file makes databases of its own on it. */
export default async function setup({ name, provide }: TestProject) {
  const server = name === 'embedded' ? null : await startTestPostgres()
  const database = await server?.createDatabase()
  provide('postgresUrl', database?.url ?? null)
  return () => server?.stop()
}
