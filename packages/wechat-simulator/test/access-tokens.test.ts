import { expect, test } from 'vitest'
import { app, otherApp, type Simulator, startSimulator } from './start-test-simulator.ts'

const complete = { grant_type: 'client_credential', appid: app.appId, secret: app.secret }
const rid = '[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}'

const post = ({ url }: Simulator, body: string, init: RequestInit = {}) =>
  fetch(`${url}/cgi-bin/stable_token`, { method: 'POST', body, ...init })

type Token = { access_token: string; expires_in: number }

async function tokenOf(simulator: Simulator, more: object = {}): Promise<Token> {
  return JSON.parse(await (await post(simulator, JSON.stringify({ ...complete, ...more }))).text())
}

/** What WeChat says to a token: 87009 for one that it accepts, as the session is unknown. */
async function errcodeFor({ url }: Simulator, token: string): Promise<number> {
  const query = new URLSearchParams({ access_token: token, sig_method: 'hmac_sha256' })
  return JSON.parse(await (await fetch(`${url}/wxa/checksession?${query}`)).text()).errcode
}
const accepted = 87009

const advance = (simulator: Simulator, seconds: number) =>
  simulator.control('POST', 'clock', { advanceMs: seconds * 1000 })

test('POST /cgi-bin/stable_token returns a token for 7200 seconds, as JSON with status 200 and no errcode', async () => {
  const response = await post(await startSimulator(), JSON.stringify(complete))

  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('application/json')
  expect(await response.text()).toMatch(/^\{"access_token":"[\w-]{100,512}","expires_in":7200\}$/)
})

test('POST /cgi-bin/stable_token returns the same token with its remaining seconds', async () => {
  const simulator = await startSimulator({ now: () => 0 })
  const first = await tokenOf(simulator)
  await advance(simulator, 6855)

  expect(await tokenOf(simulator)).toEqual({ access_token: first.access_token, expires_in: 345 })
})

test('POST /cgi-bin/stable_token replaces the token 300 seconds before it expires and accepts both until then', async () => {
  const simulator = await startSimulator({ now: () => 0 })
  const first = await tokenOf(simulator)
  await advance(simulator, 6900)
  const second = await tokenOf(simulator)

  expect(second.access_token).not.toBe(first.access_token)
  expect(second.expires_in).toBe(7200)
  await advance(simulator, 299)
  expect(await errcodeFor(simulator, first.access_token)).toBe(accepted)
  expect(await errcodeFor(simulator, second.access_token)).toBe(accepted)
  await advance(simulator, 1)
  expect(await errcodeFor(simulator, first.access_token)).toBe(42001)
  expect(await errcodeFor(simulator, second.access_token)).toBe(accepted)
})

test('POST /cgi-bin/stable_token with force_refresh revokes the earlier tokens at once', async () => {
  const simulator = await startSimulator()
  const first = await tokenOf(simulator)
  const forced = await tokenOf(simulator, { force_refresh: true })

  expect(forced.access_token).not.toBe(first.access_token)
  expect(await errcodeFor(simulator, first.access_token)).toBe(40001)
  expect(await errcodeFor(simulator, forced.access_token)).toBe(accepted)
  expect((await tokenOf(simulator)).access_token).toBe(forced.access_token)
})

test('POST /cgi-bin/stable_token with force_refresh works every 30 seconds and 20 times a day', async () => {
  const midnightInChina = Date.parse('2026-01-01T16:00:00Z')
  const simulator = await startSimulator({ now: () => midnightInChina })
  const force = () => tokenOf(simulator, { force_refresh: true })
  const first = await force()
  await advance(simulator, 29)
  expect((await force()).access_token).toBe(first.access_token)

  for (let times = 2; times <= 20; times += 1) {
    await advance(simulator, 30)
    expect((await force()).expires_in).toBe(7200)
  }
  await advance(simulator, 30)
  expect(await force()).toMatchObject({ errcode: 45009 })
  await advance(simulator, 24 * 3600)
  expect(await force()).toHaveProperty('access_token')
})

