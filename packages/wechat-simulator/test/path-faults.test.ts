import { describe, expect, test } from 'vitest'
import { wechatPaths } from '../src/domain/wechat-paths.ts'
import { startSimulator } from './start-test-simulator.ts'

/** The refusal of a request without parameters, which every path has. */
const refusals = {
  '/sns/jscode2session': 41002,
  '/cgi-bin/token': 41002,
  '/cgi-bin/stable_token': 43002,
  '/wxa/checksession': 41001,
  '/wxa/resetusersessionkey': 41001,
  '/wxa/business/getuserphonenumber': 41001,
  '/wxa/msg_sec_check': 41001,
  '/wxa/media_check_async': 41001,
} as const

const errcodes: [number, string][] = [
  [-1, 'system error'],
  [40001, 'invalid credential, access_token is invalid or not latest, could get access_token by '],
  [40002, 'invalid grant_type'],
  [40003, 'invalid openid'],
  [40013, 'invalid appid'],
  [40014, 'invalid access_token'],
  [40029, 'invalid code'],
  [40066, 'invalid url'],
  [40097, 'invalid args'],
  [40125, 'invalid appsecret'],
  [40163, 'code been used'],
  [40164, 'invalid ip 127.0.0.1 ipv6 ::ffff:127.0.0.1, not in whitelist'],
  [40226, 'code blocked'],
  [41001, 'access_token missing'],
  [41002, 'appid missing'],
  [41004, 'appsecret missing'],
  [41008, 'missing code'],
  [42001, 'access_token expired'],
  [43002, 'require POST method'],
  [43104, 'The openid does not match the appid'],
  [44002, 'empty post data'],
  [44991, 'reach max api minute frequence'],
  [45009, 'reach max api daily quota limit'],
  [45011, 'api minute-quota reach limit, must slower, retry next minute'],
  [47001, 'data format error'],
  [48001, 'api unauthorized'],
  [61010, 'code is expired'],
  [87007, 'session_key is not existd or expired'],
  [87008, 'invalid sig_method'],
  [87009, 'invalid signature'],
  [87014, 'risky content'],
  [87020, 'repeat request limit exceeded'],
]

test('wechatPaths lists every path of these tests', () => {
  expect(Object.keys(refusals)).toEqual([...wechatPaths])
})

describe.each(wechatPaths)('faults at %s', (path) => {
  /** A simulator with a fault at this path, and a server that calls it. */
  async function startWith(fault: string) {
    const simulator = await startSimulator()
    const switched = await simulator.control('PUT', 'fault', { fault, path, times: 1 })
    expect(switched).toEqual({ status: 200, body: { fault, path, times: 1 } })
    return { simulator, call: (init?: RequestInit) => fetch(`${simulator.url}${path}`, init) }
  }

  test('return every documented errcode and its message once', async () => {
    const { simulator, call } = await startWith('errcode -1')
    for (const [errcode, words] of errcodes) {
      await simulator.control('PUT', 'fault', { fault: `errcode ${errcode}`, path, times: 1 })
      const answer = JSON.parse(await (await call()).text())
      expect(answer).toEqual({ errcode, errmsg: expect.stringContaining(words) })
      expect(answer.errmsg).toMatch(
        path.startsWith('/sns/') ? /, rid: [\da-f-]{26}$/ : /[^,] rid: [\da-f-]{26}$/,
      )
    }
    expect(await (await call()).json()).toMatchObject({ errcode: refusals[path] })
  })

  test('delay, hang and reset', async () => {
    const { simulator, call } = await startWith('slow:80')
    const startedAt = performance.now()
    expect(await (await call()).json()).toMatchObject({ errcode: refusals[path] })
    expect(performance.now() - startedAt).toBeGreaterThan(70)

    await simulator.control('PUT', 'fault', { fault: 'hang', path, times: 1 })
    await expect(call({ signal: AbortSignal.timeout(80) })).rejects.toThrow(/timeout/)
    await simulator.control('PUT', 'fault', { fault: 'reset', path, times: 1 })
    await expect(call()).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } })
  })

  test.each<[string, RegExp]>([
    ['html', /^<!DOCTYPE html>/],
    ['broken-json', /^\{"errcode":.*"$/],
    ['empty', /^$/],
    ['503', /^<html>/],
  ])('return %s', async (fault, body) => {
    const { call } = await startWith(fault)
    const response = await call()
    expect(response.status).toBe(fault === '503' ? 503 : 200)
    expect(await response.text()).toMatch(body)
  })
})

test.each(['errcode', 'errcode 0', 'errcode 12', 'errcode abc', 'errcode  40029', '-2'])(
  'exclude %j',
  async (fault) => {
    const simulator = await startSimulator()
    expect(await simulator.control('PUT', 'fault', { fault })).toMatchObject({ status: 400 })
  },
)

test('the fault incomplete omits the requested field at every path', async () => {
  const simulator = await startSimulator()
  const { openid } = await simulator.exchange(await simulator.login('xiaoming'))
  const text = { openid, scene: 1, version: 2, content: '小明' }
  const calls: [string, unknown][] = [
    ['/wxa/business/getuserphonenumber', { code: await simulator.phoneCode('xiaoming') }],
    ['/wxa/msg_sec_check', text],
    ['/wxa/media_check_async', { ...text, media_url: 'http://127.0.0.1:1/', media_type: 2 }],
  ]

  for (const [path, body] of calls) {
    await simulator.control('PUT', 'fault', { fault: 'incomplete', path, times: 1 })
    const { detail: _detail, ...answer } = await simulator.callWechat(path, body)
    expect(answer).toEqual({ errcode: 0, errmsg: 'ok' })
  }
})

test('GET /__simulator/calls counts the calls of each path, whatever their result', async () => {
  const simulator = await startSimulator()
  const none = Object.fromEntries(wechatPaths.map((path) => [path, 0]))
  expect(await simulator.control('GET', 'calls')).toEqual({ status: 200, body: none })

  await simulator.exchange('garbled')
  await simulator.control('PUT', 'fault', { fault: 'reset', path: '/wxa/msg_sec_check', times: 1 })
  await expect(simulator.callWechat('/wxa/msg_sec_check', '{}')).rejects.toThrow('fetch failed')
  await simulator.callWechat('/wxa/msg_sec_check', '{}')
  await fetch(`${simulator.url}/wxa/unknown`)

  expect((await simulator.control('GET', 'calls')).body).toEqual({
    ...none,
    '/sns/jscode2session': 1,
    '/cgi-bin/stable_token': 2,
    '/wxa/msg_sec_check': 2,
  })
})
