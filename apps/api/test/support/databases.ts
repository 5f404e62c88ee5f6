import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTestPostgres } from '@repo/tooling/test-postgres'
import type { TestProject } from 'vitest/node'
import { startEmbeddedPostgres } from '../../src/infra/database/pglite.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    databaseKind: 'embedded' | 'postgres'
    /** A PostgreSQL whose databases tests may create and drop; `null` where there is none. */
    postgresUrl: string | null
    /** The folder of an empty embedded database, to be copied: making one takes seconds, a copy of it does not. */
    embeddedTemplate: string | null
  }
}

let templateParent: string | undefined
let server: Awaited<ReturnType<typeof startTestPostgres>> | undefined

/** One PostgreSQL, or one empty embedded database, for all files of a project; each file makes databases of its own on it. */
export async function setup({ name, provide }: TestProject): Promise<void> {
  server = name === 'embedded' ? null : await startTestPostgres()
  const database = await server?.createDatabase()
  provide('postgresUrl', database?.url ?? null)
  templateParent = name === 'postgres' ? undefined : await mkdtemp(join(tmpdir(), 'embedded-postgres-'))
  provide('embeddedTemplate', templateParent ? await createTemplate(join(templateParent, 'data')) : null)
}

export async function teardown(): Promise<void> {
  await server?.stop()
  if (templateParent) await rm(templateParent, { recursive: true, force: true })
}

async function createTemplate(folder: string): Promise<string> {
  const { stop } = await startEmbeddedPostgres(folder)
  await stop()
  return folder
}
