import { describe, expect, test } from 'vitest'
import { app, type Simulator, startSimulator } from './start-test-simulator.ts'

/** Both ways to ask for a fault: a magic code, and the switch with an ordinary code. */
const ways: Record<string, (simulator: Simulator, fault: string) => Promise<string>> = {
  'a magic code': async (_, fault) => `fault:${fault}`,
  'the switch': async (simulator, fault) => {
    expect(await simulator.control('PUT', 'fault', { fault, times: 1 })).toMatchObject({ status: 200 })
    return simulator.login('xiaoming')
  },
}

const errcodes: [number, string][] = [
  [-1, 'system error'],
  [40013, 'invalid appid'],
  [40029, 'invalid code'],
  [40125, 'invalid appsecret'],
  [40163, 'code been used'],
  [40164, 'invalid ip 127.0.0.1 ipv6 ::ffff:127.0.0.1, not in whitelist'],
  [40226, 'code blocked'],
  [40243, 'appsecret frozen'],
  [45009, 'reach max api daily quota limit'],
  [45011, 'api minute-quota reach limit, must slower, retry next minute'],
  [99999, 'unknown error'],
]

describe.each(Object.entries(ways))('%s', (_, ask) => {
  test.each(errcodes)(
    'GET /sns/jscode2session returns the errcode %i on demand',
    async (errcode, message) => {
      const simulator = await startSimulator()
      const response = await simulator.exchangeRaw(await ask(simulator, String(errcode)))
      const answer = JSON.parse(await response.text())

      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toBe('text/plain')
      expect(answer.errcode).toBe(errcode)
      expect(answer.errmsg.replace(/, rid: [0-9a-f-]{26}$/, '')).toBe(message)
    },
  )

  test('the fault 0 adds errcode 0 to a success', async () => {
    const simulator = await startSimulator()
    const answer = await simulator.exchange(await ask(simulator, '0'))

    expect(answer).toMatchObject({ errcode: 0, errmsg: 'ok', openid: expect.any(String) })
    expect(answer.session_key).toHaveLength(24)
  })

  test('the fault slow delays a valid response', async () => {
    const simulator = await startSimulator()
    const code = await ask(simulator, 'slow:150')
    const startedAt = performance.now()

    expect(await simulator.exchange(code)).toHaveProperty('openid')
    expect(performance.now() - startedAt).toBeGreaterThan(140)
  })

  test.each(['hang', 'stall', 'slow'])('the fault %s keeps a client waiting', async (fault) => {
    const simulator = await startSimulator()
    const code = await ask(simulator, fault)
    const read = async () =>
      (await simulator.exchangeRaw(code, app, { signal: AbortSignal.timeout(100) })).text()

    await expect(read()).rejects.toThrow(/timeout/)
  })

  test('the fault stall sends the head of a response first', async () => {
    const simulator = await startSimulator()
    const code = await ask(simulator, 'stall')
    const patience = new AbortController()
    const response = await simulator.exchangeRaw(code, app, { signal: patience.signal })

    expect(response.status).toBe(200)
    setTimeout(() => patience.abort(), 100)
    await expect(response.text()).rejects.toThrow(/abort/)
  })

  test('the fault reset resets the connection', async () => {
    const simulator = await startSimulator()
    const code = await ask(simulator, 'reset')

    await expect(simulator.exchangeRaw(code)).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } })
  })

  test('the fault cut closes the connection halfway', async () => {
    const simulator = await startSimulator()
    const response = await simulator.exchangeRaw(await ask(simulator, 'cut'))

    await expect(response.text()).rejects.toThrow('terminated')
  })

  test.each([500, 502, 503])('the fault %i returns this HTTP status', async (status) => {
    const simulator = await startSimulator()
    const response = await simulator.exchangeRaw(await ask(simulator, String(status)))

    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toBe('text/html')
  })

  test.each([
    ['html', /^<!DOCTYPE html>/],
    ['broken-json', /^\{"session_key":"[^"]{24}","openid":"[^"]{28}"$/],
    ['null', /^null$/],
    ['empty', /^$/],
    ['incomplete', /^\{"openid":"[^"]{28}"\}$/],
    ['huge', /^ {2000000}\{"session_key"/],
  ])('a fault returns status 200 and a body that is %s', async (fault, body) => {
    const simulator = await startSimulator()
    const response = await simulator.exchangeRaw(await ask(simulator, fault))

    expect(response.status).toBe(200)
    expect(await response.text()).toMatch(body)
  })
})

test('a fault: code takes effect only when the other parameters are valid', async () => {
  const simulator = await startSimulator()
  expect(await simulator.exchange('fault:-1', { ...app, secret: 'wrong' })).toMatchObject({ errcode: 40125 })
})

test.each(['fault:', 'fault:nonsense', 'fault:__proto__', 'fault:600', 'FAULT:-1', 'slow'])(
  'the code %s is not a fault',
  async (code) => {
    const simulator = await startSimulator()
    expect(await simulator.exchange(code)).toMatchObject({ errcode: 40029 })
  },
)

test('an errcode leaves the code unused, and a lost response uses it up', async () => {
  const simulator = await startSimulator()
  const code = await simulator.login('xiaoming')

  await simulator.control('PUT', 'fault', { fault: '-1', times: 1 })
  expect(await simulator.exchange(code)).toMatchObject({ errcode: -1 })
  await simulator.control('PUT', 'fault', { fault: 'reset', times: 1 })
  await expect(simulator.exchange(code)).rejects.toThrow('fetch failed')
  expect(await simulator.exchange(code)).toMatchObject({ errcode: 40163 })
})

test('PUT /__simulator/fault applies to a number of requests, or until it is cleared', async () => {
  const simulator = await startSimulator()
  const exchange = async () => (await simulator.exchange(await simulator.login('xiaoming'))).errcode
  const status = async () => (await simulator.control('GET', 'fault')).body
  expect(await status()).toEqual({ fault: null, path: null, times: null })

  await simulator.control('PUT', 'fault', { fault: '45011', times: 2 })
  expect(await status()).toEqual({ fault: '45011', path: '/sns/jscode2session', times: 2 })
  expect([await exchange(), await exchange(), await exchange()]).toEqual([45011, 45011, undefined])
  expect(await status()).toEqual({ fault: null, path: null, times: null })

  await simulator.control('PUT', 'fault', { fault: '-1' })
  expect([await exchange(), await exchange(), await exchange()]).toEqual([-1, -1, -1])
  expect(await status()).toEqual({ fault: '-1', path: '/sns/jscode2session', times: null })

  expect((await simulator.control('DELETE', 'fault')).status).toBe(204)
  expect(await exchange()).toBeUndefined()
})

test.each([
  [{ fault: 'nonsense' }, /there is no fault "nonsense"; there are .*broken-json/],
  [{ fault: -1 }, /"fault" must be a text/],
  [{}, /"fault" must be a text/],
  [{ fault: '-1', times: 0 }, /"times" must be a whole number/],
  [{ fault: '-1', times: 1.5 }, /"times" must be a whole number/],
  [{ fault: '-1', times: '1' }, /"times" must be a whole number/],
])('PUT /__simulator/fault rejects %j and changes nothing', async (body, message) => {
  const simulator = await startSimulator()
  const answer = await simulator.control('PUT', 'fault', body)

  expect(answer).toEqual({ status: 400, body: { error: expect.stringMatching(message) } })
  expect(await simulator.exchange(await simulator.login('xiaoming'))).toHaveProperty('openid')
})
