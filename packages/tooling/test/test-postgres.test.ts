import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { startTestPostgres, type TestPostgres } from '../src/test-postgres.ts'

const environment = { PATH: process.env.PATH, CI: process.env.CI }
const found = await startTestPostgres({ environment })

describe.skipIf(found === null)('a PostgreSQL for tests', () => {
  const server = found as TestPostgres
  afterAll(() => server.stop())

  it('creates a separate, empty database for every caller', async () => {
    const [first, second] = await Promise.all([server.createDatabase(), server.createDatabase()])
    await query(first.url, 'CREATE TABLE mark ()')
    expect(await query(first.url, `SELECT to_regclass('mark') IS NOT NULL AS value`)).toBe(true)
    expect(await query(second.url, `SELECT to_regclass('mark') IS NOT NULL AS value`)).toBe(false)
  })

  it('starts every session in Asia/Shanghai, or in the requested time zone', async () => {
    const zone = `SELECT current_setting('TimeZone') AS value`
    expect(await query((await server.createDatabase()).url, zone)).toBe('Asia/Shanghai')
    const { url } = await server.createDatabase({ timeZone: 'America/New_York' })
    expect(await query(url, zone)).toBe('America/New_York')
  })

  it('accepts 200 connections', async () => {
    const { url } = await server.createDatabase()
    expect(await query(url, `SELECT current_setting('max_connections')::int AS value`)).toBe(200)
  })

  it('rejects a login without the password', async () => {
    const { url } = await server.createDatabase()
    const withoutPassword = new URL(url)
    withoutPassword.password = 'guessed'
    await expect(query(withoutPassword.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' })
  })

  it('drops a database that has open connections', async () => {
    const database = await server.createDatabase()
    const { ended } = await connect(database.url)
    await database.drop()
    await ended
    await expect(query(database.url, 'SELECT 1')).rejects.toMatchObject({ code: '3D000' })
  })

  it('keeps the data when it restarts, and closes every connection', async () => {
    const { url } = await server.createDatabase()
    await query(url, 'CREATE TABLE mark ()')
    const { ended } = await connect(url)
    await server.restart?.()
    await ended
    expect(await query(url, `SELECT to_regclass('mark') IS NOT NULL AS value`)).toBe(true)
  })

  it('writes through to the disk when the option is set', async () => {
    const durable = (await startTestPostgres({ durable: true, environment })) as TestPostgres
    onTestFinished(() => durable.stop())
    const { url } = await durable.createDatabase()
    expect(await query(url, `SELECT current_setting('fsync') AS value`)).toBe('on')
  })

  it('leaves no server and no files when the tests stop it', async () => {
    const stopped = (await startTestPostgres({ environment })) as TestPostgres
    const { url } = await stopped.createDatabase()
    const folder = await query(url, `SELECT current_setting('data_directory') AS value`)
    expect(existsSync(folder)).toBe(true)
    await stopped.stop()
    expect(existsSync(folder)).toBe(false)
    await expect(query(url, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('leaves no server and no files when the tests are killed', async () => {
    const module = fileURLToPath(new URL('../src/test-postgres.ts', import.meta.url))
    const script = `
      const { startTestPostgres } = await import(${JSON.stringify(module)})
      const server = await startTestPostgres()
      console.log((await server.createDatabase()).url)
      setInterval(() => {}, 1_000)`
    const tests = spawn(
      process.execPath,
      ['--import', import.meta.resolve('tsx'), '--input-type=module', '-e', script],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: environment,
      },
    )
    const [output] = await once(tests.stdout, 'data')
    const url = String(output).trim()
    const folder = await query(url, `SELECT current_setting('data_directory') AS value`)
    tests.kill('SIGKILL')
    await vi.waitFor(() => expect(existsSync(folder)).toBe(false), { timeout: 30_000 })
    await expect(query(url, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('never touches the server of DATABASE_URL', async () => {
    const { url } = await server.createDatabase()
    const countDatabases = () => query(url, 'SELECT count(*)::int AS value FROM pg_database')
    const before = await countDatabases()
    const other = (await startTestPostgres({
      environment: { ...environment, DATABASE_URL: url },
    })) as TestPostgres
    onTestFinished(() => other.stop())
    const database = await other.createDatabase()
    expect(new URL(database.url).port).not.toBe(new URL(url).port)
    expect(await countDatabases()).toBe(before)
  })

  it('uses the server of TEST_DATABASE_URL, and drops what it created there', async () => {
    const { url } = await server.createDatabase()
    const countDatabases = () => query(url, 'SELECT count(*)::int AS value FROM pg_database')
    const before = await countDatabases()
    const named = (await startTestPostgres({ environment: { TEST_DATABASE_URL: url } })) as TestPostgres
    const database = await named.createDatabase()
    expect(new URL(database.url).host).toBe(new URL(url).host)
    expect(database.url).not.toBe(url)
    expect(await countDatabases()).toBe(before + 1)
    expect(named.restart).toBeUndefined()
    await named.stop()
    expect(await countDatabases()).toBe(before)
  })
})

describe('on a machine without PostgreSQL', () => {
  it('prints one line and returns null', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    onTestFinished(() => warn.mockRestore())
    expect(await startTestPostgres({ environment: {}, folders: [] })).toBeNull()
    expect(warn).toHaveBeenCalledOnce()
    expect(warn.mock.calls[0]?.[0]).toContain('TEST_DATABASE_URL')
  })

  it('throws in CI, where no test may be skipped', async () => {
    await expect(startTestPostgres({ environment: { CI: 'true' }, folders: [] })).rejects.toThrow(
      'TEST_DATABASE_URL',
    )
  })
})

/** A connection that only waits for its end. */
async function connect(url: string) {
  const client = new pg.Client(url)
  client.on('error', () => {})
  const ended = new Promise<void>((resolve) => client.once('end', resolve))
  await client.connect()
  return { ended }
}

/** The value of the column `value` in the first row. */
async function query(url: string, sql: string) {
  const client = new pg.Client(url)
  await client.connect()
  try {
    const { rows } = await client.query(sql)
    return rows[0]?.value
  } finally {
    await client.end()
  }
}
