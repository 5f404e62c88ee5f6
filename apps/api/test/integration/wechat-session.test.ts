import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDataCipher } from '../../src/infra/crypto.ts'
import { hasDatabase } from '../support/database.ts'
import { createTestApp, firstApp, problem, secondApp, type TestApp } from '../support/test-app.ts'

describe.runIf(hasDatabase)('PUT /v1/me/wechat-session', () => {
  let testApp: TestApp
  beforeAll(async () => {
    testApp = await createTestApp()
  })
  afterAll(() => testApp?.close())

  const renew = (token: string, code: unknown) =>
    testApp.call('PUT /v1/me/wechat-session', { token, body: { code } })
  const storedKey = async (userId: string) => {
    const row = await testApp.database.prisma.wechatIdentity.findFirstOrThrow({ where: { userId } })
    const encrypted = { bytes: row.sessionKeyEncrypted, keyId: row.sessionKeyId }
    return createDataCipher(testApp.config.dataKeys).decrypt(
      encrypted,
      `session_key ${row.appId} ${row.openid}`,
    )
  }

  it('replaces the stored key and returns nothing of it', async () => {
    const { accessToken, user } = await testApp.login('person-0')
    const before = await storedKey(user.id)
    const answer = await renew(accessToken, await testApp.code('person-0'))
    expect(answer).toMatchObject({ status: 204, text: '' })
    const after = await storedKey(user.id)
    expect(Buffer.from(after ?? '', 'base64')).toHaveLength(16)
    expect(after).not.toBe(before)
  })

  it('rejects the code of another user, and keeps both keys', async () => {
    const mine = await testApp.login('person-1')
    const other = await testApp.login('person-2')
    const before = [await storedKey(mine.user.id), await storedKey(other.user.id)]
    const answer = await renew(mine.accessToken, await testApp.code('person-2'))
    expect(answer).toMatchObject(problem('different_account', 409))
    expect([await storedKey(mine.user.id), await storedKey(other.user.id)]).toEqual(before)
  })

  it('uses the mini program of the session', async () => {
    const { accessToken } = await testApp.login('person-3', { appId: secondApp })
    expect((await renew(accessToken, await testApp.code('person-3', secondApp))).status).toBe(204)
    expect(await renew(accessToken, await testApp.code('person-3'))).toMatchObject(
      problem('code_invalid', 400),
    )
  })

  it('rejects bad input and failures of WeChat as the login does, and keeps the session', async () => {
    const { accessToken } = await testApp.login('person-4')
    expect(await renew(accessToken, undefined)).toMatchObject(problem('invalid_request', 400))
    expect(await renew(accessToken, 5)).toMatchObject(problem('invalid_request', 400))
    expect(await renew(accessToken, 'unknown')).toMatchObject(problem('code_invalid', 400))
    expect(await renew(accessToken, 'fault:-1')).toMatchObject(problem('wechat_busy', 503))
    expect(await testApp.call('GET /v1/me', { token: accessToken })).toMatchObject({ status: 200 })
  })

  it('rejects a banned user and a request without a login', async () => {
    const { accessToken, user } = await testApp.login('person-5')
    await testApp.database.prisma.user.update({ where: { id: user.id }, data: { status: 'banned' } })
    expect(await renew(accessToken, await testApp.code('person-5'))).toMatchObject(
      problem('account_banned', 403),
    )
    const answer = await testApp.call('PUT /v1/me/wechat-session', { body: { code: 'x' } })
    expect(answer).toMatchObject(problem('access_token_missing', 401))
  })
})

/** `wx.checkSession` speaks of WeChat's key alone; whoever takes it for a login errs in both directions. */
describe.runIf(hasDatabase)('the session_key and the session', () => {
  let testApp: TestApp
  beforeAll(async () => {
    testApp = await createTestApp()
  })
  afterAll(() => testApp?.close())

  const me = (token: string) => testApp.call('GET /v1/me', { token })
  const refresh = (refreshToken: string) => testApp.call('POST /v1/auth/refresh', { body: { refreshToken } })
  const checkSession = async (person: string) =>
    ((await testApp.control('POST', 'check-session', { appId: firstApp, person })) as { alive: boolean })
      .alive

  it('an ended session stays ended while WeChat considers the session_key valid', async () => {
    const { accessToken, refreshToken } = await testApp.login('person-0')
    expect((await testApp.call('POST /v1/auth/logout', { token: accessToken })).status).toBe(204)
    expect(await checkSession('person-0')).toBe(true)
    expect(await me(accessToken)).toMatchObject(problem('session_revoked', 401))
    expect(await refresh(refreshToken)).toMatchObject(problem('session_revoked', 401))
  })

  it('a session stays alive when the session_key expires, and renewing that starts no other', async () => {
    const { accessToken, refreshToken, user } = await testApp.login('person-1')
    await testApp.control('POST', 'expire-session-key', { appId: firstApp, person: 'person-1' })
    expect(await checkSession('person-1')).toBe(false)
    expect((await me(accessToken)).status).toBe(200)
    expect((await refresh(refreshToken)).status).toBe(200)
    const renewal = { token: accessToken, body: { code: await testApp.code('person-1') } }
    expect((await testApp.call('PUT /v1/me/wechat-session', renewal)).status).toBe(204)
    expect(await checkSession('person-1')).toBe(true)
    expect(await testApp.database.prisma.session.count({ where: { userId: user.id } })).toBe(1)
  })
})
