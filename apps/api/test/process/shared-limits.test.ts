import { setTimeout as sleep } from 'node:timers/promises'
import { startTestRedis, type TestRedis } from '@repo/tooling/test-redis'
import { startWechatSimulator, type WechatSimulator } from '@repo/wechat-simulator'
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { type ApiProcess, startApiProcess } from '../support/api-process.ts'
import { createPostgresDatabase } from '../support/database.ts'
import { apps, people, testVariables } from '../support/test-app.ts'
import { timed } from '../support/timed.ts'

const redis = await startTestRedis()
afterAll(() => redis?.stop())

type Answer = { status: number; retryAfter: number; body: { code?: string; refreshToken: string } }

const patience = { timeout: 60_000 }

describe.runIf(inject('postgresUrl') !== null && redis !== null)(
  'two instances with one database and one Redis',
  patience,
  () => {
    let simulator: WechatSimulator
    let database: Awaited<ReturnType<typeof createPostgresDatabase>>
    let here: ApiProcess
    let there: ApiProcess
    beforeAll(async () => {
      simulator = await startWechatSimulator({ apps, users: people })
      database = await createPostgresDatabase()
      const variables = {
        ...testVariables(simulator.url),
        PUBLIC_URL: 'http://api.test',
        DATABASE_URL: database.config.url,
        REDIS_URL: (redis as TestRedis).url,
        // So that a test may choose the address that it comes from.
        TRUSTED_PROXIES: '127.0.0.1',
        LIMIT_LOGIN_PER_IP: '9',
        LIMIT_LOGIN_PER_USER: '5',
        LIMIT_REFRESH_PER_SESSION: '5',
        LIMIT_PASSWORD_PER_ACCOUNT: '2',
      }
      here = await startApiProcess(variables)
      there = await startApiProcess(variables)
      await Promise.all([here.ready(), there.ready()])
      // The first request of a process is its slowest: Redis must not seem to be away because of it.
      for (const api of [here, there]) expect((await logIn(api, 'person-399', '192.0.2.9')).status).toBe(200)
    })
    afterAll(async () => {
      for (const api of [here, there]) {
        api?.child.kill('SIGTERM')
        expect(await api?.ended, api?.output()).toBe(0)
      }
      await database?.remove()
      await simulator?.close()
    })

    async function post(api: ApiProcess, path: string, body: object, address: string): Promise<Answer> {
      const response = await fetch(`${api.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
        body: JSON.stringify(body),
      })
      return {
        status: response.status,
        retryAfter: Number(response.headers.get('retry-after')),
        body: (await response.json()) as Answer['body'],
      }
    }
    async function logIn(api: ApiProcess, person: string, address: string): Promise<Answer> {
      const minted = await fetch(`${simulator.url}/__simulator/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ appId: apps[0].appId, person }),
      })
      const { code } = (await minted.json()) as { code: string }
      return post(api, '/v1/auth/login', { code }, address)
    }

    /** Sends requests to both instances at the same time. @returns how many were allowed; all others were over a limit. */
    async function allowedOf(
      requests: number,
      send: (api: ApiProcess, index: number) => Promise<Answer>,
    ): Promise<number> {
      const answers = await Promise.all(
        Array.from({ length: requests }, (_, index) => send(index % 2 === 0 ? here : there, index)),
      )
      const statuses = answers.map(({ status }) => status)
      const allowed = statuses.filter((status) => status === 200).length
      expect(statuses.filter((status) => status === 429)).toHaveLength(requests - allowed)
      return allowed
    }

    /** What the other instance says two seconds after a limit was reached is about the window that began then. */
    async function expectOneWindow(
      openedAt: number,
      send: (api: ApiProcess) => Promise<Answer>,
    ): Promise<void> {
      await sleep(2000)
      for (const api of [here, there]) {
        const { status, body, retryAfter } = await send(api)
        const leftSeconds = 60 - (performance.now() - openedAt) / 1000
        expect([status, body.code]).toEqual([429, 'rate_limited'])
        expect(retryAfter).toBeGreaterThanOrEqual(leftSeconds)
        expect(retryAfter).toBeLessThanOrEqual(58)
      }
    }

    it('allow an IP as many logins as the limit, over both together', async () => {
      const openedAt = performance.now()
      const send = (api: ApiProcess, index: number) => logIn(api, `person-${index}`, '192.0.2.1')
      expect(await allowedOf(20, send)).toBe(9)
      await expectOneWindow(openedAt, (api) => send(api, 0))
      expect((await logIn(there, 'person-0', '192.0.2.2')).status).toBe(200)
    })

    it('allow a user as many logins as the limit, from any IP and over both together', async () => {
      const openedAt = performance.now()
      const send = (api: ApiProcess, index: number) => logIn(api, 'person-100', `198.51.100.${index}`)
      expect(await allowedOf(12, send)).toBe(5)
      await expectOneWindow(openedAt, (api) => send(api, 50))
      expect((await logIn(there, 'person-101', '198.51.100.1')).status).toBe(200)
    })

    it('allow a session as many refreshes as the limit, over both together', async () => {
      const { body } = await logIn(here, 'person-102', '192.0.2.3')
      const { refreshToken } = body
      const openedAt = performance.now()
      const send = (api: ApiProcess) => post(api, '/v1/auth/refresh', { refreshToken }, '192.0.2.3')
      expect(await allowedOf(12, send)).toBe(5)
      await expectOneWindow(openedAt, send)
    })

    it('allow as many password guesses as the limit, over both together, and reset it by the right password', async () => {
      const account = { username: 'shared-one', password: 'correct horse battery' }
      const send = (api: ApiProcess, path: string, body: object) =>
        post(api, path, body, '192.0.2.4').then(({ status }) => status)
      expect(await send(here, '/v1/auth/register', account)).toBe(200)
      const logInWith = (api: ApiProcess, password: string) =>
        send(api, '/v1/auth/password-login', { ...account, password })
      expect([await logInWith(here, 'wrong'), await logInWith(there, account.password)]).toEqual([400, 200])
      const statuses = [await logInWith(here, 'wrong'), await logInWith(there, 'wrong')]
      expect([...statuses, await logInWith(here, account.password)]).toEqual([400, 400, 429])
    })

    it.skipIf(redis?.power === undefined)(
      'count separately while Redis is down, log it once, and count together again afterwards',
      async () => {
        const { kill, start } = (redis as TestRedis).power as NonNullable<TestRedis['power']>
        const lines = (api: ApiProcess, words: string) => api.output().split(words).length - 1
        const untilBothSay = (words: string) =>
          vi.waitFor(
            () => {
              for (const api of [here, there]) expect(lines(api, words)).toBe(1)
            },
            { timeout: 30_000 },
          )
        await kill()
        try {
          await untilBothSay('"Redis does not count')
          const { answer, durationMs } = await timed(() =>
            allowedOf(24, (api, index) => logIn(api, `person-${200 + index}`, '203.0.113.1')),
          )
          expect(answer).toBe(9 + 9)
          // Each would wait for seconds if it tried to connect.
          expect(durationMs).toBeLessThan(5000)
          await sleep(3500)
          await untilBothSay('"Redis does not count')
        } finally {
          await start()
        }
        await untilBothSay('"Redis counts again')
        expect(await allowedOf(24, (api, index) => logIn(api, `person-${300 + index}`, '203.0.113.1'))).toBe(
          9,
        )
        await untilBothSay('"Redis does not count')
      },
    )
  },
)
