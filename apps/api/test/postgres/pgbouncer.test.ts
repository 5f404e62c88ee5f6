import type { LoginResult } from '@repo/shared'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { openDatabase } from '../../src/infra/database/client.ts'
import { checkSession, createPool } from '../../src/infra/database/connection.ts'
import { createLog } from '../../src/infra/logging/logger.ts'
import { createPostgresDatabase, hasDatabase } from '../support/database.ts'
import { migrationsFolder } from '../support/embedded-templates.ts'
import { hasPgbouncer, startPgbouncer } from '../support/pgbouncer.ts'
import { createTestApp } from '../support/test-app.ts'

const log = createLog({ environment: 'test', logLevel: 'silent' })
const ignoresTimeouts = { ignore_startup_parameters: 'statement_timeout,idle_in_transaction_session_timeout' }

describe.runIf(hasDatabase && hasPgbouncer)('through PgBouncer', () => {
  let place: Awaited<ReturnType<typeof createPostgresDatabase>>
  beforeEach(async () => {
    place = await createPostgresDatabase()
  })
  afterEach(() => place.remove())

  async function bounce(settings: Record<string, string | number>): Promise<string> {
    const bouncer = await startPgbouncer(place.config.url, settings)
    onTestFinished(bouncer.stop)
    return bouncer.url
  }

  async function run(sql: string): Promise<void> {
    const client = new pg.Client(place.config.url)
    await client.connect()
    await client.query(sql)
    await client.end()
  }

  const setTimeouts = async () => {
    const database = databaseOf(place.config.url)
    for (const name of ['statement_timeout', 'idle_in_transaction_session_timeout'])
      await run(`ALTER ROLE CURRENT_USER IN DATABASE "${database}" SET ${name} = '5s'`)
  }
  const databaseOf = (url: string) => new URL(url).pathname.slice(1)
  const open = (url: string) => openDatabase({ url }, { migrationsFolder, log })

  it('the API works in session mode, in UTC', async () => {
    await setTimeouts()
    const url = await bounce({ pool_mode: 'session', default_pool_size: 20, ...ignoresTimeouts })
    const testApp = await createTestApp({}, { config: { url }, remove: async () => {} })
    onTestFinished(() => testApp.close())
    const { accessToken }: LoginResult = await testApp.login('person-0')
    const { body } = await testApp.call('GET /v1/me/sessions', { token: accessToken })
    expect(Math.abs(Date.now() - Date.parse(body.sessions[0].createdAt))).toBeLessThan(60_000)
    const [row] = await testApp.database.query<{ zone: string }>`SELECT current_setting('TimeZone') AS zone`
    expect(row?.zone).toBe('UTC')
  })

  it('the API keeps UTC in transaction mode, while other clients of the connection use other zones', async () => {
    await setTimeouts()
    const url = await bounce({ pool_mode: 'transaction', default_pool_size: 2, ...ignoresTimeouts })
    const pool = createPool({ connectionString: url }, { max: 6, timeouts: true })
    const other = new pg.Client(url)
    await other.connect()
    onTestFinished(async () => {
      await other.end()
      await pool.end()
    })
    const zones = new Set<string>()
    for (let round = 0; round < 20; round += 1) {
      // As any other application would behind the same PgBouncer.
      await other.query(`SET timezone = 'America/New_York'`)
      const results = await Promise.all(
        Array.from({ length: 6 }, () =>
          pool.query<{ zone: string }>(`SELECT current_setting('TimeZone') AS zone, pg_sleep(0.01)::text`),
        ),
      )
      for (const { rows } of results) zones.add(rows[0]?.zone ?? '')
    }
    expect([...zones]).toEqual(['UTC'])
  })

  it('the API does not start, and names the remedy, when PgBouncer rejects or drops the timeouts', async () => {
    const refusing = await bounce({ pool_mode: 'session' })
    await expect(open(refusing)).rejects.toThrow(/pooler that rejects a setting .*ignore_startup_parameters/)
    const dropping = await bounce({ pool_mode: 'session', ...ignoresTimeouts })
    await expect(open(dropping)).rejects.toThrow(
      /statement_timeout of 0 ms instead of 5000, .*ALTER ROLE … SET statement_timeout = '5000ms'/,
    )
  })
})

describe.runIf(hasDatabase)('a session', () => {
  let place: Awaited<ReturnType<typeof createPostgresDatabase>>
  beforeAll(async () => {
    place = await createPostgresDatabase()
  })
  afterAll(() => place?.remove())

  it.each([
    [`SET timezone = 'Asia/Urumqi'`, /time zone Asia\/Urumqi instead of UTC/],
    [`SET datestyle = 'German'`, /DateStyle German/],
    [`SET default_transaction_isolation = 'repeatable read'`, /isolation level repeatable read/],
    ['CREATE SCHEMA other; SET search_path = other', /the schema other, and the API only public/],
    ['SET search_path = nowhere', /the schema of no name/],
  ])('is rejected after %s', async (sql, fault) => {
    const client = new pg.Client(place.config.url)
    await client.connect()
    try {
      await client.query(`SET timezone = 'UTC'`)
      await checkSession(client, { timeouts: false })
      await client.query(sql)
      await expect(checkSession(client, { timeouts: false })).rejects.toThrow(fault)
    } finally {
      await client.end()
    }
  })
})
