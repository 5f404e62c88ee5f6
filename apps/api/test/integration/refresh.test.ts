import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { createRefreshTokens } from '../../src/domain/sessions/refresh-tokens.ts'
import { hasDatabase } from '../support/database.ts'
import { newKey } from '../support/keys.ts'
import { createTestApp, problem, type TestApp } from '../support/test-app.ts'

const day = 24 * 60 * 60 * 1000

describe.runIf(hasDatabase)('POST /v1/auth/refresh', () => {
  const oldKey = newKey('old')
  let testApp: TestApp
  beforeAll(async () => {
    testApp = await createTestApp({ REFRESH_TOKEN_KEYS: `${newKey('new')},${oldKey}` })
  })
  afterAll(() => testApp?.close())
  afterEach(() => void vi.useRealTimers())

  const refresh = (refreshToken: string) => testApp.call('POST /v1/auth/refresh', { body: { refreshToken } })
  const wait = (ms: number) => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms })
  const sessionOf = (refreshToken: string) =>
    testApp.database.prisma.session.findUniqueOrThrow({ where: { id: refreshToken.split('.')[0] ?? '' } })

  it('returns the fields of a login, with the next token', async () => {
    const login = await testApp.login('person-0')
    const answer = await refresh(login.refreshToken)
    // The device keeps the token that tells it apart for longer than a session lives.
    const { isNewUser, deviceToken, ...shape } = login
    expect(answer.status).toBe(200)
    expect(Object.keys(answer.body).sort()).toEqual(Object.keys(shape).sort())
    expect(answer.body.user).toEqual(login.user)
    expect(answer.body.refreshToken).toMatch(/\.2\./)
    expect(await testApp.call('GET /v1/me', { token: answer.body.accessToken })).toMatchObject({
      status: 200,
    })
  })

  it('leaves one live session and one next token when 20 refreshes of one token race', async () => {
    const { refreshToken } = await testApp.login('person-2')
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(refreshToken)))
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    const tokens = new Set(answers.map(({ body }) => body.refreshToken))
    expect(tokens.size).toBe(1)
    expect((await refresh([...tokens][0])).status).toBe(200)
  })

  it('ends the session when a token comes back after its successor was used', async () => {
    const { refreshToken } = await testApp.login('person-3')
    const next = await refresh(refreshToken)
    await testApp.call('GET /v1/me', { token: next.body.accessToken })
    wait(11_000)
    expect(await refresh(refreshToken)).toMatchObject(problem('refresh_token_reused', 401))
    expect(await sessionOf(refreshToken)).toMatchObject({ revokedReason: 'refresh_token_reused' })
    // Also to the holder who did nothing wrong, who is to learn why the session ended.
    expect(await refresh(next.body.refreshToken)).toMatchObject(problem('refresh_token_reused', 401))
    expect(await testApp.call('GET /v1/me', { token: next.body.accessToken })).toMatchObject(
      problem('refresh_token_reused', 401),
    )
  })

  it('ends the session when a token comes back that was replaced twice, even at once', async () => {
    const { refreshToken } = await testApp.login('person-4')
    const second = await refresh(refreshToken)
    await refresh(second.body.refreshToken)
    expect(await refresh(refreshToken)).toMatchObject(problem('refresh_token_reused', 401))
  })

  it('logs out no other device and no other user when a token is reused', async () => {
    const phone = await testApp.login('person-5')
    const tablet = await testApp.login('person-5')
    const somebody = await testApp.login('person-14')
    await refresh((await refresh(phone.refreshToken)).body.refreshToken)
    expect(await refresh(phone.refreshToken)).toMatchObject(problem('refresh_token_reused', 401))
    for (const { accessToken, refreshToken } of [tablet, somebody]) {
      expect((await testApp.call('GET /v1/me', { token: accessToken })).status).toBe(200)
      expect((await refresh(refreshToken)).status).toBe(200)
    }
  })

  it('is followed by a silent login when the token was reused or has expired', async () => {
    const reused = await testApp.login('person-15')
    await refresh((await refresh(reused.refreshToken)).body.refreshToken)
    expect(await refresh(reused.refreshToken)).toMatchObject(problem('refresh_token_reused', 401))
    const old = await testApp.login('person-15', { expectedUserId: reused.user.id })
    wait(31 * day)
    expect(await refresh(old.refreshToken)).toMatchObject(problem('refresh_token_expired', 401))
    const again = await testApp.login('person-15', { expectedUserId: reused.user.id })
    expect((await refresh(again.refreshToken)).status).toBe(200)
  })

  it('keeps a session that is used at least every 30 days', async () => {
    const login = await testApp.login('person-6')
    wait(29 * day)
    const first = await refresh(login.refreshToken)
    expect(first.status).toBe(200)
    wait(29 * day)
    expect((await refresh(first.body.refreshToken)).status).toBe(200)
  })

  it('rejects a session after 30 days without use, and changes nothing', async () => {
    const { refreshToken } = await testApp.login('person-7')
    wait(30 * day + 1000)
    expect(await refresh(refreshToken)).toMatchObject(problem('refresh_token_expired', 401))
    expect(await sessionOf(refreshToken)).toMatchObject({ refreshCounter: 1, revokedAt: null })
  })

  it('rejects a session after 180 days, however often it is used', async () => {
    let { refreshToken, refreshTokenExpiresAt } = await testApp.login('person-8')
    const end = Date.now() + 180 * day
    for (let month = 0; month < 7; month += 1) {
      wait(25 * day)
      ;({ refreshToken, refreshTokenExpiresAt } = (await refresh(refreshToken)).body)
    }
    expect(Math.abs(Date.parse(refreshTokenExpiresAt) - end)).toBeLessThan(60_000)
    wait(6 * day)
    expect(await refresh(refreshToken)).toMatchObject(problem('refresh_token_expired', 401))
  })

  it('rejects a banned user, and a session whose user is deleted', async () => {
    const { refreshToken, user } = await testApp.login('person-9')
    await testApp.database.prisma.user.update({ where: { id: user.id }, data: { status: 'banned' } })
    expect(await refresh(refreshToken)).toMatchObject(problem('account_banned', 403))
    await testApp.database.prisma.user.delete({ where: { id: user.id } })
    expect(await refresh(refreshToken)).toMatchObject(problem('session_revoked', 401))
  })

  it('rejects an invalid token, and changes nothing', async () => {
    const { refreshToken } = await testApp.login('person-10')
    const other = await testApp.login('person-11')
    const [id, counter, mac] = refreshToken.split('.') as [string, string, string]
    const [otherId] = other.refreshToken.split('.')
    const before = await sessionOf(refreshToken)
    const forgeries = [
      'garbage',
      `${id}.${counter}`,
      `${id}.${counter}.`,
      `${id}.2.${mac}`,
      `${otherId}.${counter}.${mac}`,
      refreshToken.slice(0, -1),
      `${refreshToken}x`,
      `${id}.${counter}.${randomBytes(32).toString('base64url')}`,
      `${id}.01.${mac}`,
      `${id.toUpperCase()}.${counter}.${mac}`,
      ` ${refreshToken}`,
      other.accessToken,
    ]
    for (const forgery of forgeries) {
      expect(await refresh(forgery), forgery).toMatchObject(problem('refresh_token_invalid', 401))
    }
    expect(await sessionOf(refreshToken)).toEqual(before)
    expect((await refresh(refreshToken)).status).toBe(200)
  })

  it('accepts one spelling per token, including the spare bits of the last character', async () => {
    const { refreshToken } = await testApp.login('person-10')
    const last = refreshToken.at(-1) ?? ''
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const twin = refreshToken.slice(0, -1) + alphabet[alphabet.indexOf(last) ^ 1]
    expect(await refresh(twin)).toMatchObject(problem('refresh_token_invalid', 401))
  })

  it.each([
    ['missing', {}],
    ['empty', { refreshToken: '' }],
    ['a number', { refreshToken: 1 }],
    ['513 characters', { refreshToken: 'x'.repeat(513) }],
    ['with NUL', { refreshToken: 'a\u0000b' }],
  ])('rejects a token that is %s', async (_name, body) => {
    expect(await testApp.call('POST /v1/auth/refresh', { body })).toMatchObject(
      problem('invalid_request', 400),
    )
  })

  it('accepts tokens of the previous key, so that a key rotation logs no user out', async () => {
    const { refreshToken } = await testApp.login('person-12')
    const [sessionId = ''] = refreshToken.split('.')
    const [id = '', secret = ''] = oldKey.split(':')
    const ofOldKey = createRefreshTokens([{ id, secret: Buffer.from(secret, 'base64') }]).issue({
      sessionId,
      counter: 1,
    })
    expect(ofOldKey).not.toBe(refreshToken)
    expect((await refresh(ofOldKey)).status).toBe(200)
  })

  it('allows a new login when the database is older than the token, after a restore', async () => {
    const { refreshToken } = await testApp.login('person-13')
    const next = await refresh(refreshToken)
    await testApp.database.prisma.session.update({
      where: { id: refreshToken.split('.')[0] ?? '' },
      data: { refreshCounter: 1 },
    })
    expect(await refresh(next.body.refreshToken)).toMatchObject(problem('refresh_token_expired', 401))
    expect(await sessionOf(refreshToken)).toMatchObject({ revokedAt: null })
  })
})

