import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { createMemoryCounters } from '../../src/infra/rate-limits/counters.ts'
import { hasDatabase } from '../support/database.ts'
import { createTestApp, problem, type TestApp } from '../support/test-app.ts'

describe.runIf(hasDatabase)('rate limits', () => {
  let testApp: TestApp
  afterEach(() => testApp?.close())

  const logIn = async (person: string, remoteAddress?: string) =>
    testApp.call('POST /v1/auth/login', {
      body: { code: await testApp.code(person) },
      ...(remoteAddress ? { remoteAddress } : {}),
    })

  it('reject a login beyond the limit of the IP, return Retry-After, and allow other IPs', async () => {
    testApp = await createTestApp({ LIMIT_LOGIN_PER_IP: '3' })
    const answers = []
    for (const person of ['person-1', 'person-2', 'person-3', 'person-4'])
      answers.push(await logIn(person, '192.0.2.1'))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429])
    const refused = answers.at(-1)
    expect(refused).toMatchObject(problem('rate_limited', 429))
    expect(refused?.headers).toMatchObject({
      'content-type': 'application/problem+json; charset=utf-8',
      'retry-after': expect.stringMatching(/^(5\d|60)$/),
    })
    expect((await logIn('person-4', '192.0.2.2')).status).toBe(200)
  })

  it('reject a user who logs in too often from any IP, without a session', async () => {
    testApp = await createTestApp({ LIMIT_LOGIN_PER_USER: '2' })
    await logIn('person-1', '192.0.2.1')
    await logIn('person-1', '192.0.2.2')
    const refused = await logIn('person-1', '192.0.2.3')
    expect(refused).toMatchObject(problem('rate_limited', 429))
    expect(refused.headers['retry-after']).toMatch(/^(5\d|60)$/)
    expect((await logIn('person-2', '192.0.2.1')).status).toBe(200)
    const [user] = await testApp.database.prisma.user.findMany({ orderBy: { registeredAt: 'asc' }, take: 1 })
    expect(user?.lastLoginIp).toBe('192.0.2.2')
  })

  it('reject a user who renews the session_key too often, keep the key, and count no login', async () => {
    testApp = await createTestApp({ LIMIT_LOGIN_PER_USER: '2' })
    const renew = async (token: string, person: string, remoteAddress: string) =>
      testApp.call('PUT /v1/me/wechat-session', {
        token,
        body: { code: await testApp.code(person) },
        remoteAddress,
      })
    const { accessToken, user } = await testApp.login('person-1')
    expect((await renew(accessToken, 'person-1', '192.0.2.1')).status).toBe(204)
    // A code of somebody else costs a call to WeChat, too.
    expect((await renew(accessToken, 'person-2', '192.0.2.2')).status).toBe(409)
    const storedKey = async () =>
      (await testApp.database.prisma.wechatIdentity.findFirstOrThrow({ where: { userId: user.id } }))
        .sessionKeyEncrypted
    const before = await storedKey()
    const refused = await renew(accessToken, 'person-1', '192.0.2.3')
    expect(refused).toMatchObject(problem('rate_limited', 429))
    expect(refused.headers['retry-after']).toMatch(/^(5\d|60)$/)
    expect(await storedKey()).toEqual(before)
    // The same person on another device has the same count.
    const { accessToken: elsewhere } = await testApp.login('person-1')
    expect((await renew(elsewhere, 'person-1', '192.0.2.3')).status).toBe(429)
    const other = await testApp.login('person-2')
    expect((await renew(other.accessToken, 'person-2', '192.0.2.3')).status).toBe(204)
  })

  it('reject a session that refreshes too often, and keep it alive', async () => {
    testApp = await createTestApp({ LIMIT_REFRESH_PER_SESSION: '2' })
    const [person, other] = [await testApp.login('person-1'), await testApp.login('person-2')]
    const refresh = (refreshToken: string) =>
      testApp.call('POST /v1/auth/refresh', { body: { refreshToken } })
    const { body } = await refresh(person.refreshToken)
    expect((await refresh(body.refreshToken)).status).toBe(200)
    expect(await refresh(body.refreshToken)).toMatchObject(problem('rate_limited', 429))
    expect((await testApp.call('GET /v1/me', { token: person.accessToken })).status).toBe(200)
    expect((await refresh(other.refreshToken)).status).toBe(200)
  })

  it('count refreshes of an IP separately, also those with an invalid token', async () => {
    testApp = await createTestApp({ LIMIT_REFRESH_PER_IP: '2' })
    const refresh = () => testApp.call('POST /v1/auth/refresh', { body: { refreshToken: 'made-up' } })
    await refresh()
    expect(await refresh()).toMatchObject(problem('refresh_token_invalid', 401))
    expect(await refresh()).toMatchObject(problem('rate_limited', 429))
    expect((await logIn('person-1')).status).toBe(200)
  })

  it('count requests with a rejected token, in one count for all operations without their own limit', async () => {
    testApp = await createTestApp({ LIMIT_PER_IP: '2' })
    expect(await testApp.call('GET /v1/me')).toMatchObject(problem('access_token_missing', 401))
    expect(await testApp.call('POST /v1/auth/logout')).toMatchObject(problem('access_token_missing', 401))
    expect(await testApp.call('GET /v1/me/sessions')).toMatchObject(problem('rate_limited', 429))
  })

  it.each([
    ['an unknown path', 'GET /nowhere', 'not_found', 404],
    ['an unknown path with a broken body', 'POST /nowhere', 'invalid_request', 400],
    ['a method that a path does not have', 'DELETE /v1/me', 'not_found', 404],
    ['the set of public keys', 'GET /.well-known/jwks.json', 'not_found', 404],
  ] as const)('count requests for %s in the general limit of the IP', async (_what, key, code, status) => {
    testApp = await createTestApp({ LIMIT_PER_IP: '2' })
    const ask = (remoteAddress: string) =>
      testApp.call(key, { remoteAddress, ...(key.startsWith('POST') ? { body: 'no JSON' } : {}) })
    await testApp.call('GET /v1/me', { remoteAddress: '192.0.2.1' })
    const last = await ask('192.0.2.1')
    expect(last).toMatchObject(problem(code, status))
    expect(last.headers).toMatchObject({ 'ratelimit-limit': '2', 'ratelimit-remaining': '0' })
    const refused = await ask('192.0.2.1')
    expect(refused).toMatchObject(problem('rate_limited', 429))
    expect(refused.headers).toMatchObject({
      'retry-after': expect.stringMatching(/^(5\d|60)$/),
      'ratelimit-limit': '2',
    })
    expect(await testApp.call('GET /v1/me', { remoteAddress: '192.0.2.1' })).toMatchObject({ status: 429 })
    expect((await ask('192.0.2.2')).status).toBe(status)
  })

  it('are lower for admin operations, whoever calls them', async () => {
    testApp = await createTestApp({ LIMIT_ADMIN_PER_IP: '1' })
    expect(await testApp.call('GET /v1/admin/users')).toMatchObject(problem('access_token_missing', 401))
    expect(await testApp.call('GET /v1/admin/users')).toMatchObject(problem('rate_limited', 429))
    expect(await testApp.call('GET /v1/me')).toMatchObject(problem('access_token_missing', 401))
  })

  it('count all IPs of one IPv6 network together', async () => {
    testApp = await createTestApp({ LIMIT_LOGIN_PER_IP: '1' })
    expect((await logIn('person-1', '2001:db8:0:1::1')).status).toBe(200)
    expect((await logIn('person-2', '2001:db8:0:1:ffff::2')).status).toBe(429)
    expect((await logIn('person-3', '2001:db8:0:2::1')).status).toBe(200)
  })

  it('are off at 0, and never apply to the health checks', async () => {
    testApp = await createTestApp({ LIMIT_PER_IP: '5', LIMIT_LOGIN_PER_IP: '0', LIMIT_LOGIN_PER_USER: '0' })
    const isReady = async () => (await testApp.call('GET /health/ready')).status === 200
    for (let login = 0; login < 5; login += 1) {
      expect((await logIn('person-1')).status).toBe(200)
      expect(await isReady()).toBe(true)
    }
    // A login counts as a request, whatever becomes of its code.
    expect(await logIn('person-1')).toMatchObject(problem('rate_limited', 429))
    expect(await isReady()).toBe(true)
    await testApp.close()
    testApp = await createTestApp({ LIMIT_PER_IP: '0', LIMIT_LOGIN_PER_IP: '0', LIMIT_LOGIN_PER_USER: '0' })
    expect((await testApp.call('GET /nowhere')).headers).not.toHaveProperty('ratelimit-limit')
    const login = await logIn('person-1')
    expect(login.status).toBe(200)
    expect(login.headers).not.toHaveProperty('ratelimit-limit')
  })
})

