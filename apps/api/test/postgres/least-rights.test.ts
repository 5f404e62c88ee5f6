import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startTestPostgres } from '@repo/tooling/test-postgres'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { migrateDatabase, openDatabase } from '../../src/infra/database/client.ts'
import { createLog } from '../../src/infra/logging/logger.ts'
import { startRetention } from '../../src/maintenance/retention.ts'
import { hasDatabase } from '../support/database.ts'
import { migrationsFolder } from '../support/embedded-templates.ts'
import { createTestApp } from '../support/test-app.ts'

const log = createLog({ environment: 'test', logLevel: 'silent' })
const rolesFile = join(import.meta.dirname, '../../../../docker/create-roles.sql')

/** The roles of compose.yaml, made by its own file. */
describe.runIf(hasDatabase)('the roles of compose.yaml', () => {
  let server: NonNullable<Awaited<ReturnType<typeof startTestPostgres>>>
  let owner: string
  let api: string
  beforeAll(async () => {
    // A server of its own, since roles belong to a whole server.
    const started = await startTestPostgres({ environment: { PATH: process.env.PATH, CI: process.env.CI } })
    if (!started) throw new Error('there is no PostgreSQL for tests')
    server = started
    const { url } = await server.createDatabase()
    await promisify(execFile)('psql', [url, '--no-psqlrc', '--quiet', '--file', rolesFile], {
      env: { PATH: process.env.PATH, DATABASE_OWNER_PASSWORD: "ow'ner", DATABASE_API_PASSWORD: 'api' },
    })
    const of = (user: string, password: string) => {
      const own = new URL(url)
      Object.assign(own, { username: user, password, pathname: '/api' })
      return own.href
    }
    owner = of('owner', "ow'ner")
    api = of('api', 'api')
  })
  afterAll(() => server?.stop())

  const run = async (url: string, sql: string) => {
    const client = new pg.Client(url)
    await client.connect()
    try {
      return (await client.query(sql)).rows
    } finally {
      await client.end()
    }
  }
  const open = (url: string, folder = migrationsFolder) =>
    openDatabase({ url }, { migrationsFolder: folder, log })

  it('let the API run with a role that can only read and write rows, once the owner has migrated', async () => {
    await expect(open(api)).rejects.toThrow(/permission denied for schema public\. .*node dist\/migrate\.js/)
    const { applied } = await migrateDatabase({ url: owner }, migrationsFolder)
    expect(applied.length).toBeGreaterThan(0)
    expect((await migrateDatabase({ url: owner }, migrationsFolder)).applied).toEqual([])

    const testApp = await createTestApp({}, { config: { url: api }, remove: async () => {} })
    onTestFinished(() => testApp.close())
    const { accessToken, refreshToken } = await testApp.login('person-0')
    const body = { refreshToken }
    expect(await testApp.call('POST /v1/auth/refresh', { body })).toMatchObject({ status: 200 })
    expect(await testApp.call('POST /v1/auth/logout', { token: accessToken })).toMatchObject({ status: 204 })

    const leaving = await testApp.login('person-1')
    const proof = { code: await testApp.code('person-1') }
    expect(
      await testApp.call('POST /v1/me/delete', { token: leaving.accessToken, body: { proof } }),
    ).toMatchObject({ status: 204 })
    expect(await run(owner, 'SELECT ip FROM sealed_network_logs')).not.toEqual([])
    const retention = startRetention({ database: testApp.database, config: testApp.config, log })
    expect(await retention.runOnce()).toMatchObject({ sealedNetworkLogs: 0, deadJobs: 0 })
    await retention.close()

    for (const sql of [
      'SELECT ip FROM sealed_network_logs',
      'SELECT user_id FROM sealed_network_logs',
      'DELETE FROM sealed_network_logs RETURNING *',
      `UPDATE sealed_network_logs SET type = 'x'`,
      'CREATE TABLE other ()',
      'DROP TABLE users',
      'TRUNCATE audit_events',
      'ALTER TABLE audit_events DISABLE TRIGGER ALL',
      'CREATE ROLE friend SUPERUSER',
    ])
      await expect(run(api, sql), sql).rejects.toMatchObject({ code: '42501' })
    const roles = `SELECT rolname, rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname IN ('api', 'owner')`
    for (const { rolsuper, rolcreatedb, rolcreaterole } of await run(owner, roles))
      expect([rolsuper, rolcreatedb, rolcreaterole]).toEqual([false, false, false])
  })

  it('make the API name a missing migration or right at the start', async () => {
    await migrateDatabase({ url: owner }, migrationsFolder)
    const folder = await mkdtemp(join(tmpdir(), 'migrations-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    await cp(migrationsFolder, folder, { recursive: true })
    await mkdir(join(folder, '99990101000000_more'))
    await writeFile(join(folder, '99990101000000_more', 'migration.sql'), 'CREATE TABLE more ();')
    await expect(open(api, folder)).rejects.toThrow(/99990101000000_more failed .*node dist\/migrate\.js/)

    await run(owner, 'REVOKE UPDATE ON sessions FROM api')
    await expect(open(api)).rejects.toThrow(
      'the role api may not read and write sessions: GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES',
    )
    await run(owner, 'GRANT UPDATE ON sessions TO api')
    await (await open(api)).close()
  })
})
