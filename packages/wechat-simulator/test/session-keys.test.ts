import { expect, test } from 'vitest'
import { app, startSimulator } from './start-test-simulator.ts'

const minute = 60_000

test('a session_key is the base64 of 16 bytes and by default new for every code', async () => {
  const simulator = await startSimulator()
  const first = await simulator.exchange(await simulator.login('xiaoming'))
  const second = await simulator.exchange(await simulator.login('xiaoming'))

  expect(Buffer.from(first.session_key, 'base64')).toHaveLength(16)
  expect(first.session_key).toHaveLength(24)
  expect(second.session_key).not.toBe(first.session_key)
})

test('a session_key rotates with a new code only at its minimum lifetime', async () => {
  const simulator = await startSimulator({ now: () => 0, sessionKeyMinimumLifetimeMs: 10 * minute })
  const login = async () => (await simulator.exchange(await simulator.login('xiaoming'))).session_key

  const first = await login()
  await simulator.control('POST', 'clock', { advanceMs: 10 * minute - 1 })
  expect(await login()).toBe(first)
  await simulator.control('POST', 'clock', { advanceMs: 1 })
  expect(await login()).not.toBe(first)
})

test('a session_key does not rotate when another user logs in', async () => {
  const simulator = await startSimulator({ sessionKeyMinimumLifetimeMs: minute })
  const first = await simulator.exchange(await simulator.login('xiaoming'))
  const other = await simulator.exchange(await simulator.login('xiaohong'))
  const again = await simulator.exchange(await simulator.login('xiaoming'))

  expect(other.session_key).not.toBe(first.session_key)
  expect(again.session_key).toBe(first.session_key)
})

test('an earlier code brings the session_key that a later code has rotated', async () => {
  const simulator = await startSimulator()
  const earlier = await simulator.login('xiaoming')
  const later = await simulator.exchange(await simulator.login('xiaoming'))

  expect((await simulator.exchange(earlier)).session_key).not.toBe(later.session_key)
})

test('a session_key is valid from the first code until it expires, and again after the next code', async () => {
  const simulator = await startSimulator({ sessionKeyMinimumLifetimeMs: minute })
  expect(await simulator.isSessionKeyAlive('xiaoming')).toBe(false)

  const first = await simulator.exchange(await simulator.login('xiaoming'))
  expect(await simulator.isSessionKeyAlive('xiaoming')).toBe(true)
  expect(await simulator.isSessionKeyAlive('xiaohong')).toBe(false)

  const expired = await simulator.control('POST', 'expire-session-key', {
    appId: app.appId,
    person: 'xiaoming',
  })
  expect(expired.status).toBe(204)
  expect(await simulator.isSessionKeyAlive('xiaoming')).toBe(false)

  const second = await simulator.exchange(await simulator.login('xiaoming'))
  expect(await simulator.isSessionKeyAlive('xiaoming')).toBe(true)
  expect(second.session_key).not.toBe(first.session_key)
})