test("POST /cgi-bin/stable_token rejects calls beyond an app's quotas per minute and day", async () => {
  const quotas = { '/cgi-bin/stable_token': { perMinute: 2, perDay: 3 } } as const
  const simulator = await startSimulator({ quotas, now: () => Date.parse('2026-01-01T16:00:00Z') })
  const errcodes = async (times: number) => {
    const codes: unknown[] = []
    for (let call = 0; call < times; call += 1) {
      const { errcode } = JSON.parse(await (await post(simulator, JSON.stringify(complete))).text())
      codes.push(errcode)
    }
    return codes
  }

  expect(await errcodes(3)).toEqual([undefined, undefined, 45011])
  expect(await tokenOf(simulator, { appid: otherApp.appId, secret: otherApp.secret })).toHaveProperty(
    'expires_in',
  )
  await advance(simulator, 60)
  expect(await errcodes(2)).toEqual([undefined, 45009])
  await advance(simulator, 24 * 3600)
  expect(await errcodes(1)).toEqual([undefined])
})

test('POST /cgi-bin/stable_token returns different tokens to different apps', async () => {
  const simulator = await startSimulator()
  const mine = await tokenOf(simulator)
  const other = await tokenOf(simulator, {
    appid: otherApp.appId,
    secret: otherApp.secret,
    force_refresh: true,
  })

  expect(other.access_token).not.toBe(mine.access_token)
  expect(await errcodeFor(simulator, mine.access_token)).toBe(accepted)
})

test.each<[string, string, number, string]>([
  ['nothing', '', 44002, 'empty post data'],
  ['half a JSON', '{"appid":', 47001, 'data format error'],
  ['JSON without fields', 'null', 47001, 'data format error'],
  ['no appid', '{}', 41002, 'appid missing'],
  ['no secret', '{"appid":"unknown"}', 41004, 'appsecret missing'],
  ['no grant_type', '{"appid":"unknown","secret":"wrong"}', 40002, 'invalid grant_type'],
  ['an unknown appid', JSON.stringify({ ...complete, appid: 'unknown' }), 40013, 'invalid appid'],
  ['a wrong secret', JSON.stringify({ ...complete, secret: 'wrong' }), 40125, 'invalid appsecret'],
])('POST /cgi-bin/stable_token rejects %s', async (_, body, errcode, message) => {
  const answer = await (await post(await startSimulator(), body)).json()
  expect(answer).toEqual({ errcode, errmsg: expect.stringMatching(new RegExp(`^${message} rid: ${rid}$`)) })
})

test('POST /cgi-bin/stable_token accepts the AppSecret only by POST and from allowed IPs', async () => {
  const simulator = await startSimulator({ ipAllowList: ['10.0.0.1'] })
  const query = new URLSearchParams(complete)

  const byGet = await fetch(`${simulator.url}/cgi-bin/stable_token?${query}`)
  expect(await byGet.json()).toMatchObject({ errcode: 43002 })
  expect(await tokenOf(simulator)).toMatchObject({ errcode: 40164 })
})

test('GET /wxa/checksession rejects a call without a valid token', async () => {
  const simulator = await startSimulator()
  expect(await errcodeFor(simulator, '')).toBe(41001)
  expect(await errcodeFor(simulator, 'unknown')).toBe(40001)
})

test('POST /cgi-bin/stable_token simulates a fault only at the given path', async () => {
  const simulator = await startSimulator()
  await simulator.control('PUT', 'fault', { fault: '-1', path: '/cgi-bin/stable_token', times: 1 })

  expect(await simulator.exchange(await simulator.login('xiaoming'))).toHaveProperty('openid')
  expect(await tokenOf(simulator)).toMatchObject({ errcode: -1 })
  expect(await tokenOf(simulator)).toHaveProperty('access_token')
  expect(await simulator.control('PUT', 'fault', { fault: '-1', path: '/unknown' })).toMatchObject({
    status: 404,
  })
})

test('POST /cgi-bin/stable_token logs its result without token and secret', async () => {
  const lines: string[] = []
  const simulator = await startSimulator({ log: (line) => lines.push(line) })
  await tokenOf(simulator)
  await tokenOf(simulator, { secret: 'wrong' })
  expect(lines).toEqual(['stable_token: ok', 'stable_token: 40125 invalid appsecret'])
})