describe.runIf(hasDatabase)('configured token lifetimes', () => {
  let testApp: TestApp
  beforeAll(async () => {
    testApp = await createTestApp({
      ACCESS_TOKEN_LIFETIME_SECONDS: '120',
      REFRESH_TOKEN_LIFETIME_DAYS: '2',
      SESSION_MAXIMUM_LIFETIME_DAYS: '3',
    })
  })
  afterAll(() => testApp?.close())
  afterEach(() => void vi.useRealTimers())

  const refresh = (refreshToken: string) => testApp.call('POST /v1/auth/refresh', { body: { refreshToken } })
  const me = (token: string) => testApp.call('GET /v1/me', { token })
  const wait = (ms: number) => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms })

  it('apply to the access token, the idle session, and every session', async () => {
    const { accessToken, refreshToken } = await testApp.login('person-0')
    const idle = await testApp.login('person-0')
    wait(118_000)
    expect((await me(accessToken)).status).toBe(200)
    wait(4000)
    expect(await me(accessToken)).toMatchObject(problem('access_token_expired', 401))
    wait(1.5 * day)
    const second = await refresh(refreshToken)
    expect(second.status).toBe(200)
    wait(day)
    expect(await refresh(idle.refreshToken)).toMatchObject(problem('refresh_token_expired', 401))
    const third = await refresh(second.body.refreshToken)
    expect(third.status).toBe(200)
    wait(0.6 * day)
    expect(await refresh(third.body.refreshToken)).toMatchObject(problem('refresh_token_expired', 401))
  })
})
