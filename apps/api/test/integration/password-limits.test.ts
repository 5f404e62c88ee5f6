import { afterEach, describe, expect, it, vi } from 'vitest'
import { hasDatabase } from '../support/database.ts'
import { type Answer, createTestApp, problem, type TestApp } from '../support/test-app.ts'
import { timed } from '../support/timed.ts'

const password = 'correct horse battery'
const owner = '192.0.2.1'

describe.runIf(hasDatabase)('password guesses', () => {
  let testApp: TestApp
  afterEach(async () => {
    vi.restoreAllMocks()
    await testApp?.close()
  })

  const logIn = (remoteAddress: string, typed = password, username = 'the-owner') =>
    testApp.call('POST /v1/auth/password-login', { body: { username, password: typed }, remoteAddress })
  const register = () =>
    testApp.call('POST /v1/auth/register', {
      body: { username: 'the-owner', password },
      remoteAddress: owner,
    })
  const guess = (remoteAddress: string, username?: string) => logIn(remoteAddress, 'wrong', username)
  async function guesses(
    count: number,
    remoteAddress: string | ((index: number) => string),
    username?: string,
  ) {
    const answers: Answer[] = []
    for (let index = 0; index < count; index += 1) {
      const address = typeof remoteAddress === 'string' ? remoteAddress : remoteAddress(index)
      answers.push(await guess(address, username))
    }
    return answers.map(({ status }) => status)
  }
  const stranger = (index: number) => `198.51.${Math.floor(index / 200)}.${1 + (index % 200)}`

  it('have to wait after five failures from one IP, whether or not the account exists', async () => {
    testApp = await createTestApp({ LIMIT_PASSWORD_PER_ACCOUNT: '5' })
    await register()
    for (const username of ['the-owner', 'nobody-here']) {
      expect(await guesses(6, '203.0.113.1', username)).toEqual([400, 400, 400, 400, 400, 429])
      const refused = await guess('203.0.113.1', username)
      expect(refused).toMatchObject(problem('rate_limited', 429))
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(50)
      expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(60)
    }
    // Not even with the right password: that would tell the guesser that it was right.
    expect((await logIn('203.0.113.1')).status).toBe(429)
  })

  it('count every spelling of a username as one', async () => {
    testApp = await createTestApp({ LIMIT_PASSWORD_PER_ACCOUNT: '2' })
    expect(await guesses(1, '203.0.113.1', 'The-Owner')).toEqual([400])
    expect(await guesses(1, '203.0.113.1', 'ｔｈｅ-owner')).toEqual([400])
    expect(await guesses(1, '203.0.113.1', 'the-owner')).toEqual([429])
  })

  it('have to wait longer and longer', async () => {
    testApp = await createTestApp({ LIMIT_PASSWORD_PER_ACCOUNT: '5' })
    await register()
    // Whole milliseconds, whose sums are exact: else a window may end a billionth of one too late.
    const start = Math.ceil(performance.now())
    let laterMs = 0
    vi.spyOn(performance, 'now').mockImplementation(() => start + laterMs)
    const waits: number[] = []
    // Whoever comes back as soon as they are heard again.
    for (let heard = 0; heard < 21 && waits.length < 7; ) {
      const answer = await guess('203.0.113.1')
      if (answer.status === 400) heard += 1
      else {
        const seconds = Number(answer.headers['retry-after'])
        waits.push(seconds)
        laterMs += seconds * 1000
      }
    }
    const minutes = waits.map((seconds) => Math.round(seconds / 60))
    expect(minutes).toEqual([1, 1, 8, 1, 1, 8, expect.any(Number)])
    expect(minutes[6]).toBeGreaterThan(90)
  })

  it('do not lock out the user at a known IP, however many attackers guess', async () => {
    testApp = await createTestApp({ LIMIT_PASSWORD_PER_ACCOUNT: '2' })
    await register()
    expect(await guesses(24, stranger)).toEqual(Array(24).fill(400))
    // From a new address even the owner waits for a turn now; from theirs not.
    expect((await logIn('203.0.113.9')).status).toBe(200)
    expect((await logIn(owner)).status).toBe(200)
  })

  it('do not lock out the user in a known IPv6 network', async () => {
    testApp = await createTestApp({ LIMIT_PASSWORD_PER_ACCOUNT: '1' })
    await register()
    expect((await logIn('2001:db8:0:1::1')).status).toBe(200)
    await guesses(12, stranger)
    const { answer, durationMs } = await timed(() => logIn('2001:db8:0:1:ffff::2'))
    expect(answer.status).toBe(200)
    // No turn among strangers.
    expect(durationMs).toBeLessThan(900)
  })

  it('leave a logged-in user with WeChat every way to continue', async () => {
    testApp = await createTestApp({ LIMIT_PASSWORD_PER_ACCOUNT: '1' })
    const { body } = await testApp.call('POST /v1/auth/register', {
      body: { username: 'the-owner', password, code: await testApp.code('person-1') },
      remoteAddress: owner,
    })
    await guesses(12, stranger)
    const change = { proof: { password }, newPassword: 'another horse battery' }
    const changed = await testApp.call('PUT /v1/me/password', {
      token: body.accessToken,
      body: change,
      remoteAddress: '203.0.113.7',
    })
    expect(changed.status).toBe(200)
    expect((await testApp.login('person-1')).user.id).toBe(body.user.id)
    const reset = { code: await testApp.code('person-1'), newPassword: password }
    expect((await testApp.call('POST /v1/auth/password-reset', { body: reset })).status).toBe(204)
  })

  it('are reset for an IP by the right password', async () => {
    testApp = await createTestApp({ LIMIT_PASSWORD_PER_ACCOUNT: '3' })
    await register()
    for (let round = 0; round < 6; round += 1) {
      expect(await guesses(2, owner)).toEqual([400, 400])
      expect((await logIn(owner)).status).toBe(200)
    }
  })

  it('are limited with a stolen access token', async () => {
    testApp = await createTestApp({ LIMIT_PASSWORD_PER_ACCOUNT: '3' })
    const { body } = await register()
    const change = { proof: { password: 'wrong' }, newPassword: 'another horse battery' }
    const statuses: number[] = []
    for (let index = 0; index < 4; index += 1)
      statuses.push(
        (await testApp.call('PUT /v1/me/password', { token: body.accessToken, body: change })).status,
      )
    expect(statuses).toEqual([400, 400, 400, 429])
  })

  it('are limited per IP over all accounts, registrations included', async () => {
    testApp = await createTestApp({ LIMIT_PASSWORD_PER_IP: '3' })
    await register()
    expect(await guesses(2, owner, 'somebody-else')).toEqual([400, 400])
    expect((await register()).status).toBe(429)
    const { answer, durationMs } = await timed(() => Promise.all([logIn(owner), logIn(owner)]))
    expect(answer.map(({ status }) => status)).toEqual([200, 200])
    expect(durationMs).toBeGreaterThan(300)
    expect((await logIn('192.0.2.2')).status).toBe(200)
  })

  it('are not limited at 0', async () => {
    testApp = await createTestApp({ LIMIT_PASSWORD_PER_ACCOUNT: '0', LIMIT_PASSWORD_PER_IP: '0' })
    await register()
    expect(await guesses(12, '203.0.113.1')).toEqual(Array(12).fill(400))
  })

  it('are rejected when too many wait for their hash already, so that none waits for long', async () => {
    testApp = await createTestApp()
    const answers = await Promise.all(
      Array.from({ length: 130 }, (_, index) => guess(stranger(index), `user-${index}`)),
    )
    const statuses = answers.map(({ status }) => status)
    expect(new Set(statuses)).toEqual(new Set([400, 429]))
    expect(statuses.filter((status) => status === 400).length).toBeGreaterThanOrEqual(100)
  })
})
