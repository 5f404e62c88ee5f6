import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, describe, expect, it } from 'vitest'
import { hasDatabase } from '../support/database.ts'
import { apps, createTestApp, problem, secondApp, type TestApp } from '../support/test-app.ts'
import { timed } from '../support/timed.ts'

const timeoutMs = 1000
const pauseMs = 2000

describe.runIf(hasDatabase)('while WeChat does not respond', () => {
  let testApp: TestApp
  const worlds = new Map<string, TestApp>()
  afterAll(() => Promise.all([...worlds.values()].map((started) => started.close())))

  /** Each test leaves a WeChat that answers, so those with the same variables share a world. */
  const start = async (variables: Record<string, string> = {}) => {
    const name = JSON.stringify(variables)
    const started =
      worlds.get(name) ??
      (await createTestApp({
        WECHAT_TIMEOUT_MS: String(timeoutMs),
        WECHAT_PAUSE_MS: String(pauseMs),
        WECHAT_MAXIMUM_FAILURES: '5',
        ...variables,
      }))
    worlds.set(name, started)
    testApp = started
  }
  const fail = (fault: string, times?: number) => testApp.control('PUT', 'fault', { fault, times })
  const heal = () => testApp.control('DELETE', 'fault')
  const pause = (durationMs: number) => new Promise((resolve) => setTimeout(resolve, durationMs))

  const logIn = async (person: string, body: object = {}) => {
    const code = await testApp.code(person)
    return timed(() => testApp.call('POST /v1/auth/login', { body: { code, ...body } }))
  }
  /** How many codes WeChat was asked about. */
  const exchanges = async () => {
    const { '/sns/jscode2session': count = 0 } = (await testApp.control('GET', 'calls')) as Record<
      string,
      number
    >
    return count
  }
  const unavailable = problem('wechat_unavailable', 503)

  it('the API serves everything else as fast as before while 200 logins wait, and ends those in time', async () => {
    const boundMs = 5000
    await start({ WECHAT_MAXIMUM_FAILURES: '1000', WECHAT_TIMEOUT_MS: String(boundMs) })
    const { accessToken, refreshToken } = await testApp.login('person-0')
    const measure = async () => {
      const durations: number[] = []
      for (let round = 0; round < 10; round += 1) {
        const me = await timed(() => testApp.call('GET /v1/me', { token: accessToken }))
        const refresh = await timed(() => testApp.call('POST /v1/auth/refresh', { body: { refreshToken } }))
        expect([me.answer.status, refresh.answer.status]).toEqual([200, 200])
        durations.push(me.durationMs, refresh.durationMs)
      }
      durations.sort((one, other) => one - other)
      return { medianMs: durations[durations.length / 2] ?? 0, slowestMs: durations.at(-1) ?? 0 }
    }
    await measure()
    const before = await measure()
    const codes = await Promise.all(
      Array.from({ length: 200 }, (_, index) => testApp.code(`person-${index + 1}`)),
    )
    await fail('hang')
    let waiting = codes.length
    const logins = codes.map((code) =>
      timed(() => testApp.call('POST /v1/auth/login', { body: { code } })).finally(() => {
        waiting -= 1
      }),
    )
    const during = await measure()
    expect(waiting, 'measured while they waited').toBe(200)
    // Generous, for a busy machine; whoever waited for WeChat would have needed all of its bound.
    expect(during.medianMs).toBeLessThan(before.medianMs * 10 + 50)
    expect(during.slowestMs).toBeLessThan(boundMs / 2)
    for (const { answer, durationMs } of await Promise.all(logins)) {
      expect(answer).toMatchObject(unavailable)
      expect(durationMs).toBeLessThan(boundMs * 2)
    }
  }, 60_000)

  it('the API lets a limited number of logins wait, and returns 503 with Retry-After to the others', async () => {
    const waitMs = 4000
    await start({ WECHAT_MAXIMUM_CONCURRENT_CALLS: '10', WECHAT_TIMEOUT_MS: String(waitMs) })
    const before = await exchanges()
    await fail('hang')
    const logins = await Promise.all(Array.from({ length: 30 }, (_, index) => logIn(`person-${index}`)))
    for (const { answer } of logins) expect(answer).toMatchObject(unavailable)
    const refusedAtOnce = logins.filter(({ durationMs }) => durationMs < waitMs / 2)
    expect(refusedAtOnce).toHaveLength(20)
    expect((await exchanges()) - before).toBe(10)
    for (const { answer } of refusedAtOnce) expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)

    await heal()
    await pause(pauseMs)
    expect((await logIn('person-1')).answer.status, 'their places are free again').toBe(200)
  })

  it.each(['hang', 'stall', 'reset', 'cut', '500', '502'])(
    'the API stops calling WeChat after five failures in a row (%s), and recovers by itself',
    async (fault) => {
      await start()
      await fail(fault)
      await Promise.all(Array.from({ length: 5 }, (_, index) => logIn(`person-${index}`)))

      // From here on WeChat would answer, but nobody asks it: the code stays unused.
      await heal()
      const code = await testApp.code('person-9')
      const early = await timed(() => testApp.call('POST /v1/auth/login', { body: { code } }))
      expect(early.answer).toMatchObject(unavailable)
      expect(early.answer.headers['retry-after']).toMatch(/^[12]$/)
      expect(early.durationMs).toBeLessThan(300)

      await pause(pauseMs)
      expect(await testApp.call('POST /v1/auth/login', { body: { code } })).toMatchObject({ status: 200 })
      expect((await logIn('person-1')).answer.status).toBe(200)
      expect(testApp.log()).toMatch(/calls fail immediately for now[\s\S]*WeChat is responding again/)
    },
  )

  it('the API tries one login at a time, and pauses again when that one fails', async () => {
    await start()
    await fail('hang')
    await Promise.all(Array.from({ length: 5 }, (_, index) => logIn(`person-${index}`)))
    await pause(pauseMs)
    const before = await exchanges()
    await Promise.all(Array.from({ length: 5 }, (_, index) => logIn(`person-${index}`)))
    expect((await exchanges()) - before).toBe(1)

    await heal()
    expect((await logIn('person-1')).answer, 'the pause began anew').toMatchObject(unavailable)
    await pause(pauseMs)
    expect((await logIn('person-1')).answer.status).toBe(200)
  })

  it('the API ignores failures of calls that started before the recovery', async () => {
    await start()
    await fail('hang')
    const early = Array.from({ length: 5 }, (_, index) => logIn(`person-${index}`))
    await pause(timeoutMs - 200)
    const late = Array.from({ length: 5 }, (_, index) => logIn(`person-${index + 5}`))
    await Promise.all(early)
    await heal()
    await pause(pauseMs)
    expect((await logIn('person-20')).answer.status).toBe(200)
    await Promise.all(late)
    expect((await logIn('person-21')).answer.status).toBe(200)
  })

  it.each(['40029', '40163', '40226', '45011', '-1', '99999'])(
    'the API counts an error such as %s as a response',
    async (errcode) => {
      await start()
      await fail(errcode)
      await Promise.all(Array.from({ length: 20 }, (_, index) => logIn(`person-${index}`)))
      await heal()
      expect((await logIn('person-1')).answer.status).toBe(200)
    },
  )

  it.each(['html', 'broken-json', 'null', 'empty', 'incomplete', 'huge'])(
    'the API accepts all logins although WeChat responded oddly to ten (%s)',
    async (fault) => {
      await start()
      await fail(fault)
      // One after the other: ten long responses at once can take longer than WECHAT_TIMEOUT_MS.
      for (let index = 0; index < 10; index += 1)
        expect((await logIn(`person-${index}`)).answer).toMatchObject(unavailable)
      await heal()
      expect((await logIn('person-1')).answer.status).toBe(200)
    },
  )

  it('the API accepts all logins although WeChat responded to ten invalid codes with a status of 3xx or 4xx', async () => {
    const wechat = createServer(({ url }, response) => {
      const [, status] = /js_code=status-(\d{3})/.exec(url ?? '') ?? []
      response.statusCode = Number(status ?? 200)
      response.end(JSON.stringify({ openid: 'somebody', session_key: 'a'.repeat(24) }))
    })
    await once(wechat.listen(0, '127.0.0.1'), 'listening')
    try {
      await start({ WECHAT_API_URL: `http://127.0.0.1:${(wechat.address() as AddressInfo).port}` })
      const login = (code: string) => testApp.call('POST /v1/auth/login', { body: { code } })
      const statuses = [301, 302, 400, 401, 403, 404, 405, 413, 414, 429]
      for (const status of statuses) expect(await login(`status-${status}`)).toMatchObject(unavailable)
      expect((await login('in-order')).status).toBe(200)
    } finally {
      wechat.close()
    }
  })

  it('the API pauses no app because of the wrong AppSecret of another', async () => {
    const wrong = apps.map(({ appId, secret }) => ({ appId, secret: appId === secondApp ? 'wrong' : secret }))
    await start({ WECHAT_APPS: JSON.stringify(wrong) })
    for (let times = 0; times < 20; times += 1) {
      const { answer } = await logIn('person-1', { appId: secondApp })
      expect(answer).toMatchObject(problem('wechat_misconfigured', 502))
    }
    expect((await logIn('person-1')).answer.status).toBe(200)
  })
})
