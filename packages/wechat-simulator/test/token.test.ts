import { expect, test } from 'vitest'
import { app, otherApp, type Simulator, startSimulator } from './start-test-simulator.ts'

const complete = { grant_type: 'client_credential', appid: app.appId, secret: app.secret }
const rid = '[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}'

const request = ({ url }: Simulator, query: Record<string, string>) =>
  fetch(`${url}/cgi-bin/token?${new URLSearchParams(query)}`)

async function tokenOf(simulator: Simulator, more: Record<string, string> = {}) {
  return JSON.parse(await (await request(simulator, { ...complete, ...more })).text())
}

/** What WeChat says to a token: 87009 for one that it accepts, as the session is unknown. */
async function errcodeFor({ url }: Simulator, token: string): Promise<number> {
  const query = new URLSearchParams({ access_token: token, sig_method: 'hmac_sha256' })
  return JSON.parse(await (await fetch(`${url}/wxa/checksession?${query}`)).text()).errcode
}
const accepted = 87009

const advance = (simulator: Simulator, seconds: number) =>
  simulator.control('POST', 'clock', { advanceMs: seconds * 1000 })

test('GET /cgi-bin/token returns a new token for 7200 seconds, as JSON with status 200 and no errcode', async () => {
  const simulator = await startSimulator()
  const response = await request(simulator, complete)
  const first = await response.text()

  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('application/json')
  expect(first).toMatch(/^\{"access_token":"[\w-]{100,512}","expires_in":7200\}$/)
  expect((await tokenOf(simulator)).access_token).not.toBe(JSON.parse(first).access_token)
})

test('GET /cgi-bin/token keeps the previous token valid for 300 seconds', async () => {
  const simulator = await startSimulator({ now: () => 0 })
  const first = await tokenOf(simulator)
  const second = await tokenOf(simulator)

  await advance(simulator, 299)
  expect(await errcodeFor(simulator, first.access_token)).toBe(accepted)
  const third = await tokenOf(simulator)
  await advance(simulator, 1)
  expect(await errcodeFor(simulator, first.access_token)).toBe(40001)
  expect(await errcodeFor(simulator, second.access_token)).toBe(accepted)
  await advance(simulator, 7199)
  expect(await errcodeFor(simulator, third.access_token)).toBe(42001)
})

test("GET /cgi-bin/token and stable_token leave each other's tokens valid", async () => {
  const simulator = await startSimulator()
  const stable = await simulator.accessToken()
  const plain = (await tokenOf(simulator)).access_token
  await tokenOf(simulator)
  await advance(simulator, 301)
  expect(await errcodeFor(simulator, stable)).toBe(accepted)
  expect(await errcodeFor(simulator, plain)).toBe(40001)

  const latest = (await tokenOf(simulator)).access_token
  const force = JSON.stringify({ ...complete, force_refresh: true })
  await fetch(`${simulator.url}/cgi-bin/stable_token`, { method: 'POST', body: force })
  expect(await errcodeFor(simulator, stable)).toBe(40001)
  expect(await errcodeFor(simulator, latest)).toBe(accepted)
})

test('GET /cgi-bin/token returns 2000 tokens a day, counted from midnight in China', async () => {
  const simulator = await startSimulator({ now: () => Date.parse('2026-01-01T15:59:00Z') })
  for (let batch = 0; batch < 20; batch += 1) {
    await Promise.all(Array.from({ length: 100 }, () => tokenOf(simulator)))
  }

  expect(await tokenOf(simulator)).toEqual({
    errcode: 45009,
    errmsg: expect.stringMatching(new RegExp(`^reach max api daily quota limit rid: ${rid}$`)),
  })
  expect(await tokenOf(simulator, { appid: otherApp.appId, secret: otherApp.secret })).toHaveProperty(
    'expires_in',
  )
  expect(await simulator.accessToken()).toMatch(/^sim_/)
  await advance(simulator, 60)
  expect(await tokenOf(simulator)).toHaveProperty('expires_in')
})

test('GET /cgi-bin/token accepts another quota', async () => {
  const simulator = await startSimulator({ quotas: { '/cgi-bin/token': { perMinute: 1 } } })
  await tokenOf(simulator)
  expect(await tokenOf(simulator)).toMatchObject({ errcode: 45011 })
})

test('POST /wxa/msg_sec_check returns 44991 beyond its quota per minute', async () => {
  const simulator = await startSimulator({ quotas: { '/wxa/msg_sec_check': { perMinute: 1 } } })
  const check = () => simulator.callWechat('/wxa/msg_sec_check', '{}')

  expect(await check()).toMatchObject({ errcode: 44002 })
  expect(await check()).toMatchObject({ errcode: 44991 })
})

test.each<[string, Record<string, string>, number, string]>([
  ['nothing', {}, 41002, 'appid missing'],
  ['no secret', { appid: 'unknown' }, 41004, 'appsecret missing'],
  ['no grant_type', { appid: 'unknown', secret: 'wrong' }, 40002, 'invalid grant_type'],
  ['an unknown appid', { ...complete, appid: 'unknown', secret: 'wrong' }, 40013, 'invalid appid'],
  ['a wrong secret', { ...complete, secret: 'wrong' }, 40125, 'invalid appsecret'],
])('GET /cgi-bin/token rejects %s', async (_, query, errcode, message) => {
  const answer = await (await request(await startSimulator(), query)).json()
  expect(answer).toEqual({ errcode, errmsg: expect.stringMatching(new RegExp(`^${message} rid: ${rid}$`)) })
})

test('GET /cgi-bin/token rejects an IP that is not allowed', async () => {
  const simulator = await startSimulator({ ipAllowList: ['10.0.0.1'] })
  expect(await tokenOf(simulator)).toMatchObject({ errcode: 40164 })
})
