import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { afterEach, expect, it, onTestFinished, vi } from 'vitest'
import { createAccessTokenCache } from '../../src/infra/wechat/access-token.ts'
import { wechatError } from '../../src/infra/wechat/wechat-api-error.ts'
import { memoryLog } from '../support/memory-log.ts'
import { timed } from '../support/timed.ts'
import { startClient } from '../support/wechat-client.ts'

const stableToken = '/cgi-bin/stable_token'
const checkSession = '/wxa/checksession'

afterEach(() => void vi.useRealTimers())

/** Only the date is ours; timers and sockets run on. */
function startClock(): { advance(seconds: number): void } {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-01-01T00:00:00Z') })
  return { advance: (seconds) => void vi.setSystemTime(Date.now() + seconds * 1000) }
}

it('checkSessionKey tells the valid session_key from one that a later login replaced', async () => {
  const { client, apps, session } = await startClient()
  const old = await session('person-1')
  const latest = await session('person-1')
  expect(await client.checkSessionKey(apps[0], latest)).toBe(true)
  expect(await client.checkSessionKey(apps[0], old)).toBe(false)
})

it('the access token is not fetched before a call needs it, and never for a login', async () => {
  const { client, apps, session, count } = await startClient()
  const person = await session('person-1')
  expect(count('stable_token')).toBe(0)
  await client.checkSessionKey(apps[0], person)
  expect(count('stable_token')).toBe(1)
})

it('the access token delays no login while it cannot be fetched', async () => {
  const { client, apps, session, fail } = await startClient()
  await fail(stableToken, 'hang')
  const check = client.checkSessionKey(apps[0], { openid: 'o', sessionKey: 'k' }).catch((error) => error)
  const { durationMs } = await timed(() => session('person-1'))
  expect(durationMs).toBeLessThan(1000)
  expect(await check).toMatchObject({ code: 'wechat_unavailable' })
})

it('the access token is fetched once for parallel calls, and then cached', async () => {
  const { client, apps, session, count, fail } = await startClient()
  const person = await session('person-1')
  await fail(stableToken, 'slow:200')
  const checks = Array.from({ length: 50 }, () => client.checkSessionKey(apps[0], person))
  expect(new Set(await Promise.all(checks))).toEqual(new Set([true]))
  expect(await client.checkSessionKey(apps[0], person)).toBe(true)
  expect(count('stable_token')).toBe(1)
})

it('the access token belongs to one app', async () => {
  const { client, apps, session, count } = await startClient()
  for (const app of [apps[0], apps[1] as (typeof apps)[0]]) {
    const person = await session('person-1', app)
    expect(await client.checkSessionKey(app, person)).toBe(true)
  }
  expect(count('stable_token')).toBe(2)
})

it('the access token is renewed in the background 300 seconds before its end', async () => {
  const clock = startClock()
  const { client, apps, session, count, fail, heal } = await startClient()
  const person = await session('person-1')
  const check = () => client.checkSessionKey(apps[0], person)
  await check()

  clock.advance(6899)
  await check()
  expect(count('stable_token'), 'not earlier').toBe(1)

  clock.advance(1)
  await fail(stableToken, 'slow:400')
  const { answer, durationMs } = await timed(check)
  expect(answer).toBe(true)
  expect(durationMs, 'the old token serves on').toBeLessThan(350)
  await expect.poll(() => count('stable_token')).toBe(2)
  await heal()

  // The old token has ended; only one that was renewed in time needs no fetch now.
  await new Promise((resolve) => setTimeout(resolve, 1500))
  clock.advance(301)
  expect(await check()).toBe(true)
  expect(count('stable_token')).toBe(2)
})

it('the access token is used to its end when the renewal fails, and the failure is logged', async () => {
  const clock = startClock()
  const { client, apps, session, fail, log } = await startClient()
  const person = await session('person-1')
  await client.checkSessionKey(apps[0], person)
  clock.advance(7000)
  await fail(stableToken, '500')
  expect(await client.checkSessionKey(apps[0], person)).toBe(true)
  await expect.poll(log).toContain("failed to renew WeChat's access token")
  clock.advance(200)
  await expect(client.checkSessionKey(apps[0], person)).rejects.toMatchObject({ code: 'wechat_unavailable' })
})

it('the access token is shared with every other instance: none revokes it for another', async () => {
  const clock = startClock()
  const { client, apps, session, count, url } = await startClient()
  const { client: other } = await startClient({ WECHAT_API_URL: url })
  const person = await session('person-1')
  for (const server of [client, other, client, other]) {
    expect(await server.checkSessionKey(apps[0], person)).toBe(true)
    // WeChat gives out a new token against the will of the old one's holders no more often than every 30 seconds.
    clock.advance(60)
  }
  expect([count('stable_token'), count('checksession')], 'no call was refused and repeated').toEqual([2, 4])
})

it('the access token is fetched again when another server has revoked it, and the call is repeated', async () => {
  const { client, apps, session, count, url } = await startClient()
  const person = await session('person-1')
  await client.checkSessionKey(apps[0], person)
  const { appId: appid, secret } = apps[0]
  const body = JSON.stringify({ grant_type: 'client_credential', appid, secret, force_refresh: true })
  await fetch(`${url}${stableToken}`, { method: 'POST', body })

  expect(await client.checkSessionKey(apps[0], person)).toBe(true)
  expect(count('stable_token'), 'ours, the other server’s, ours again').toBe(3)
})

