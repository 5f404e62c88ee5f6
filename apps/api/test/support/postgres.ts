import { startTestPostgres } from '@repo/tooling/test-postgres'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  export interface ProvidedContext {
    databaseKind: 'embedded' | 'postgres'
    /** A PostgreSQL whose databases tests may create and drop; `null` where there is none. */
    postgresUrl: string | null
  }
}

let server: Awaited<ReturnType<typeof startTestPostgres>> | undefined

/** One PostgreSQL for all files of a project; each file makes databases of its own on it. */
export async function setup({ name, provide }: TestProject): Promise<void> {
  server = name === 'embedded' ? null : await startTestPostgres()
  const database = await server?.createDatabase()
  provide('postgresUrl', database?.url ?? null)
}

export async function teardown(): Promise<void> {
  await server?.stop()
}
