import type { LoginResult } from '@repo/shared'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startBreakableProxy } from '../support/breakable-proxy.ts'
import { createPostgresDatabase, hasDatabase } from '../support/database.ts'
import { createTestApp, problem, type TestApp } from '../support/test-app.ts'
import { timed } from '../support/timed.ts'

describe.runIf(hasDatabase)('when the database is unavailable', () => {
  let testApp: TestApp
  let login: LoginResult
  let wire: Awaited<ReturnType<typeof startBreakableProxy>>
  beforeAll(async () => {
    const { config, remove } = await createPostgresDatabase()
    wire = await startBreakableProxy(new URL(config.url))
    testApp = await createTestApp({}, { config: { url: wire.url }, remove })
  })
  beforeEach(async () => {
    wire.mend()
    login = await testApp.login('person-0')
  })
  afterAll(async () => {
    await testApp.close()
    await wire.close()
  })

  const requests = async () => [
    await testApp.call('GET /health/ready'),
    await testApp.call('GET /v1/me', { token: login.accessToken }),
    await testApp.call('POST /v1/auth/refresh', { body: { refreshToken: login.refreshToken } }),
    await testApp.call('POST /v1/auth/logout', { token: login.accessToken }),
    await testApp.call('POST /v1/auth/login', { body: { code: await testApp.code('person-0') } }),
    await testApp.call('POST /v1/auth/login', { body: { code: await testApp.code('person-1') } }),
  ]

  it('the API returns 503 with Retry-After, stays alive, and recovers by itself with every session', async () => {
    wire.cut()
    for (const answer of await requests()) {
      expect(answer).toMatchObject(problem('database_unavailable', 503))
      expect(answer.headers['retry-after']).toBe('5')
    }
    expect(await testApp.call('GET /health/live')).toMatchObject({ status: 200 })
    wire.mend()
    expect(await testApp.call('GET /v1/me', { token: login.accessToken })).toMatchObject({ status: 200 })
    const body = { refreshToken: login.refreshToken }
    expect(await testApp.call('POST /v1/auth/refresh', { body })).toMatchObject({ status: 200 })
  })

  it.each(['cut', 'silence'] as const)(
    'the API is not ready within two seconds (%s), and ready again as soon after the recovery',
    async (fail) => {
      const readiness = () => testApp.call('GET /health/ready').then(({ status }) => status)
      const expectSoon = async (status: number) => {
        const { durationMs } = await timed(() => expect.poll(readiness).toBe(status))
        expect(durationMs).toBeLessThan(2500)
      }
      await expectSoon(200)
      wire[fail]()
      await expectSoon(503)
      wire.mend()
      await expectSoon(200)
    },
  )

  it('the API waits a bounded time for a database that does not respond', async () => {
    wire.silence()
    const { answer, durationMs } = await timed(() => testApp.call('GET /v1/me', { token: login.accessToken }))
    expect(answer).toMatchObject(problem('database_unavailable', 503))
    expect(durationMs).toBeLessThan(13_000)
    wire.mend()
    expect(await testApp.call('GET /v1/me', { token: login.accessToken })).toMatchObject({ status: 200 })
  })
})
