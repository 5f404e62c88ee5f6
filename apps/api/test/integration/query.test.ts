import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type Database, openDatabase } from '../../src/infra/database/client.ts'
import { Prisma } from '../../src/infra/database/generated/client.ts'
import { createLog } from '../../src/infra/logging/logger.ts'
import { createTestDatabase, hasDatabase } from '../support/database.ts'
import { migrationsFolder } from '../support/embedded-templates.ts'

describe.runIf(hasDatabase)('raw SQL', () => {
  let place: Awaited<ReturnType<typeof createTestDatabase>>
  let database: Database
  beforeAll(async () => {
    place = await createTestDatabase()
    const log = createLog({ environment: 'test', logLevel: 'silent' })
    database = await openDatabase(place.config, { migrationsFolder, log })
  })
  afterAll(async () => {
    await database?.close()
    await place?.remove()
  })

  const addUser = (id: string) =>
    `INSERT INTO users (id, last_login_at, last_login_ip) VALUES ('${id}', now(), '::1')`
  const countUsers = async () =>
    (await database.query<{ count: number }>`SELECT count(*)::integer AS count FROM users`)[0]?.count

  it('sends values as parameters and fragments as SQL', async () => {
    const fragment = Prisma.sql`upper(${`a'; --`})`
    const [row] =
      await database.query`SELECT ${fragment} AS fragment, ${'b'} AS value, ${null}::text AS nothing`
    expect(row).toEqual({ fragment: `A'; --`, value: 'b', nothing: null })
  })

  it('runs the SQL of each time when the fragments of one template change', async () => {
    const select = async (first: unknown, second: unknown) =>
      (await database.query<{ result: string }>`SELECT concat(${first}, ${second}) AS result`)[0]?.result
    const upper = (text: string) => Prisma.sql`upper(${text}::text)`
    const lower = (text: string) => Prisma.sql`lower(${text}::text)`
    expect(await select(upper('a'), lower('B'))).toBe('Ab')
    expect(await select(upper('c'), lower('D'))).toBe('Cd')
    expect(await select(lower('A'), upper('b'))).toBe('aB')
    expect(await select(Prisma.sql`${'x'}::text`, Prisma.sql`upper(${'y'}::text || ${'z'}::text)`)).toBe(
      'xYZ',
    )
    expect(await select(Prisma.sql`${'x'}::text`, upper('y'))).toBe('xY')
  })

  it('runs the SQL of each time when a value takes the place of a fragment', async () => {
    const select = async (first: unknown, second: unknown) =>
      (await database.query`SELECT ${first} AS first, ${second} AS second`)[0]
    const one = Prisma.sql`1`
    expect(await select(one, 'two')).toEqual({ first: 1, second: 'two' })
    expect(await select('two', one)).toEqual({ first: 'two', second: 1 })
  })

  it('reads a day as midnight UTC in any time zone of the process', async () => {
    const timeZone = process.env.TZ
    process.env.TZ = 'Asia/Shanghai'
    try {
      const [row] = await database.query`SELECT '1990-05-17'::date AS birthday`
      expect(row).toEqual({ birthday: new Date('1990-05-17T00:00:00Z') })
    } finally {
      if (timeZone === undefined) delete process.env.TZ
      else process.env.TZ = timeZone
    }
  })

  it('changes nothing when its transaction throws, and returns the connection', async () => {
    const before = await countUsers()
    for (let round = 0; round < 12; round += 1) {
      const transaction = database.transaction(async (query) => {
        await query`${Prisma.raw(addUser('01900000-0000-7000-8000-00000000000a'))}`
        throw new Error('on purpose')
      })
      await expect(transaction).rejects.toThrow('on purpose')
    }
    expect(await countUsers()).toBe(before)
  })

  it('commits a transaction', async () => {
    await database.transaction(
      (query) => query`${Prisma.raw(addUser('01900000-0000-7000-8000-00000000000b'))}`,
    )
    // On the same connection: it would undo what was not committed.
    await database.query`ROLLBACK`
    const rows = await database.query`SELECT 1 FROM users WHERE id = '01900000-0000-7000-8000-00000000000b'`
    expect(rows).toHaveLength(1)
  })

  // The embedded database has one connection, so this cannot happen there.
  if (inject('databaseKind') === 'postgres') {
    it('survives a connection that breaks between two statements of a transaction', async () => {
      const transaction = database.transaction(async (query) => {
        const [self] = await query<{ pid: number }>`SELECT pg_backend_pid() AS pid`
        await database.query`SELECT pg_terminate_backend(${self?.pid}::integer)`
        await new Promise((resolve) => setTimeout(resolve, 200))
        return query`SELECT 1`
      })
      await expect(transaction).rejects.toThrow()
      expect(await countUsers()).toBeTypeOf('number')
    })
  }
})
