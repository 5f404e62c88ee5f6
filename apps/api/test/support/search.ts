import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestApp } from './test-app.ts'

/** Something that must be gone, by a name for it: a text, or bytes. */
export type Traces = Record<string, string | Uint8Array>

/**
 * Where something is found: in every column of every table that the database has, and in the names and contents of the
 * files. Bytes are looked for in hex and base64, and texts also in these forms.
 */
export async function searchEverywhere(testApp: TestApp, traces: Traces): Promise<string[]> {
  const places = [...(await readDatabase(testApp)), ...(await readFiles(testApp.storageFolder))]
  return places.flatMap(({ place, text }) =>
    Object.entries(traces)
      .filter(([, trace]) => formsOf(trace).some((form) => text.includes(form)))
      .map(([name]) => `${name} in ${place}`),
  )
}

type Place = { place: string; text: string }

async function readDatabase({ database: { prisma } }: TestApp): Promise<Place[]> {
  const columns = await prisma.$queryRaw<{ table: string; column: string; type: string }[]>`
    SELECT table_name::text AS table, column_name::text AS column, data_type::text AS type
    FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
    WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_type = 'BASE TABLE'`
  if (columns.length < 50) throw new Error('the tables were not found')
  const places: Place[] = []
  for (const { table, column, type } of columns) {
    const value = type === 'bytea' ? `encode("${column}", 'hex')` : `"${column}"::text`
    const rows = await prisma.$queryRawUnsafe<{ value: string | null }[]>(
      `SELECT ${value} AS value FROM "${table}"`,
    )
    places.push({ place: `${table}.${column}`, text: rows.map((row) => row.value ?? '').join('\n') })
  }
  return places
}

async function readFiles(folder: string): Promise<Place[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const path = join(entry.parentPath, entry.name)
        return { place: path, text: `${path}\n${(await readFile(path)).toString('hex')}` }
      }),
  )
}

function formsOf(trace: string | Uint8Array): string[] {
  const bytes = Buffer.from(trace)
  const encoded = [bytes.toString('hex'), bytes.toString('base64').replace(/=+$/, '')]
  return typeof trace === 'string' ? [trace, JSON.stringify(trace).slice(1, -1), ...encoded] : encoded
}
