import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Database } from '../../src/infra/database/client.ts'
import { Prisma } from '../../src/infra/database/generated/client.ts'
import type { Query } from '../../src/infra/database/query.ts'

const schemaFile = join(import.meta.dirname, '../../../../prisma/schema.prisma')

/** In winter and in summer time, and in the hour that America/New_York has twice. */
const moments = ['2026-01-15T10:20:30.123Z', '2026-07-15T23:59:59.999Z', '2026-11-01T06:30:00.000Z']

type Column = { table: string; column: string }

/** Every column of the database that holds a moment. */
export const findTimeColumns = (query: Query): Promise<Column[]> => query<Column>`
  SELECT table_name AS table, column_name AS column FROM information_schema.columns
  WHERE table_schema = 'public' AND table_name <> '_prisma_migrations' AND data_type LIKE 'timestamp%'
  ORDER BY table_name, column_name`

/** Writes moments to a column through Prisma and reads them by raw SQL, and the other way round. */
export async function expectSameMomentOnBothPaths(
  { prisma, query, transaction }: Database,
  { table, column }: Column,
): Promise<void> {
  const { model, field } = await prismaNamesOf({ table, column })
  const [tableName, columnName] = [table, column].map((name) => Prisma.raw(`"${name}"`))
  await insertRow(transaction, table)
  for (const moment of moments) {
    const at = new Date(moment)
    await prisma.$transaction(async (transaction) => {
      await transaction.$executeRaw`SET LOCAL session_replication_role = replica`
      await transaction[model].updateMany({ data: { [field]: at } })
    })
    const written = await query`
      SELECT ${columnName} AS at, extract(epoch FROM ${columnName}) * 1000 = ${at.getTime()} AS same FROM ${tableName}`
    expect(written, `${table}.${column}, written by Prisma`).toEqual([{ at, same: true }])

    const later = new Date(at.getTime() + 1)
    await transaction(async (query) => {
      await query`SET LOCAL session_replication_role = replica`
      await query`UPDATE ${tableName} SET ${columnName} = ${later}`
    })
    const read = await prisma[model].findMany({ select: { [field]: true } })
    expect(read, `${table}.${column}, written by raw SQL`).toEqual([{ [field]: later }])
  }
  await transaction(async (query) => {
    await query`SET LOCAL session_replication_role = replica`
    await query`DELETE FROM ${tableName}`
  })
}

/** What Prisma's client calls a table and a column. */
async function prismaNamesOf({ table, column }: Column): Promise<{ model: 'user'; field: string }> {
  const schema = await readFile(schemaFile, 'utf8')
  const models = [...schema.matchAll(/^model (\w+) \{\n([\s\S]*?)^\}/gm)]
  const [, model = '', body = ''] = models.find(([, , text]) => text?.includes(`@@map("${table}")`)) ?? []
  const fields = [...body.matchAll(/^ {2}(\w+) +\w+.*$/gm)]
  const field = fields.find(([line, name]) => (/@map\("(\w+)"\)/.exec(line)?.[1] ?? name) === column)?.[1]
  if (field === undefined) throw new Error(`the schema of Prisma has no ${table}.${column}`)
  // Each model has other fields: one of them stands for all.
  return { model: (model.charAt(0).toLowerCase() + model.slice(1)) as 'user', field }
}

/** One row, in which every required column has some value of its type. */
async function insertRow(transaction: Database['transaction'], table: string): Promise<void> {
  await transaction(async (query) => {
    // No foreign keys, and no trigger that refuses changes: only the types matter here.
    await query`SET LOCAL session_replication_role = replica`
    const required = await query<{ column_name: string; udt_name: string }>`
      SELECT column_name, udt_name FROM information_schema.columns
      WHERE table_schema = 'public' AND table_name = ${table} AND is_nullable = 'NO' AND column_default IS NULL`
    const names = required.map(({ column_name }) => `"${column_name}"`)
    const values = required.map(({ udt_name }) => samples[udt_name] ?? `no sample of type ${udt_name}`)
    const sql = names.length > 0 ? `(${names.join()}) VALUES (${values.join()})` : 'DEFAULT VALUES'
    await query`${Prisma.raw(`INSERT INTO "${table}" ${sql}`)}`
  })
}

const samples: Record<string, string> = {
  bool: 'true',
  bytea: `'\\x01'`,
  content_kind: `'avatar'`,
  inet: `'::1'`,
  int4: '1',
  int8: '1',
  jsonb: `'{}'`,
  text: `'x'`,
  timestamptz: 'now()',
  uuid: `'01900000-0000-7000-8000-000000000001'`,
}
