import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { startForwardProxy } from '../support/forward-proxy.ts'
import { startClient } from '../support/wechat-client.ts'

const user = 'api'
/** With what has to be escaped in a URL. */
const password = `p@ss:/${randomBytes(8).toString('hex')}`
const urlOf = (address: string, secret = password) =>
  `http://${user}:${encodeURIComponent(secret)}@${address}`

it('WECHAT_PROXY_URL carries all calls to WeChat, over reused connections', async () => {
  const proxy = await startForwardProxy({ user, password })
  const { session, client, apps, url, requests, log } = await startClient({
    WECHAT_PROXY_URL: urlOf(proxy.address),
  })
  const person = await session('person-1')
  const [app] = apps
  expect(await client.checkSessionKey(app, person)).toBe(true)
  for (let call = 0; call < 5; call += 1) await session('person-2')
  expect(new Set(proxy.targets)).toEqual(new Set([new URL(url).host]))
  expect(requests.length).toBeGreaterThanOrEqual(7)
  expect(proxy.targets.length).toBeLessThan(4)
  expect(log()).not.toContain(password)
})

it('WECHAT_PROXY_URL that rejects a call is reported without its credentials', async () => {
  const proxy = await startForwardProxy({ user, password })
  const { session, requests, log } = await startClient({ WECHAT_PROXY_URL: urlOf(proxy.address, 'guessed') })
  await expect(session('person-1')).rejects.toMatchObject({
    code: 'wechat_unavailable',
    cause: { message: 'the proxy rejects our credentials: check WECHAT_PROXY_URL' },
  })
  expect([proxy.refused(), requests]).toEqual([1, []])
  expect(log()).not.toMatch(/guessed|Z3Vlc3NlZA/)
})

it('WECHAT_PROXY_URL that cannot be reached is reported', async () => {
  const { session } = await startClient({ WECHAT_PROXY_URL: urlOf('127.0.0.1:9') })
  await expect(session('person-1')).rejects.toMatchObject({
    code: 'wechat_unavailable',
    cause: { message: 'no response through the proxy: ECONNREFUSED' },
  })
})

it('WECHAT_PROXY_URL that hangs has the same timeout as WeChat, and opens the circuit', async () => {
  const proxy = await startForwardProxy({ user, password })
  const { session, log } = await startClient({
    WECHAT_PROXY_URL: urlOf(proxy.address),
    WECHAT_TIMEOUT_MS: '300',
    WECHAT_MAXIMUM_FAILURES: '2',
  })
  proxy.beSilent()
  for (let call = 0; call < 2; call += 1) {
    const startedAt = performance.now()
    await expect(session('person-1')).rejects.toMatchObject({
      code: 'wechat_unavailable',
      cause: { message: 'no response within 300 ms' },
    })
    expect(performance.now() - startedAt).toBeLessThan(5000)
  }
  expect(log()).toContain('WeChat is not responding: calls fail immediately for now')
})
