import { expect, test } from 'vitest'
import { app, otherApp, startSimulator } from './start-test-simulator.ts'

test('mints codes of 32 URL-safe characters, each another one', async () => {
  const simulator = await startSimulator()
  const codes = await Promise.all(Array.from({ length: 50 }, () => simulator.login('xiaoming')))

  for (const code of codes) expect(code).toMatch(/^[0-9A-Za-z_-]{32}$/)
  expect(new Set(codes).size).toBe(50)
})

test('refuses a code that was already used', async () => {
  const simulator = await startSimulator()
  const code = await simulator.login('xiaoming')

  expect(await simulator.exchange(code)).toHaveProperty('openid')
  expect(await simulator.exchange(code)).toMatchObject({
    errcode: 40163,
    errmsg: expect.stringMatching(/^code been used, /),
  })
})

test('gives a code to exactly one of many racing exchanges', async () => {
  const simulator = await startSimulator()
  const code = await simulator.login('xiaoming')
  const answers = await Promise.all(Array.from({ length: 20 }, () => simulator.exchange(code)))

  expect(answers.filter((answer) => answer.openid)).toHaveLength(1)
  expect(answers.filter((answer) => answer.errcode === 40163)).toHaveLength(19)
})

test('accepts a code for 300 seconds and not a millisecond longer', async () => {
  const simulator = await startSimulator({ now: () => 0 })
  const intime = await simulator.login('xiaoming')
  const late = await simulator.login('xiaoming')

  await simulator.control('POST', 'clock', { advanceMs: 300_000 })
  expect(await simulator.exchange(intime)).toHaveProperty('openid')
  await simulator.control('POST', 'clock', { advanceMs: 1 })
  expect(await simulator.exchange(late)).toMatchObject({ errcode: 40029 })
})

test('keeps several unused codes of a person alive', async () => {
  const simulator = await startSimulator()
  const first = await simulator.login('xiaoming')
  const second = await simulator.login('xiaoming')

  expect(await simulator.exchange(second)).toHaveProperty('openid')
  expect(await simulator.exchange(first)).toHaveProperty('openid')
})

test("does not know another app's code, and does not use it up", async () => {
  const simulator = await startSimulator()
  const code = await simulator.login('xiaoming', app.appId)

  expect(await simulator.exchange(code, otherApp)).toMatchObject({ errcode: 40029 })
  expect(await simulator.exchange(code, app)).toHaveProperty('openid')
})

test.each(['the code is a mock one', 'this code is a mock one'])(
  'takes "%s" of DevTools for the same person at every login, in every app',
  async (code) => {
    const simulator = await startSimulator()
    const first = await simulator.exchange(code)
    const second = await simulator.exchange(code)
    const xiaoming = await simulator.exchange(await simulator.login('xiaoming'))

    expect(second.openid).toBe(first.openid)
    expect(second.openid).not.toBe(xiaoming.openid)
    expect(await simulator.exchange(await simulator.login('devtools'))).toHaveProperty('openid', first.openid)
    expect(await simulator.exchange(code, otherApp)).toHaveProperty('openid')
  },
)

test('forgets the oldest codes rather than fill the memory', async () => {
  const { createWechatState } = await import('../src/domain/wechat-state.ts')
  let count = 0
  const state = createWechatState({
    apps: [app],
    users: [{ id: 'amei', name: '阿美' }],
    sessionKeyMinimumLifetimeMs: 0,
    now: () => 0,
    randomBytes: (size) => {
      const bytes = Buffer.alloc(size)
      bytes.writeUInt32BE(++count)
      return bytes
    },
  })
  const user = state.users[0]
  if (!user) throw new Error('the state has no user')

  const codes = Array.from({ length: 100_001 }, () => state.login(app, user))
  expect(state.exchange(app, codes[0] ?? '')).toBe('invalid')
  expect(state.exchange(app, codes[1] ?? '')).toHaveProperty('openid')
  expect(state.exchange(app, codes.at(-1) ?? '')).toHaveProperty('openid')
})
