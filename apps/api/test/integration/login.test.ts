import type { User } from '@repo/shared'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createDataCipher } from '../../src/infra/crypto.ts'
import { hasDatabase } from '../support/database.ts'
import { createTestApp, firstApp, problem, secondApp, type TestApp, unboundApp } from '../support/test-app.ts'

describe.runIf(hasDatabase)('POST /v1/auth/login', () => {
  let testApp: TestApp
  beforeAll(async () => {
    testApp = await createTestApp()
  })
  afterAll(() => testApp?.close())

  const countUsers = () => testApp.database.prisma.user.count()

  it('registers a user at the first login', async () => {
    const startedAt = Date.now()
    const answer = await testApp.call('POST /v1/auth/login', {
      body: { code: await testApp.code('person-0') },
    })
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({
      accessToken: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      accessTokenExpiresAt: expect.any(String),
      refreshToken: expect.stringMatching(/^[\da-f-]{36}\.1\.[\w-]{43}$/),
      refreshTokenExpiresAt: expect.any(String),
      deviceToken: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      serverTime: expect.any(String),
      isNewUser: true,
      user: {
        id: expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-7/),
        nickname: expect.stringMatching(/^\p{Script=Han}+ \d{4}$/u),
        avatarUrl: expect.stringMatching(
          /^http:\/\/127\.0\.0\.1:3000\/files\/default-avatars\/[\da-f]{16}\.png$/,
        ),
        pendingNickname: null,
        avatarPending: false,
        gender: null,
        birthday: null,
        phoneMasked: null,
        username: null,
        role: 'user',
        level: 0,
        levelDescription: '普通用户',
        status: 'active',
        registeredAt: expect.any(String),
        lastLoginAt: expect.any(String),
      } satisfies User,
    })
    const { accessTokenExpiresAt, refreshTokenExpiresAt, serverTime, user } = answer.body
    const minutes = (to: string, from: string) => (Date.parse(to) - Date.parse(from)) / 60_000
    expect(minutes(accessTokenExpiresAt, serverTime)).toBeCloseTo(10, 0)
    expect(minutes(refreshTokenExpiresAt, serverTime)).toBeCloseTo(30 * 24 * 60, 0)
    expect(Date.parse(user.registeredAt)).toBeGreaterThanOrEqual(startedAt)
  })

  it('finds the user at the next login, and updates its time and IP', async () => {
    const first = await testApp.login('person-1')
    const answer = await testApp.call('POST /v1/auth/login', {
      body: { code: await testApp.code('person-1') },
      remoteAddress: '203.0.113.7',
    })
    expect(answer.body).toMatchObject({
      isNewUser: false,
      user: { id: first.user.id, registeredAt: first.user.registeredAt },
    })
    expect(Date.parse(answer.body.user.lastLoginAt)).toBeGreaterThan(Date.parse(first.user.lastLoginAt))
    const row = await testApp.database.prisma.user.findUniqueOrThrow({ where: { id: first.user.id } })
    expect(row.lastLoginIp).toBe('203.0.113.7')
    expect(row.lastLoginAt.toISOString()).toBe(answer.body.user.lastLoginAt)
  })

  it('returns an access token that works at once', async () => {
    const { accessToken, user } = await testApp.login('person-2')
    const me = await testApp.call('GET /v1/me', { token: accessToken })
    expect(me).toMatchObject({ status: 200, body: user })
  })

  it('stores the device that the client sends, and works without one', async () => {
    const { user } = await testApp.login('person-3', { device: { model: 'iPhone 17', system: 'iOS 20.1' } })
    await testApp.login('person-3')
    const sessions = await testApp.database.prisma.session.findMany({
      where: { userId: user.id },
      orderBy: { id: 'asc' },
    })
    expect(sessions.map(({ deviceModel, deviceSystem }) => [deviceModel, deviceSystem])).toEqual([
      ['iPhone 17', 'iOS 20.1'],
      [null, null],
    ])
  })

  it('stores the session_key encrypted, and replaces it at the next login', async () => {
    const cipher = createDataCipher(testApp.config.dataKeys)
    const stored = async () => {
      const row = await testApp.database.prisma.wechatIdentity.findFirstOrThrow({
        where: { userId: user.id },
      })
      expect(Buffer.from(row.sessionKeyEncrypted).length).toBe(12 + 24 + 16)
      return cipher.decrypt(
        { bytes: row.sessionKeyEncrypted, keyId: row.sessionKeyId },
        `session_key ${row.appId} ${row.openid}`,
      )
    }
    const { user } = await testApp.login('person-4')
    const first = await stored()
    await testApp.login('person-4')
    const second = await stored()
    expect(Buffer.from(String(first), 'base64')).toHaveLength(16)
    expect(Buffer.from(String(second), 'base64')).toHaveLength(16)
    expect(second).not.toBe(first)
  })

  it('finds one user in two mini programs of one company', async () => {
    const first = await testApp.login('person-5', { appId: firstApp })
    const second = await testApp.login('person-5', { appId: secondApp })
    expect(second).toMatchObject({ isNewUser: false, user: { id: first.user.id } })
  })

  it('creates two users in two unrelated mini programs', async () => {
    const first = await testApp.login('person-6', { appId: firstApp })
    const second = await testApp.login('person-6', { appId: unboundApp })
    expect(second.isNewUser).toBe(true)
    expect(second.user.id).not.toBe(first.user.id)
  })

  it('stores the unionid once the mini program is bound to an Open Platform account', async () => {
    const { user } = await testApp.login('person-7', { appId: unboundApp })
    const unionid = async () =>
      (await testApp.database.prisma.wechatIdentity.findFirstOrThrow({ where: { userId: user.id } })).unionid
    expect(await unionid()).toBeNull()
    await testApp.control('PUT', 'app', { appId: unboundApp, openPlatform: 'company' })
    try {
      await testApp.login('person-7', { appId: unboundApp })
      expect(await unionid()).toMatch(/^o/)
    } finally {
      await testApp.control('PUT', 'app', { appId: unboundApp, openPlatform: null })
    }
    await testApp.login('person-7', { appId: unboundApp })
    expect(await unionid()).toMatch(/^o/)
  })

  it('uses the first configured app when the request has no AppID', async () => {
    const unnamed = await testApp.login('person-8')
    const named = await testApp.login('person-8', { appId: firstApp })
    expect(named.user.id).toBe(unnamed.user.id)
  })

  it('rejects an unknown AppID without a call to WeChat', async () => {
    const code = await testApp.code('person-9')
    const answer = await testApp.call('POST /v1/auth/login', { body: { code, appId: 'wx0000000000000000' } })
    expect(answer).toMatchObject(problem('unknown_app', 400))
    // The code is still good: it was not spent.
    expect((await testApp.call('POST /v1/auth/login', { body: { code } })).status).toBe(200)
  })

  it('rejects a code that was already used', async () => {
    const code = await testApp.code('person-10')
    expect((await testApp.call('POST /v1/auth/login', { body: { code } })).status).toBe(200)
    expect(await testApp.call('POST /v1/auth/login', { body: { code } })).toMatchObject(
      problem('code_used', 400),
    )
  })

  it('logs in once when a code is sent twice at the same time, and rejects the other as used', async () => {
    const code = await testApp.code('person-19')
    const send = () => testApp.call('POST /v1/auth/login', { body: { code } })
    const [first, second] = (await Promise.all([send(), send()])).sort((a, b) => a.status - b.status)
    expect(first).toMatchObject({ status: 200, body: { isNewUser: true } })
    expect(second).toMatchObject(problem('code_used', 400))
    const { prisma } = testApp.database
    expect(await prisma.session.count({ where: { userId: first?.body.user.id } })).toBe(1)
    expect((await testApp.call('GET /v1/me', { token: first?.body.accessToken })).status).toBe(200)
  })

  it('rejects a code of another mini program', async () => {
    const code = await testApp.code('person-11', secondApp)
    const answer = await testApp.call('POST /v1/auth/login', { body: { code, appId: firstApp } })
    expect(answer).toMatchObject(problem('code_invalid', 400))
  })

  it('rejects a code that is older than five minutes', async () => {
    const code = await testApp.code('person-12')
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 301_000 })
    try {
      expect(await testApp.call('POST /v1/auth/login', { body: { code } })).toMatchObject(
        problem('code_invalid', 400),
      )
    } finally {
      vi.useRealTimers()
    }
  })

  it('accepts the literal code of WeChat DevTools without an AppID', async () => {
    const body = { code: 'the code is a mock one' }
    const first = await testApp.call('POST /v1/auth/login', { body })
    const second = await testApp.call('POST /v1/auth/login', { body })
    expect(first.body.isNewUser).toBe(true)
    expect(second.body).toMatchObject({ isNewUser: false, user: { id: first.body.user.id } })
  })

  it('rejects a silent login of another user, and changes nothing', async () => {
    const expected = await testApp.login('person-13')
    const other = await testApp.login('person-14')
    const answer = await testApp.call('POST /v1/auth/login', {
      body: { code: await testApp.code('person-14'), expectedUserId: expected.user.id },
    })
    expect(answer).toMatchObject(problem('different_account', 409))
    const row = await testApp.database.prisma.user.findUniqueOrThrow({ where: { id: other.user.id } })
    expect(row.lastLoginAt.toISOString()).toBe(other.user.lastLoginAt)
  })

  it('rejects a silent login of a new WeChat user, and registers no user', async () => {
    const expected = await testApp.login('person-13')
    const before = await countUsers()
    const answer = await testApp.call('POST /v1/auth/login', {
      body: { code: await testApp.code('person-15'), expectedUserId: expected.user.id },
    })
    expect(answer).toMatchObject(problem('different_account', 409))
    expect(await countUsers()).toBe(before)
  })

  it('accepts a silent login of the expected user', async () => {
    const { user } = await testApp.login('person-13')
    const again = await testApp.login('person-13', { expectedUserId: user.id })
    expect(again).toMatchObject({ isNewUser: false, user: { id: user.id } })
  })

  it('rejects a banned user, and does not count it as a login', async () => {
    const { user } = await testApp.login('person-16')
    await testApp.database.prisma.user.update({ where: { id: user.id }, data: { status: 'banned' } })
    const answer = await testApp.call('POST /v1/auth/login', {
      body: { code: await testApp.code('person-16') },
    })
    expect(answer).toMatchObject(problem('account_banned', 403))
    const row = await testApp.database.prisma.user.findUniqueOrThrow({ where: { id: user.id } })
    expect(row.lastLoginAt.toISOString()).toBe(user.lastLoginAt)
  })

  it.each([
    ['users', 20],
    ['wechat_identities', 21],
    ['consents', 22],
    ['sessions', 23],
    ['audit_events', 24],
  ])('leaves no user and no identity when the first login fails at %s', async (table, index) => {
    const { prisma } = testApp.database
    const count = async () => [await prisma.user.count(), await prisma.wechatIdentity.count()]
    const [users = 0, bindings = 0] = await count()
    await prisma.$executeRawUnsafe(`ALTER TABLE ${table} ADD CONSTRAINT never CHECK (false) NOT VALID`)
    const body = { code: await testApp.code(`person-${index}`) }
    const answer = await testApp.call('POST /v1/auth/login', { body })
    await prisma.$executeRawUnsafe(`ALTER TABLE ${table} DROP CONSTRAINT never`)
    expect(answer).toMatchObject(problem('internal_error', 500))
    expect(await count()).toEqual([users, bindings])

    expect(await testApp.login(`person-${index}`)).toMatchObject({ isNewUser: true })
    expect(await count()).toEqual([users + 1, bindings + 1])
  })

  it('ignores fields that the contract does not name', async () => {
    const body = {
      code: await testApp.code('person-17'),
      role: 'admin',
      openid: 'o123',
      user: { role: 'admin' },
    }
    const answer = await testApp.call('POST /v1/auth/login', { body })
    expect(answer).toMatchObject({ status: 200, body: { user: { role: 'user' } } })
  })

  it('writes one log line, with the duration of the call to WeChat, when it succeeds', async () => {
    const before = testApp.log().length
    const { user } = await testApp.login('person-18')
    const lines = testApp.log().slice(before).trim().split('\n')
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({
        msg: 'request',
        route: '/v1/auth/login',
        status: 200,
        wechatMs: expect.any(Number),
        userId: user.id,
        appId: firstApp,
        isNewUser: true,
      }),
    ])
  })
})
