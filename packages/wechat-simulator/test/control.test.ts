import { request as httpRequest } from 'node:http'
import { text } from 'node:stream/consumers'
import { createPreview } from '@repo/weapp-preview'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { app, startSimulator } from './start-test-simulator.ts'

/** `fetch` would not let a test choose these headers. */
function send(url: string, method: string, headers: Record<string, string>, body = '') {
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const request = httpRequest(url, { method, headers }, async (response) =>
      resolve({ status: response.statusCode ?? 0, body: await text(response) }),
    )
    request.on('error', reject)
    request.end(body)
  })
}

test('GET /__simulator/people returns the users, the user of DevTools last', async () => {
  const people = [{ id: 'amei', name: '阿美' }]
  const simulator = await startSimulator({ users: people })

  expect(await simulator.control('GET', 'people')).toEqual({
    status: 200,
    body: {
      people: [
        { id: 'amei', name: '阿美', phoneNumber: '12066600001', countryCode: '86' },
        { id: 'devtools', name: '开发者工具', phoneNumber: '12066600002', countryCode: '86' },
      ],
    },
  })
})

test('GET /__simulator/people returns default users', async () => {
  const simulator = await startSimulator()
  const { body } = await simulator.control('GET', 'people')

  expect(body.people.length).toBeGreaterThan(3)
  for (const { id } of body.people) expect(await simulator.login(id)).toHaveLength(32)
})

describe.each(['login', 'check-session', 'expire-session-key', 'phone-code', 'visit', 'leave'])(
  'POST /__simulator/%s',
  (path) => {
    test.each([
      [404, { appId: 'unknown', person: 'xiaoming' }, 'no app "unknown" is configured'],
      [404, { appId: app.appId, person: 'unknown' }, 'there is no user "unknown", only xiaoming, '],
      [400, { person: 'xiaoming' }, '"appId" must be a text'],
      [400, { appId: app.appId, person: 5 }, '"person" must be a text'],
      [400, [], 'the body must be a JSON object'],
      [400, null, 'the body must be a JSON object'],
    ])('responds %i to %j', async (status, body, message) => {
      const simulator = await startSimulator()
      const answer = await simulator.control('POST', path, body)

      expect(answer).toEqual({ status, body: { error: expect.stringContaining(message) } })
    })
  },
)

test('POST /__simulator/clock moves the clock forward, never back', async () => {
  const simulator = await startSimulator({ now: () => Date.UTC(2026, 0, 1) })
  const advance = async (advanceMs: unknown) => simulator.control('POST', 'clock', { advanceMs })

  expect(await advance(86_400_000)).toEqual({ status: 200, body: { now: '2026-01-02T00:00:00.000Z' } })
  for (const wrong of [-1, 0, 0.5, '1', null, 1e300])
    expect(await advance(wrong)).toMatchObject({ status: 400 })
  expect(await advance(1)).toEqual({ status: 200, body: { now: '2026-01-02T00:00:00.001Z' } })
})

test.each<[string[], boolean]>([
  [[], true],
  [['127.0.0.1'], true],
  [['10.0.0.1', '127.0.0.*'], true],
  [['127.0.0.200/8'], true],
  [['127.0.0.2'], false],
  [['10.0.0.*', '192.168.0.1/16'], false],
])('PUT /__simulator/ip-allow-list %j allows this machine: %s', async (ipAllowList, allowed) => {
  const simulator = await startSimulator({ ipAllowList: ['10.0.0.1'] })
  const { status } = await simulator.control('PUT', 'ip-allow-list', { ipAllowList })
  const { errcode } = await simulator.exchange(await simulator.login('xiaoming'))

  expect(status).toBe(204)
  expect(errcode).toBe(allowed ? undefined : 40164)
})

test.each([
  [['127.0.0.1:80']],
  [['localhost']],
  [['127.0.0.*/8']],
  [['1.2.3.4/33']],
  [['1.2.3']],
  [['']],
  [[5]],
  ['127.0.0.1'],
  [Array.from({ length: 11 }, (_, index) => `10.0.0.${index}`)],
])('PUT /__simulator/ip-allow-list rejects %j and keeps the previous list', async (ipAllowList) => {
  const simulator = await startSimulator({ ipAllowList: ['10.0.0.1'] })
  const { status } = await simulator.control('PUT', 'ip-allow-list', { ipAllowList })

  expect(status).toBe(400)
  expect(await simulator.exchange(await simulator.login('xiaoming'))).toMatchObject({ errcode: 40164 })
})