describe('rate limit counters in memory', () => {
  it('start again when the window is over', () => {
    const now = vi.spyOn(performance, 'now')
    onTestFinished(() => now.mockRestore())
    const { increment: hit } = createMemoryCounters()
    // A clock with fractions, as performance.now() has them, still gives whole milliseconds.
    now.mockReturnValue(1000.1)
    expect(hit('a', 60_000)).toEqual({ count: 1, endsInMs: 60_000 })
    now.mockReturnValue(60_999.1)
    expect(hit('a', 60_000)).toEqual({ count: 2, endsInMs: 1 })
    now.mockReturnValue(61_000.1)
    expect(hit('a', 60_000)).toEqual({ count: 1, endsInMs: 60_000 })
  })

  it('drop the window that was opened first when a limit is full', () => {
    const { increment: hit } = createMemoryCounters(2)
    for (const key of ['limit:x:a', 'limit:x:b', 'limit:x:b', 'limit:x:c']) hit(key, 60_000)
    expect(hit('limit:x:b', 60_000)).toMatchObject({ count: 3 })
    expect(hit('limit:x:a', 60_000)).toMatchObject({ count: 1 })
  })

  it('drop no window of a limit when another limit or window is flooded', () => {
    const { increment: hit } = createMemoryCounters(100)
    const twoHours = 2 * 60 * 60_000
    hit('limit:passwordPerAccount:victim', twoHours)
    for (let index = 0; index < 1000; index += 1) {
      hit(`limit:perIp:${index}`, 60_000)
      hit(`limit:passwordPerAccount:${index}`, 60_000)
    }
    expect(hit('limit:passwordPerAccount:victim', twoHours)).toMatchObject({ count: 2 })
  })

  it('drop expired windows before active ones', () => {
    const now = vi.spyOn(performance, 'now')
    onTestFinished(() => now.mockRestore())
    const { increment: hit } = createMemoryCounters(3)
    now.mockReturnValue(0)
    for (const key of ['limit:x:a', 'limit:x:b']) hit(key, 60_000)
    now.mockReturnValue(50_000)
    hit('limit:x:c', 60_000)
    now.mockReturnValue(61_000)
    for (const key of ['limit:x:d', 'limit:x:e']) hit(key, 60_000)
    expect(hit('limit:x:c', 60_000)).toMatchObject({ count: 2 })
  })

  it('reset every window of a key', () => {
    const { increment: hit, reset: forget } = createMemoryCounters()
    for (const windowMs of [60_000, 600_000]) hit('limit:x:a', windowMs)
    forget(['limit:x:a'])
    for (const windowMs of [60_000, 600_000]) expect(hit('limit:x:a', windowMs)).toMatchObject({ count: 1 })
  })
})
