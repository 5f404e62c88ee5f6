import { afterEach, describe, expect, it } from 'vitest'
import { hasDatabase } from '../support/database.ts'
import { createTestApp, problem, type TestApp } from '../support/test-app.ts'
import { timed } from '../support/timed.ts'

const password = 'correct horse battery'
const home = '192.0.2.1'

/** Each test starts a database, and many guesses are hashed. */
const patience = { timeout: 180_000 }

describe.runIf(hasDatabase)('password guesses of attackers', patience, () => {
  let testApp: TestApp
  afterEach(() => testApp?.close())

  const logIn = (remoteAddress: string, typed = password, more: object = {}, username = 'the-owner') =>
    testApp.call('POST /v1/auth/password-login', {
      body: { username, password: typed, ...more },
      remoteAddress,
    })
  const register = async (username = 'the-owner') =>
    (await testApp.call('POST /v1/auth/register', { body: { username, password }, remoteAddress: home })).body
  async function guesses(count: number, from: (index: number) => string, more: object = {}) {
    const statuses: number[] = []
    for (let index = 0; index < count; index += 1)
      statuses.push((await logIn(from(index), 'wrong', more)).status)
    return statuses
  }
  const stranger = (index: number) => `198.51.${Math.floor(index / 200)}.${1 + (index % 200)}`

  it.each([
    ['the /64s of a /48', (index: number) => `2001:db8:0:${(index % 300).toString(16)}::1`],
    [
      'the /64s of a /56',
      (index: number) => `2001:db8:0:12${(index % 256).toString(16).padStart(2, '0')}::1`,
    ],
    ['a /64', (index: number) => `2001:db8:0:1::${(index + 1).toString(16)}`],
  ])('from %s do not lock the user out of a new device in a new network', async (_, from) => {
    testApp = await createTestApp({ LIMIT_PASSWORD_PER_ACCOUNT: '5' })
    await register()
    const statuses = await guesses(80, from)
    expect(statuses.filter((status) => status === 400).length).toBeLessThanOrEqual(10)
    const { answer, durationMs } = await timed(() => logIn('198.51.100.7'))
    expect(answer.status).toBe(200)
    expect(durationMs).toBeLessThan(900)
  })

  it('from everywhere slow down a new device in a new network, and do not lock it out', async () => {
    testApp = await createTestApp({ LIMIT_PASSWORD_PER_ACCOUNT: '1' })
    await register()
    expect(await guesses(12, stranger)).toEqual(Array(12).fill(400))
    const { answer, durationMs } = await timed(() => logIn('203.0.113.9'))
    expect(answer.status).toBe(200)
    expect(durationMs).toBeLessThan(6000)
  })

  it('from everywhere are verified at most once per second', async () => {
    testApp = await createTestApp({ LIMIT_PASSWORD_PER_ACCOUNT: '1' })
    await register()
    await guesses(10, stranger)
    const answers = await Promise.all(
      Array.from({ length: 80 }, (_, index) => logIn(stranger(1000 + index), 'wrong')),
    )
    const statuses = answers.map(({ status }) => status)
    expect(statuses.filter((status) => status === 400).length).toBeLessThanOrEqual(7)
    expect(answers.find(({ status }) => status === 429)).toMatchObject(problem('rate_limited', 429))
  })

  it('do not concern a known device of the user, wherever it is', async () => {
    testApp = await createTestApp({ LIMIT_PASSWORD_PER_ACCOUNT: '1', LIMIT_PASSWORD_PER_IP: '100' })
    const { deviceToken } = await register()
    // Also from the very address where it is now.
    await guesses(14, (index) => (index < 3 ? '203.0.113.9' : stranger(index)))
    expect((await logIn('203.0.113.9')).status).toBe(429)
    const { answer, durationMs } = await timed(() => logIn('203.0.113.9', password, { deviceToken }))
    expect(answer.status).toBe(200)
    expect(durationMs).toBeLessThan(900)
  })

  it('over all accounts from one IP do not concern a known device behind it, and slow down all others', async () => {
    testApp = await createTestApp({ LIMIT_PASSWORD_PER_IP: '5' })
    const { deviceToken } = await register()
    const shared = '100.64.9.9'
    for (let index = 0; index < 5; index += 1) await logIn(shared, 'wrong', {}, `somebody-${index}`)
    const known = await timed(() => logIn(shared, password, { deviceToken }))
    expect(known.answer.status).toBe(200)
    expect((await logIn(shared)).status).toBe(200)
    const next = await timed(() => logIn(shared))
    expect(next.answer.status).toBe(200)
    expect(next.durationMs).toBeGreaterThan(300)
  })

  it('with a copied device token have their own count, and the device continues without it', async () => {
    testApp = await createTestApp({ LIMIT_PASSWORD_PER_ACCOUNT: '2' })
    const { deviceToken } = await register()
    expect(await guesses(6, () => '203.0.113.9', { deviceToken })).toEqual([400, 400, 400, 400, 429, 429])
    expect((await logIn(home, password, { deviceToken })).status).toBe(200)
  })

  it('gain nothing by the token of another account, or an invalid one', async () => {
    testApp = await createTestApp({ LIMIT_PASSWORD_PER_ACCOUNT: '2' })
    await register()
    const { deviceToken } = await register('somebody-else')
    for (const [network, token] of [deviceToken, deviceToken.replace(/^./, '!'), 'x'].entries())
      expect(await guesses(3, () => `203.0.113.${network}`, { deviceToken: token })).toEqual([400, 400, 429])
  })
})
