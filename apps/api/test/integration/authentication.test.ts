import { createHmac } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { hasDatabase } from '../support/database.ts'
import { newKey } from '../support/keys.ts'
import { createTestApp, problem, type TestApp } from '../support/test-app.ts'

describe.runIf(hasDatabase)('authentication', () => {
  const oldKey = newKey('old')
  let testApp: TestApp
  beforeAll(async () => {
    testApp = await createTestApp({ ACCESS_TOKEN_KEYS: `${newKey('new')},${oldKey}` })
  })
  afterAll(() => testApp?.close())
  afterEach(() => void vi.useRealTimers())

  const me = (authorization?: string) =>
    testApp.call('GET /v1/me', authorization === undefined ? {} : { headers: { authorization } })
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const decode = (part = '') => JSON.parse(Buffer.from(part, 'base64url').toString())
  const signed = (header: object, claims: object, secret: Buffer) => {
    const input = `${encode(header)}.${encode(claims)}`
    return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
  }
  const secretOf = (key: string) => Buffer.from(key.split(':')[1] ?? '', 'base64')

  it('issues an access token with user, session, role, token version, issuer and audience', async () => {
    const { accessToken, user, refreshToken } = await testApp.login('person-0')
    const [header, claims] = accessToken.split('.')
    expect(decode(header)).toEqual({ alg: 'HS256', typ: 'JWT', kid: 'new' })
    expect(decode(claims)).toEqual({
      sub: user.id,
      sid: refreshToken.split('.')[0],
      role: 'user',
      ver: 0,
      iss: testApp.config.publicUrl,
      aud: 'api',
      iat: expect.any(Number),
      exp: expect.any(Number),
    })
  })

  it('rejects a request without Authorization', async () => {
    const answer = await me()
    expect(answer).toMatchObject(problem('access_token_missing', 401))
    expect(answer.headers['www-authenticate']).toBe('Bearer')
  })

  it('rejects a malformed Authorization', async () => {
    const { accessToken } = await testApp.login('person-0')
    const malformed = [
      '',
      'Bearer',
      'Bearer ',
      accessToken,
      `Basic ${accessToken}`,
      `Bearer  ${accessToken}`,
      `Bearer ${accessToken} x`,
      'Bearer a.b',
      'Bearer a.b.c.d',
      `Bearer ${'a.'.repeat(3000)}`,
    ]
    for (const authorization of malformed) {
      expect(await me(authorization), authorization).toMatchObject(problem('access_token_invalid', 401))
    }
  })

  it('rejects a token that is changed, unsigned, or signed by another key or algorithm', async () => {
    const { accessToken } = await testApp.login('person-0')
    const [header = '', claims = '', signature = ''] = accessToken.split('.')
    const admin = { ...decode(claims), role: 'admin' }
    const forgeries = [
      `${header}.${encode(admin)}.${signature}`,
      `${header}.${claims}.${signature.slice(0, -2)}`,
      `${header}.${claims}.`,
      `${encode({ alg: 'none', typ: 'JWT' })}.${claims}.`,
      `${encode({ alg: 'none', typ: 'JWT', kid: 'new' })}.${claims}.${signature}`,
      signed({ alg: 'HS256', typ: 'JWT', kid: 'new' }, admin, Buffer.alloc(32)),
      signed({ alg: 'HS256', typ: 'JWT', kid: 'unknown' }, decode(claims), secretOf(oldKey)),
      signed({ alg: 'HS256', typ: 'JWT' }, decode(claims), secretOf(oldKey)),
      signed({ alg: 'HS512', typ: 'JWT', kid: 'old' }, decode(claims), secretOf(oldKey)),
    ]
    for (const forgery of forgeries) {
      expect(await me(`Bearer ${forgery}`), forgery).toMatchObject(problem('access_token_invalid', 401))
    }
  })

  it.each([
    ['of another issuer', { iss: 'https://elsewhere.example' }],
    ['for another service', { aud: 'billing' }],
    ['without an issuer', { iss: undefined }],
    ['without an audience', { aud: undefined }],
    ['without an expiry', { exp: undefined }],
    ['without a session', { sid: undefined }],
  ])('rejects a correctly signed token that is %s', async (_name, claims) => {
    const { accessToken } = await testApp.login('person-0')
    const original = decode(accessToken.split('.')[1])
    const header = { alg: 'HS256', typ: 'JWT', kid: 'old' }
    expect(
      await me(`Bearer ${signed(header, original, secretOf(oldKey))}`),
      'the helper signs well',
    ).toMatchObject({ status: 200 })
    const forged = signed(header, { ...original, ...claims }, secretOf(oldKey))
    expect(await me(`Bearer ${forged}`)).toMatchObject(problem('access_token_invalid', 401))
  })

  it('accepts tokens of the previous key, so that a key rotation logs no user out', async () => {
    const { accessToken } = await testApp.login('person-0')
    const ofOldKey = signed(
      { alg: 'HS256', typ: 'JWT', kid: 'old' },
      decode(accessToken.split('.')[1]),
      secretOf(oldKey),
    )
    expect((await me(`Bearer ${ofOldKey}`)).status).toBe(200)
  })

  it('rejects a token after ten minutes', async () => {
    const { accessToken } = await testApp.login('person-0')
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 599_000 })
    expect((await me(`Bearer ${accessToken}`)).status).toBe(200)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3000 })
    expect(await me(`Bearer ${accessToken}`)).toMatchObject(problem('access_token_expired', 401))
  })

  it('rejects a token that is older than the configured lifetime, whatever its expiry says', async () => {
    const { accessToken } = await testApp.login('person-0')
    const claims = decode(accessToken.split('.')[1])
    const header = { alg: 'HS256', typ: 'JWT', kid: 'old' }
    const issued = (secondsAgo: number) =>
      signed(header, { ...claims, iat: claims.iat - secondsAgo, exp: claims.exp + 86_400 }, secretOf(oldKey))
    expect((await me(`Bearer ${issued(599)}`)).status).toBe(200)
    expect(await me(`Bearer ${issued(670)}`)).toMatchObject(problem('access_token_expired', 401))
  })

  it('rejects a revoked token as long as it could be valid, under any clock and lifetime', async () => {
    const { accessToken } = await testApp.login('person-4')
    const claims = decode(accessToken.split('.')[1])
    const now = Math.floor(Date.now() / 1000)
    const fromAhead = { ...claims, iat: now + 58, exp: now + 86_400 }
    const token = signed({ alg: 'HS256', typ: 'JWT', kid: 'old' }, fromAhead, secretOf(oldKey))
    expect((await me(`Bearer ${token}`)).status).toBe(200)
    expect((await testApp.call('POST /v1/auth/logout', { token })).status).toBe(204)

    vi.useFakeTimers({ toFake: ['Date'], now: (now + 710) * 1000 })
    await testApp.database.prisma
      .$executeRaw`UPDATE revocations SET created_at = created_at - interval '710 s'`
    // Time for a reading, after which the instance forgets.
    await new Promise((resolve) => setTimeout(resolve, 1500))
    expect(await me(`Bearer ${token}`)).toMatchObject(problem('session_revoked', 401))
    vi.useFakeTimers({ toFake: ['Date'], now: (now + 58 + 600 + 61) * 1000 })
    expect(await me(`Bearer ${token}`), 'and then for its age').toMatchObject(
      problem('access_token_expired', 401),
    )
  })

  it('rejects a deleted user on every path without a 500', async () => {
    const { accessToken, user } = await testApp.login('person-3')
    await testApp.database.prisma.user.delete({ where: { id: user.id } })
    const logoutAll = await testApp.call('POST /v1/auth/logout-all', {
      token: accessToken,
      body: { proof: { password: 'any' } },
    })
    expect(logoutAll).toMatchObject(problem('session_revoked', 401))
    await expect
      .poll(async () => (await testApp.call('GET /v1/me/sessions', { token: accessToken })).status)
      .toBe(401)
  })

  it('rejects the token of a user who was deleted', async () => {
    const { accessToken, user } = await testApp.login('person-1')
    await testApp.database.prisma.user.delete({ where: { id: user.id } })
    expect(await me(`Bearer ${accessToken}`)).toMatchObject(problem('session_revoked', 401))
    const renewal = { token: accessToken, body: { code: await testApp.code('person-1') } }
    expect(await testApp.call('PUT /v1/me/wechat-session', renewal)).toMatchObject(
      problem('session_revoked', 401),
    )
  })

  it('rejects a deleted account like one without a row: no request, no refresh, no login, no trace', async () => {
    const { accessToken: token, refreshToken, user } = await testApp.login('person-5')
    const { prisma } = testApp.database
    const deleted = await prisma.user.update({ where: { id: user.id }, data: { status: 'deleted' } })
    const body = async () => ({ code: await testApp.code('person-5') })
    const answers = [
      await testApp.call('GET /v1/me', { token }),
      await testApp.call('PUT /v1/me/wechat-session', { token, body: await body() }),
      await testApp.call('POST /v1/auth/refresh', { body: { refreshToken } }),
      await testApp.call('POST /v1/auth/login', { body: await body() }),
      await testApp.call('POST /v1/auth/login', { body: { ...(await body()), expectedUserId: user.id } }),
    ]
    for (const answer of answers) expect(answer).toMatchObject(problem('session_revoked', 401))
    expect(await prisma.user.findUnique({ where: { id: user.id } })).toEqual(deleted)
    expect(await prisma.session.count({ where: { userId: user.id } })).toBe(1)
  })

  it('rejects a banned user whose token is valid', async () => {
    const { accessToken, user } = await testApp.login('person-2')
    await testApp.database.prisma.user.update({ where: { id: user.id }, data: { status: 'banned' } })
    expect(await me(`Bearer ${accessToken}`)).toMatchObject(problem('account_banned', 403))
  })
})
