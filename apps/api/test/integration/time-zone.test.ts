import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type Database, openDatabase } from '../../src/infra/database/client.ts'
import { createLog } from '../../src/infra/logging/logger.ts'
import { createPostgresDatabase, createTestDatabase, hasDatabase } from '../support/database.ts'
import { migrationsFolder } from '../support/embedded-templates.ts'
import { expectSameMomentOnBothPaths, findTimeColumns } from '../support/time-columns.ts'

const log = createLog({ environment: 'test', logLevel: 'silent' })

/** A database whose sessions begin in a time zone of its own. */
async function createDatabaseIn(timeZone: string) {
  if (inject('databaseKind') === 'postgres') return createPostgresDatabase({ timeZone })
  const place = await createTestDatabase()
  if ('folder' in place.config)
    await appendFile(join(place.config.folder, 'postgresql.conf'), `\ntimezone = '${timeZone}'\n`)
  return place
}

const timeZones =
  inject('databaseKind') === 'postgres' ? ['Asia/Shanghai', 'America/New_York'] : ['Asia/Shanghai']

describe.runIf(hasDatabase).each(timeZones)('a database in %s', (timeZone) => {
  let place: Awaited<ReturnType<typeof createDatabaseIn>>
  let database: Database
  beforeAll(async () => {
    place = await createDatabaseIn(timeZone)
    database = await openDatabase(place.config, { migrationsFolder, log })
  })
  afterAll(async () => {
    await database?.close()
    await place?.remove()
  })

  it('stores the same instant in every column, written by Prisma or by raw SQL', async () => {
    const columns = await findTimeColumns(database.query)
    expect(columns).toContainEqual({ table: 'users', column: 'banned_until' })
    for (const column of columns) await expectSameMomentOnBothPaths(database, column)
  })

  it('uses UTC in every session of the pool, in Prisma, raw SQL and transactions', async () => {
    const { prisma, query, transaction } = database
    type Zone = { zone: string }
    const zones = await Promise.all([
      prisma.$queryRaw<Zone[]>`SELECT current_setting('TimeZone') AS zone, pg_sleep(0.1)::text`,
      query<Zone>`SELECT current_setting('TimeZone') AS zone`,
      transaction((query) => query<Zone>`SELECT current_setting('TimeZone') AS zone`),
      prisma.$transaction(
        (transaction) => transaction.$queryRaw<Zone[]>`SELECT current_setting('TimeZone') AS zone`,
      ),
    ])
    expect(zones.map(([row]) => row?.zone)).toEqual(['UTC', 'UTC', 'UTC', 'UTC'])
  })
})