it.each(['40001', '40014', '42001'])(
  'the access token is fetched again exactly once when WeChat returns %s, so that no loop exhausts the quota',
  async (errcode) => {
    const { client, apps, session, count, fail } = await startClient()
    const person = await session('person-1')
    await fail(checkSession, errcode, 1)
    expect(await client.checkSessionKey(apps[0], person)).toBe(true)
    expect([count('stable_token'), count('checksession')]).toEqual([2, 2])

    await fail(checkSession, errcode)
    await expect(client.checkSessionKey(apps[0], person)).rejects.toMatchObject({
      code: 'wechat_misconfigured',
    })
    expect([count('stable_token'), count('checksession')]).toEqual([3, 4])
  },
)

it('the access token is fetched again once for all calls that WeChat rejected in parallel', async () => {
  const { client, apps, session, count, fail } = await startClient()
  const person = await session('person-1')
  await client.checkSessionKey(apps[0], person)
  await fail(checkSession, '42001', 20)
  await Promise.all(Array.from({ length: 20 }, () => client.checkSessionKey(apps[0], person)))
  expect(count('stable_token')).toBe(2)
})

it("the access token is kept when WeChat's rejection of the previous one comes late", async () => {
  let fetches = 0
  const withAccessToken = createAccessTokenCache(
    async () => {
      fetches += 1
      return { accessToken: `token-${fetches}`, expiresInSeconds: 7200 }
    },
    memoryLog({ logLevel: 'info' }).log,
  )
  const app = { appId: 'wx1111111111111111', secret: 'secret' }
  const refuseFirst = (delayMs: number) =>
    withAccessToken(app, async (token) => {
      await new Promise((resolve) => setTimeout(resolve, delayMs))
      if (token === 'token-1') throw wechatError('checkSessionKey', 42001, 'access_token expired')
      return token
    })
  expect(await Promise.all([refuseFirst(0), refuseFirst(100)])).toEqual(['token-2', 'token-2'])
  expect(fetches).toBe(2)
})

it('a call is not repeated after any other error', async () => {
  const { client, apps, count, fail } = await startClient()
  await fail(checkSession, '45011')
  const answer = client.checkSessionKey(apps[0], { openid: 'o', sessionKey: 'k' })
  await expect(answer).rejects.toMatchObject({ code: 'wechat_rate_limited', retryAfterSeconds: 60 })
  expect([count('stable_token'), count('checksession')]).toEqual([1, 1])
})

it('a call is repeated while WeChat is busy, at most three times, and the exchange of a code never', async () => {
  const { client, apps, session, count, fail, heal } = await startClient()
  const person = await session('person-1')
  await fail(stableToken, '-1', 2)
  expect(await client.checkSessionKey(apps[0], person)).toBe(true)
  expect(count('stable_token')).toBe(3)

  await fail(checkSession, '-1')
  await expect(client.checkSessionKey(apps[0], person)).rejects.toMatchObject({ code: 'wechat_busy' })
  expect(count('checksession')).toBe(1 + 3)

  await heal()
  await expect(client.exchangeCode(apps[0], 'fault:-1')).rejects.toMatchObject({ code: 'wechat_busy' })
  expect(count('code2session')).toBe(2)
})

it('the access token is not fetched for every call when WeChat gives it a short life', async () => {
  let fetches = 0
  const server = createServer((request, response) => {
    const isToken = request.url?.startsWith(stableToken)
    if (isToken) fetches += 1
    response.end(JSON.stringify(isToken ? { access_token: 'short', expires_in: 200 } : { errcode: 0 }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const { client, apps } = await startClient({ WECHAT_API_URL: `http://127.0.0.1:${port}` })
  for (let calls = 0; calls < 20; calls += 1)
    await client.checkSessionKey(apps[0], { openid: 'o', sessionKey: 'k' })
  expect(fetches).toBe(1)
})

it.each([
  ['40013', 'wechat_misconfigured'],
  ['40125', 'wechat_misconfigured'],
  ['40164', 'wechat_misconfigured'],
  ['45009', 'wechat_rate_limited'],
  ['reset', 'wechat_unavailable'],
  ['incomplete', 'wechat_unavailable'],
  ['broken-json', 'wechat_unavailable'],
  ['html', 'wechat_unavailable'],
])('a call fails with %s as %s, and neither the error nor the log has a secret', async (fault, code) => {
  const { client, apps, session, fail, log } = await startClient({ LOG_LEVEL: 'debug' })
  const person = await session('person-1')
  await fail(stableToken, fault)
  const error = await client.checkSessionKey(apps[0], person).catch((thrown) => thrown)
  expect(error).toMatchObject({ code })
  for (const secret of [apps[0].secret, person.sessionKey, 'access_token=', 'sim_'])
    expect(inspect(error, { depth: 9, showHidden: true }) + log()).not.toContain(secret)
})
