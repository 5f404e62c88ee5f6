import { afterEach, describe, expect, it } from 'vitest'
import { createDataCipher } from '../../src/infra/crypto.ts'
import { hasDatabase } from '../support/database.ts'
import { createTestApp, firstApp, problem, secondApp, type TestApp, unboundApp } from '../support/test-app.ts'

describe.runIf(hasDatabase)('several mini programs', () => {
  let testApp: TestApp
  afterEach(() => testApp?.close())

  const sessionKeyOf = async (appId: string) => {
    const row = await testApp.database.prisma.wechatIdentity.findFirstOrThrow({ where: { appId } })
    const encrypted = { bytes: row.sessionKeyEncrypted, keyId: row.sessionKeyId }
    return createDataCipher(testApp.config.dataKeys).decrypt(encrypted, `session_key ${appId} ${row.openid}`)
  }

  it('identify one user by one unionid, with an openid and a session_key for each app', async () => {
    testApp = await createTestApp()
    const first = await testApp.login('person-1', { appId: firstApp })
    const second = await testApp.login('person-1', { appId: secondApp })
    expect(second.user.id).toBe(first.user.id)
    const identities = await testApp.database.prisma.wechatIdentity.findMany({ orderBy: { appId: 'asc' } })
    expect(identities.map(({ appId, userId }) => [appId, userId])).toEqual([
      [firstApp, first.user.id],
      [secondApp, first.user.id],
    ])
    expect(new Set(identities.map(({ openid }) => openid)).size).toBe(2)
    expect(new Set(identities.map(({ unionid }) => unionid)).size).toBe(1)
    expect(await sessionKeyOf(firstApp)).not.toBe(await sessionKeyOf(secondApp))
  })

  it('replace only the session_key of the app that the code is of', async () => {
    testApp = await createTestApp()
    const inFirst = await testApp.login('person-1', { appId: firstApp })
    const inSecond = await testApp.login('person-1', { appId: secondApp })
    const [first, second] = [await sessionKeyOf(firstApp), await sessionKeyOf(secondApp)]
    const renew = async (token: string, appId: string) =>
      testApp.call('PUT /v1/me/wechat-session', {
        token,
        body: { code: await testApp.code('person-1', appId) },
      })
    expect((await renew(inSecond.accessToken, secondApp)).status).toBe(204)
    expect(await sessionKeyOf(firstApp)).toBe(first)
    const renewed = await sessionKeyOf(secondApp)
    expect(renewed).not.toBe(second)
    await testApp.login('person-1', { appId: firstApp })
    expect(await sessionKeyOf(secondApp)).toBe(renewed)
    // The session of the one mini program takes no code of the other.
    expect(await renew(inFirst.accessToken, secondApp)).toMatchObject(problem('code_invalid', 400))
  })

  it('count the logins of a user separately', async () => {
    testApp = await createTestApp({ LIMIT_LOGIN_PER_USER: '2' })
    const logIn = async (appId: string) =>
      (
        await testApp.call('POST /v1/auth/login', {
          body: { code: await testApp.code('person-1', appId), appId, sharedAccount: 'join' },
        })
      ).status
    expect([await logIn(firstApp), await logIn(firstApp), await logIn(firstApp)]).toEqual([200, 200, 429])
    expect([await logIn(secondApp), await logIn(unboundApp)]).toEqual([200, 200])
  })

  it('never confuse two identities, even with the same openid in both apps', async () => {
    testApp = await createTestApp()
    const { user } = await testApp.login('person-1', { appId: firstApp })
    const [identity] = await testApp.database.prisma.wechatIdentity.findMany()
    const other = await testApp.login('person-1', { appId: unboundApp })
    expect(other.user.id).not.toBe(user.id)
    // As if WeChat had given the same openid in both.
    await testApp.database.prisma.wechatIdentity.updateMany({
      where: { appId: unboundApp },
      data: { openid: identity?.openid ?? '' },
    })
    expect((await testApp.login('person-1', { appId: firstApp })).user.id).toBe(user.id)
  })

  it('store the unionid of an existing user at the next login, also when no other user has it', async () => {
    testApp = await createTestApp()
    await testApp.login('person-1', { appId: unboundApp })
    await testApp.control('PUT', 'app', { appId: unboundApp, openPlatform: 'company' })
    const again = await testApp.login('person-1', { appId: unboundApp })
    expect(again).not.toHaveProperty('conflict')
    const first = await testApp.login('person-1', { appId: firstApp })
    expect(first).toMatchObject({ isNewUser: false, user: { id: again.user.id } })
  })
})
