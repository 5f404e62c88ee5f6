import { expect, test } from 'vitest'
import { app, type Parameters, startSimulator } from './start-test-simulator.ts'

const complete = { appid: app.appId, secret: app.secret, js_code: 'x', grant_type: 'authorization_code' }
const rid = '[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}'

test('GET /sns/jscode2session returns only session_key and openid, as plain text with status 200', async () => {
  const simulator = await startSimulator()
  const response = await simulator.exchangeRaw(await simulator.login('xiaoming'))

  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('text/plain')
  expect(await response.text()).toMatch(
    /^\{"session_key":"[A-Za-z0-9+/]{22}==","openid":"o[A-Za-z0-9_-]{27}"\}$/,
  )
})

test("GET /sns/jscode2session returns WeChat's error, byte for byte except for the request id", async () => {
  const simulator = await startSimulator()
  const response = await simulator.exchangeRaw('garbled')
  const text = await response.text()

  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('text/plain')
  expect(response.headers.get('content-length')).toBe('74')
  expect(text).toMatch(new RegExp(`^{"errcode":40029,"errmsg":"invalid code, rid: ${rid}"}$`))
})

test('GET /sns/jscode2session starts the request id with the time in seconds', async () => {
  const simulator = await startSimulator({ now: () => 0x66c69111 * 1000 + 999 })
  expect((await simulator.exchange('garbled')).errmsg).toMatch(/, rid: 66c69111-/)
})

test.each<[string, Parameters, number, string]>([
  ['nothing', {}, 41002, 'appid missing'],
  ['an empty appid', { ...complete, appid: '' }, 41002, 'appid missing'],
  ['only an appid', { appid: 'unknown' }, 41004, 'appsecret missing'],
  ['no code', { appid: 'unknown', secret: 'wrong' }, 41008, 'missing code'],
  ['no grant_type', { appid: 'unknown', secret: 'wrong', js_code: 'x' }, 40002, 'invalid grant_type'],
  ['another grant_type', { ...complete, appid: 'unknown', grant_type: 'x' }, 40002, 'invalid grant_type'],
  ['an unknown appid', { ...complete, appid: 'unknown', secret: 'wrong' }, 40013, 'invalid appid'],
  ['an appid in capitals', { ...complete, appid: app.appId.toUpperCase() }, 40013, 'invalid appid'],
  ['a wrong secret', { ...complete, secret: 'wrong' }, 40125, 'invalid appsecret'],
  ['an unknown code', complete, 40029, 'invalid code'],
])('GET /sns/jscode2session reports %s before every later error', async (_, parameters, errcode, message) => {
  const simulator = await startSimulator()
  const answer = await (await simulator.request(parameters)).json()

  expect(answer).toEqual({ errcode, errmsg: expect.stringMatching(new RegExp(`^${message}, rid: ${rid}$`)) })
})

test('GET /sns/jscode2session checks the secret before the IP, and the IP before the code', async () => {
  const simulator = await startSimulator({ ipAllowList: ['10.0.0.1'] })

  expect(await simulator.exchange('garbled', { ...app, secret: 'wrong' })).toMatchObject({ errcode: 40125 })
  expect(await simulator.exchange('garbled')).toMatchObject({
    errcode: 40164,
    errmsg: expect.stringMatching(
      /^invalid ip 127\.0\.0\.1 ipv6 ::ffff:127\.0\.0\.1, not in whitelist, rid: /,
    ),
  })
})

test('GET /sns/jscode2session reads its parameters from the query alone', async () => {
  const simulator = await startSimulator()
  const body = new URLSearchParams({ ...complete, js_code: await simulator.login('xiaoming') })
  const response = await fetch(`${simulator.url}/sns/jscode2session`, { method: 'POST', body })

  expect(await response.json()).toMatchObject({ errcode: 41002 })
})

test('GET /sns/jscode2session leaves the code unused when an earlier check fails', async () => {
  const simulator = await startSimulator()
  const code = await simulator.login('xiaoming')

  expect(await simulator.exchange(code, { ...app, secret: 'wrong' })).toMatchObject({ errcode: 40125 })
  expect(await simulator.exchange(code)).toHaveProperty('openid')
})

test('GET /sns/jscode2session logs one line without code, secret and session_key', async () => {
  const lines: string[] = []
  const simulator = await startSimulator({ log: (line) => lines.push(line) })
  const code = await simulator.login('xiaoming')
  const { session_key } = await simulator.exchange(code)
  await simulator.exchange(code)
  await simulator.exchange('fault:0')
  await (await simulator.request({ appid: 'x\ninjected' })).text()

  expect(lines).toEqual([
    `code2session ${app.appId}: xiaoming`,
    `code2session ${app.appId}: 40163 code been used`,
    `code2session ${app.appId}: devtools (fault 0)`,
    'code2session unknown app: 41004 appsecret missing',
  ])
  for (const secret of [code, app.secret, session_key]) expect(lines.join()).not.toContain(secret)
})
