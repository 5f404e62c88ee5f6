import { expect, test } from 'vitest'
import { app, otherApp, startSimulator } from './start-test-simulator.ts'

test('wx.login returns a new code of 32 URL-safe characters each time', async () => {
  const simulator = await startSimulator()
  const codes = await Promise.all(Array.from({ length: 50 }, () => simulator.login('xiaoming')))

  for (const code of codes) expect(code).toMatch(/^[0-9A-Za-z_-]{32}$/)
  expect(new Set(codes).size).toBe(50)
})

test('a code is rejected when it was already used', async () => {
  const simulator = await startSimulator()
  const code = await simulator.login('xiaoming')

  expect(await simulator.exchange(code)).toHaveProperty('openid')
  expect(await simulator.exchange(code)).toMatchObject({
    errcode: 40163,
    errmsg: expect.stringMatching(/^code been used, /),
  })
})

test('a code succeeds once among racing exchanges', async () => {
  const simulator = await startSimulator()
  const code = await simulator.login('xiaoming')
  const answers = await Promise.all(Array.from({ length: 20 }, () => simulator.exchange(code)))

  expect(answers.filter((answer) => answer.openid)).toHaveLength(1)
  expect(answers.filter((answer) => answer.errcode === 40163)).toHaveLength(19)
})

test('a code is valid for 300 seconds and not a millisecond longer', async () => {
  const simulator = await startSimulator({ now: () => 0 })
  const intime = await simulator.login('xiaoming')
  const late = await simulator.login('xiaoming')

  await simulator.control('POST', 'clock', { advanceMs: 300_000 })
  expect(await simulator.exchange(intime)).toHaveProperty('openid')
  await simulator.control('POST', 'clock', { advanceMs: 1 })
  expect(await simulator.exchange(late)).toMatchObject({ errcode: 40029 })
})

test('a code stays valid when the user logs in again', async () => {
  const simulator = await startSimulator()
  const first = await simulator.login('xiaoming')
  const second = await simulator.login('xiaoming')

  expect(await simulator.exchange(second)).toHaveProperty('openid')
  expect(await simulator.exchange(first)).toHaveProperty('openid')
})

test('a code of another app is rejected and stays unused', async () => {
  const simulator = await startSimulator()
  const code = await simulator.login('xiaoming', app.appId)

  expect(await simulator.exchange(code, otherApp)).toMatchObject({ errcode: 40029 })
  expect(await simulator.exchange(code, app)).toHaveProperty('openid')
})

test.each(['the code is a mock one', 'this code is a mock one'])(
  'DevTools\' code "%s" stands for the same user at every login, in every app',
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

test('the state drops the oldest codes beyond its limit', async () => {
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
