import { execFile, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@repo/tooling/free-port'
import { startTestPostgres } from '@repo/tooling/test-postgres'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseDatabaseUrl } from '../../src/config/database-url.ts'
import { openDatabase } from '../../src/infra/database/client.ts'
import { createLog } from '../../src/infra/logging/logger.ts'
import { hasDatabase } from '../support/database.ts'
import { migrationsFolder } from '../support/embedded-templates.ts'
import { testVariables } from '../support/test-app.ts'

const log = createLog({ environment: 'test', logLevel: 'silent' })

describe.runIf(hasDatabase)('a database that cannot be opened', () => {
  let server: NonNullable<Awaited<ReturnType<typeof startTestPostgres>>>
  let url: string
  let folder: string
  beforeAll(async () => {
    // A server of its own, since it gets a certificate.
    const started = await startTestPostgres({ environment: { PATH: process.env.PATH, CI: process.env.CI } })
    if (!started) throw new Error('there is no PostgreSQL for tests')
    server = started
    url = (await server.createDatabase()).url
    folder = mkdtempSync(join(tmpdir(), 'certificates-'))
    await turnTlsOn()
  })
  afterAll(async () => {
    await server?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  /** A certificate for `localhost`, by a CA of ours. */
  async function turnTlsOn(): Promise<void> {
    const openssl = (...words: string[]) => execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' })
    const request = ['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
    openssl(...request, '-x509', '-days', '2', '-subj', '/CN=Our CA', '-keyout', 'ca.key', '-out', 'ca.pem')
    openssl(
      ...request,
      '-subj',
      '/CN=localhost',
      '-addext',
      'subjectAltName=DNS:localhost',
      '-keyout',
      'server.key',
      '-out',
      'server.csr',
    )
    openssl(
      'x509',
      '-req',
      '-in',
      'server.csr',
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca.key',
      '-CAcreateserial',
      '-days',
      '2',
      '-copy_extensions',
      'copy',
      '-out',
      'server.pem',
    )
    const client = new pg.Client(url)
    await client.connect()
    const { rows } = await client.query(`SELECT current_setting('data_directory') AS data`)
    // The server reads its key only if it owns the file.
    const { uid, gid } = statSync(rows[0].data)
    if (process.getuid?.() === 0)
      for (const path of [folder, join(folder, 'server.key'), join(folder, 'server.pem')])
        chownSync(path, uid, gid)
    await client.query(`ALTER SYSTEM SET ssl_cert_file = '${folder}/server.pem'`)
    await client.query(`ALTER SYSTEM SET ssl_key_file = '${folder}/server.key'`)
    await client.query('ALTER SYSTEM SET ssl = on')
    await client.query('SELECT pg_reload_conf()')
    await client.end()
  }

  /** The URL of the server, with something in it changed. */
  const with_ = (changes: Partial<URL>, query = '') => {
    const changed = Object.assign(new URL(url), changes)
    changed.search = query
    return changed.href
  }
  const open = async (text: string) => openDatabase(parseDatabaseUrl(text), { migrationsFolder, log })
  const faultOf = async (text: string) => {
    const { message } = await open(text).then(
      () => new Error('it opened'),
      (error: Error) => error,
    )
    expect(message).not.toContain('\n')
    expect(message).not.toContain(new URL(url).password)
    expect(message).not.toContain('hunter2')
    return message
  }

  it('is reported with its reason in one line that says what to change', async () => {
    expect(await faultOf(with_({ hostname: 'no-such-host.invalid' }))).toMatch(
      /^DATABASE_URL: the host no-such-host\.invalid is not found: correct its name/,
    )
    expect(await faultOf(with_({ port: String(await freePort()) }))).toMatch(
      /^DATABASE_URL: nothing listens on 127\.0\.0\.1:\d+: start PostgreSQL there/,
    )
    expect(await faultOf(with_({ password: 'hunter2' }))).toMatch(
      /rejects the password of postgres: correct it/,
    )
    expect(await faultOf(with_({ password: '' }))).toMatch(
      /asks for the password of postgres, and there is none/,
    )
    expect(await faultOf(with_({ username: 'stranger' }))).toMatch(/rejects the (password|login) of stranger/)
    expect(await faultOf(with_({ pathname: '/missing' }))).toMatch(
      /there is no database missing on .*: CREATE DATABASE/,
    )
    const silent = createServer(() => {}).listen(0, '127.0.0.1')
    const closing = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1')
    await Promise.all([silent, closing].map((each) => each.listening || once(each, 'listening')))
    try {
      for (const { port } of [silent, closing].map((each) => each.address() as { port: number }))
        expect(await faultOf(with_({ port: String(port) }))).toMatch(
          /does not respond.*: correct the host and the port/,
        )
    } finally {
      silent.close()
      closing.close()
    }
  })

  it('is verified only against the CA and the host of its certificate', async () => {
    const ca = encodeURIComponent(join(folder, 'ca.pem'))
    expect(await faultOf(with_({ hostname: 'localhost' }, '?sslmode=verify-full'))).toMatch(
      /the certificate of localhost:\d+ cannot be verified \(\w+\): add sslrootcert=/,
    )
    expect(await faultOf(with_({ hostname: '127.0.0.1' }, `?sslmode=verify-full&sslrootcert=${ca}`))).toMatch(
      /the certificate of 127\.0\.0\.1:\d+ is for other hosts/,
    )
    for (const mode of ['verify-full', 'require']) {
      const database = await open(with_({ hostname: 'localhost' }, `?sslmode=${mode}&sslrootcert=${ca}`))
      const [row] = await database.query<{
        ssl: boolean
      }>`SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()`
      await database.close()
      expect(row?.ssl).toBe(true)
    }
  })

  /** Runs one of our programs. */
  const run = (program: string, variables: Record<string, string>, words: string[] = []) =>
    new Promise<{ code: number; out: string; fault: string }>((resolve) => {
      const { PATH = '', HOME = '' } = process.env
      const options = {
        cwd: join(import.meta.dirname, '../..'),
        env: { PATH, HOME, NODE_ENV: 'test', ...variables },
      }
      execFile(process.execPath, ['--import', 'tsx', program, ...words], options, (error, out, fault) =>
        resolve({ code: error === null ? 0 : Number(error.code), out, fault }),
      )
    })

  it('ends each program with this line and the exit code 1', { timeout: 180_000 }, async () => {
    const variables = {
      ...testVariables('http://127.0.0.1:1'),
      DATABASE_URL: with_({ pathname: '/missing' }),
    }
    const line = /^DATABASE_URL: there is no database missing on .*\n$/
    for (const [program, words] of [
      ['src/server.ts', []],
      ['src/cli/grant-admin.ts', ['019a0000-0000-7000-8000-000000000000']],
      ['src/cli/migrate.ts', []],
    ] as const) {
      const { code, fault } = await run(program, variables, [...words])
      expect([code, fault], program).toEqual([1, expect.stringMatching(line)])
    }
  })

  it('is verified with NODE_EXTRA_CA_CERTS, also by a migration that has only DATABASE_URL', {
    timeout: 120_000,
  }, async () => {
    const DATABASE_URL = with_({ hostname: 'localhost' }, '?sslmode=verify-full')
    const NODE_EXTRA_CA_CERTS = join(folder, 'ca.pem')
    const { code, out, fault } = await run('src/cli/migrate.ts', { DATABASE_URL, NODE_EXTRA_CA_CERTS })
    expect({ code, fault }).toEqual({ code: 0, fault: '' })
    expect(out).toMatch(/no migration was missing|applied\n/)
  })
})