describe('a request of a website', () => {
  const login = JSON.stringify({ appId: app.appId, person: 'xiaoming' })
  const json = { 'content-type': 'application/json' }

  test.each([
    ['another Host', { host: 'evil.example' }],
    ['a Host that only begins like this machine', { host: '127.0.0.1.evil.example' }],
    ['a Host that only ends like this machine', { host: 'evil-localhost' }],
    ['another Origin', { origin: 'https://evil.example' }],
    ['an opaque Origin', { origin: 'null' }],
    ['the Origin of another port', { origin: 'http://127.0.0.1:1' }],
    ['the Origin of https', { host: 'localhost:4100', origin: 'https://localhost:4100' }],
  ])('is rejected with %s', async (_, headers) => {
    const { url } = await startSimulator()
    const answer = await send(`${url}/__simulator/login`, 'POST', { ...json, ...headers }, login)

    expect(answer).toEqual({ status: 403, body: expect.stringContaining('only for') })
  })

  test.each([
    '/sns/jscode2session?appid=touristappid&js_code=x',
    '/__simulator/calls',
    '/__preview/bundle.js',
    '/__preview/events',
    '/__preview/files/a.png',
    '/__preview/panel.js',
    '/phone',
    '/',
    '/nothing',
  ])('is rejected on every path: %s', async (path) => {
    const { url } = await startSimulator({ fallback: createPreview({ dist: '/nowhere' }).handle })
    const script = { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' }
    for (const headers of [
      { host: 'evil.example' },
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'cross-site', ...script },
      { 'sec-fetch-site': 'same-site', ...script },
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' },
    ] as Record<string, string>[])
      expect(await send(`${url}${path}`, 'GET', headers)).toMatchObject({ status: 403 })
  })

  test('cannot be embedded when the browser sends no Sec-Fetch-Site', async () => {
    const { url } = await startSimulator({ fallback: createPreview({ dist: '/nowhere' }).handle })
    for (const path of ['/__preview/bundle.js', '/__preview/panel.js', '/phone', '/', '/nothing']) {
      const { headers } = await fetch(`${url}${path}`)
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
      expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([])
    }
  })

  test.each([
    ['a script of its own page', { 'sec-fetch-site': 'same-origin', 'sec-fetch-dest': 'script' }],
    ['an address that was typed', { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' }],
    [
      'a link that was followed',
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
    ],
  ] as [string, Record<string, string>][])('is accepted as %s', async (_, headers) => {
    const { url } = await startSimulator({ fallback: createPreview({ dist: '/nowhere' }).handle })
    expect(await send(`${url}/phone`, 'GET', headers)).toMatchObject({ status: 200 })
  })

  test.each([
    ['no Origin', {}],
    ['the name localhost', { host: 'localhost:4100' }],
    ['the address of IPv6', { host: '[::1]:4100' }],
    ['its own Origin', { host: 'localhost:4100', origin: 'http://localhost:4100' }],
  ])('is accepted with %s', async (_, headers) => {
    const { url } = await startSimulator()
    expect(await send(`${url}/__simulator/login`, 'POST', { ...json, ...headers }, login)).toMatchObject({
      status: 200,
    })
  })

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', ''])(
    'is rejected as %s, which needs no preflight',
    async (contentType) => {
      const { url } = await startSimulator()
      const headers = { 'content-type': contentType }
      expect(await send(`${url}/__simulator/login`, 'POST', headers, login)).toMatchObject({ status: 415 })
    },
  )

  test('gets no permission from a preflight', async () => {
    const { url } = await startSimulator()
    const headers = { origin: 'https://evil.example', 'access-control-request-method': 'PUT' }
    expect(await send(`${url}/__simulator/fault`, 'OPTIONS', headers)).toMatchObject({ status: 403 })
  })
})

describe('an invalid request', () => {
  const json = { 'content-type': 'application/json; charset=utf-8' }

  test.each([
    ['a body that is not JSON', '{', 400],
    ['no body', '', 400],
    ['a body above 64 KiB', JSON.stringify({ appId: 'x'.repeat(65 * 1024) }), 413],
    ['a body of megabytes', 'x'.repeat(8 * 1024 * 1024), 413],
  ])('gets a 4xx for %s while the server keeps working', async (_, body, status) => {
    const simulator = await startSimulator()
    const answer = await send(`${simulator.url}/__simulator/login`, 'POST', json, body)

    expect(answer).toEqual({ status, body: expect.stringContaining('"error":"the body ') })
    expect(await simulator.login('xiaoming')).toHaveLength(32)
  })

  test.each([
    ['GET', '/'],
    ['GET', '/cgi-bin/ticket/getticket'],
    ['GET', '/sns/jscode2session/'],
    ['GET', '/__simulator/'],
    ['GET', '/__simulator/login'],
    ['DELETE', '/__simulator/constructor'],
    ['POST', '/__simulator'],
  ])('gets a 404 that names %s %s', async (method, path) => {
    const { url } = await startSimulator()
    const answer = await send(`${url}${path}?secret=shh`, method, {})

    expect(answer).toEqual({ status: 404, body: `{"error":"no ${method} ${path} here"}` })
  })

  test('gets a 400 for a target that is not a URL', async () => {
    const { url } = await startSimulator()
    const { port } = new URL(url)
    const status = await new Promise((resolve, reject) => {
      const request = httpRequest({ port, host: '127.0.0.1', path: '//' }, (response) =>
        resolve(response.statusCode),
      )
      request.on('error', reject).end()
    })
    expect(status).toBe(400)
  })

  test('may end in the middle of its body while the server keeps working', async () => {
    const complain = vi.spyOn(console, 'error').mockImplementation(() => {})
    onTestFinished(() => complain.mockRestore())
    const simulator = await startSimulator()
    const headers = { ...json, 'content-length': '100' }
    const request = httpRequest(`${simulator.url}/__simulator/login`, { method: 'POST', headers })
    const left = new Promise((resolve) => request.once('close', resolve).once('error', () => {}))
    request.write('{', () => setTimeout(() => request.destroy(), 20))
    await left

    expect(await simulator.login('xiaoming')).toHaveLength(32)
    expect(complain).not.toHaveBeenCalled()
  })

  test('gets a 500 and a line on the console when the simulator throws', async () => {
    const complain = vi.spyOn(console, 'error').mockImplementation(() => {})
    onTestFinished(() => complain.mockRestore())
    const unexpected = new Error('the disk is full')
    const simulator = await startSimulator({
      log: () => {
        throw unexpected
      },
    })
    const response = await simulator.exchangeRaw('garbled')

    expect(response.status).toBe(500)
    expect(await response.json()).toEqual({ error: 'internal error' })
    expect(complain).toHaveBeenCalledExactlyOnceWith(expect.any(String), unexpected)
    expect(await simulator.login('xiaoming')).toHaveLength(32)
  })
})
