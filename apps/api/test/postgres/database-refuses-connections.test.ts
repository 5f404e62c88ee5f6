import { Socket } from 'node:net'
import type { LoginResult } from '@repo/shared'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { toApiError } from '../../src/http/errors.ts'
import { createPostgresDatabase, hasDatabase } from '../support/database.ts'
import { createTestApp, problem, type TestApp } from '../support/test-app.ts'

/** PostgreSQL says itself that it cannot serve at the moment. */
describe.runIf(hasDatabase)('a database that is temporarily unavailable', () => {
  let testApp: TestApp
  let login: LoginResult
  let operator: pg.Client
  let database: string
  beforeAll(async () => {
    const place = await createPostgresDatabase()
    database = new URL(place.config.url).pathname.slice(1)
    operator = new pg.Client(place.config.url)
    await operator.connect()
    const remove = async () => {
      await operator.end()
      await place.remove()
    }
    testApp = await createTestApp({}, { config: place.config, remove })
    login = await testApp.login('person-0')
  })
  afterEach(() => vi.restoreAllMocks())
  afterAll(() => testApp?.close())

  const endConnections = () =>
    operator.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    )
  const set = (setting: string) => operator.query(`ALTER DATABASE "${database}" SET ${setting}`)

  /** Raw SQL, Prisma's client in a transaction, and raw SQL in a transaction. */
  const writes = async () => [
    await testApp.call('POST /v1/auth/login', { body: { code: await testApp.code('person-0') } }),
    await testApp.call('PUT /v1/me/profile', { token: login.accessToken, body: { gender: 'male' } }),
    await testApp.call('POST /v1/auth/login', { body: { code: await testApp.code('person-1') } }),
  ]

  it('leads to 503 with Retry-After for writes while it is read-only, and to normal reads', async () => {
    await set('default_transaction_read_only = on')
    await endConnections()
    await expect.poll(async () => (await testApp.call('GET /health/ready')).status).toBe(503)
    for (const answer of await writes()) {
      expect(answer).toMatchObject(problem('database_unavailable', 503))
      expect(answer.headers['retry-after']).toBe('5')
    }
    expect(await testApp.call('GET /v1/me', { token: login.accessToken })).toMatchObject({ status: 200 })
    await set('default_transaction_read_only = off')
    // Each read-only connection gets one request at the most: then it is closed, and a new one can write.
    for (let attempt = 0; attempt < 10; attempt += 1) await writes()
    const body = { code: await testApp.code('person-0') }
    expect(await testApp.call('POST /v1/auth/login', { body })).toMatchObject({ status: 200 })
    await expect.poll(async () => (await testApp.call('GET /health/ready')).status).toBe(200)
  })

  it('leads to 503 when it ends the session in a transaction, or after an idle one', async () => {
    const ended = testApp.database.transaction(async (query) => {
      const [self] = await query<{ pid: number }>`SELECT pg_backend_pid() AS pid`
      await operator.query('SELECT pg_terminate_backend($1)', [self?.pid])
      await new Promise((resolve) => setTimeout(resolve, 200))
      return query`SELECT 1`
    })
    const idle = testApp.database.prisma.$transaction(async (transaction) => {
      await transaction.$executeRaw`SET LOCAL idle_in_transaction_session_timeout = 100`
      await new Promise((resolve) => setTimeout(resolve, 1000))
      return transaction.$queryRaw`SELECT 1`
    })
    for (const work of [ended, idle]) {
      const error = await work.then(() => null, toApiError)
      expect(error?.code).toBe('database_unavailable')
    }
  })

  it('leads to 503 when there is no free connection', async () => {
    await operator.query('CREATE ROLE limited LOGIN PASSWORD $$p$$ CONNECTION LIMIT 0')
    try {
      const url = new URL(`postgresql://limited:p@${operator.host}:${operator.port}/${database}`)
      const client = new pg.Client(url.href)
      const error = await client.connect().then(
        () => null,
        (error: Error) => error,
      )
      expect(error).toMatchObject({ code: '53300' })
      expect(toApiError(error as Error).code).toBe('database_unavailable')
    } finally {
      await operator.query('DROP ROLE limited')
    }
  })

  it('repeats a transaction after a deadlock, in Prisma and in raw SQL', async () => {
    await operator.query('CREATE TABLE pair (id int PRIMARY KEY, n int NOT NULL)')
    await operator.query('INSERT INTO pair VALUES (1, 0), (2, 0)')
    const { prisma, transaction } = testApp.database
    let tries = 0
    /** Two that take the same rows in the opposite order; each waits until the other has its first. */
    const cross = async (
      run: (work: (update: (id: number) => Promise<unknown>) => Promise<void>) => Promise<void>,
    ) => {
      let waiting = 2
      let open = () => {}
      const both = new Promise<void>((resolve) => {
        open = resolve
      })
      const work = (ids: [number, number]) =>
        run(async (update) => {
          tries += 1
          await update(ids[0])
          waiting -= 1
          if (waiting <= 0) open()
          await both
          await update(ids[1])
        })
      await Promise.all([work([1, 2]), work([2, 1])])
    }
    await cross((work) =>
      transaction((query) => work((id) => query`UPDATE pair SET n = n + 1 WHERE id = ${id}::integer`)),
    )
    await cross((work) =>
      prisma.$transaction((transaction) =>
        work((id) => transaction.$executeRaw`UPDATE pair SET n = n + 1 WHERE id = ${id}::integer`),
      ),
    )
    expect(tries).toBeGreaterThan(4)
    const { rows } = await operator.query('SELECT n FROM pair')
    expect(rows).toEqual([{ n: 4 }, { n: 4 }])
  })

  it.each(['ECONNABORTED', 'EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN', 'EHOSTDOWN'])(
    'leads to 503 when a connection fails with %s',
    async (code) => {
      vi.spyOn(Socket.prototype, 'connect').mockImplementation(function (this: Socket) {
        const error = Object.assign(new Error(`connect ${code}`), { code, errno: -1, syscall: 'connect' })
        process.nextTick(() => this.destroy(error))
        return this
      })
      await endConnections()
      await expect.poll(() => testApp.database.poolStats().total).toBe(0)
      const answers = [
        await testApp.call('GET /v1/me', { token: login.accessToken }),
        await testApp.call('PUT /v1/me/profile', { token: login.accessToken, body: { gender: 'male' } }),
      ]
      // Its answer is given again for a second.
      await expect.poll(async () => (await testApp.call('GET /health/ready')).status).toBe(503)
      for (const answer of answers) {
        expect(answer).toMatchObject(problem('database_unavailable', 503))
        expect(answer.headers['retry-after']).toBe('5')
      }
    },
  )
})
