import { describe, expect, it } from 'vitest'
import { callOk, codeOf, password, register, userOf } from '../support/accounts.ts'
import { consent } from '../support/consent.ts'
import { hasDatabase } from '../support/database.ts'
import { nextUser } from '../support/next-user.ts'
import { firstApp, problem } from '../support/test-app.ts'
import { useTestApp } from '../support/use-test-app.ts'

const key = 'POST /v1/auth/consent/withdraw'

describe.runIf(hasDatabase)(key, () => {
  const testApp = useTestApp()
  const methodsOf = async (userId: string) =>
    (await testApp.database.prisma.consent.findMany({ where: { userId }, orderBy: { id: 'asc' } })).map(
      ({ method }) => method,
    )

  it('stores and audits the withdrawal, logs out everywhere and leaves the account', async () => {
    const person = nextUser()
    const devices = [await testApp.login(person), await testApp.login(person)]
    const { id } = devices[0]?.user ?? { id: '' }
    await callOk(testApp, key, { ...(await codeOf(testApp, person)), expectedUserId: id })
    for (const { accessToken, refreshToken } of devices) {
      expect((await testApp.call('GET /v1/me', { token: accessToken })).body.code).toBe('session_revoked')
      expect(
        (await testApp.call('POST /v1/auth/refresh', { body: { refreshToken, consent } })).body.code,
      ).toBe('session_revoked')
    }
    expect(await methodsOf(id)).toEqual(['wechat', 'withdrawal'])
    const where = { userId: id, type: 'consent_withdrawn' }
    expect(await testApp.database.prisma.auditEvent.findMany({ where })).toMatchObject([{ data: consent }])
    expect(await userOf(testApp, id)).toMatchObject({ status: 'active', consentSince: null })

    const again = await testApp.login(person)
    expect(again).toMatchObject({ isNewUser: false, user: { id } })
    expect(await methodsOf(id)).toEqual(['wechat', 'withdrawal', 'wechat'])
  })

  it('leaves no silent login: it repeats a consent that was taken back', async () => {
    const person = nextUser()
    const { user } = await testApp.login(person)
    await callOk(testApp, key, await codeOf(testApp, person))
    const silent = { ...(await codeOf(testApp, person)), expectedUserId: user.id }
    expect(await testApp.call('POST /v1/auth/login', { body: silent })).toMatchObject(
      problem('session_revoked', 401),
    )
    expect(await methodsOf(user.id)).toEqual(['wechat', 'withdrawal'])
    expect(await testApp.database.prisma.session.count({ where: { userId: user.id, revokedAt: null } })).toBe(
      0,
    )
  })

  it('stores one withdrawal however often it is called', async () => {
    const person = nextUser()
    const { user } = await testApp.login(person)
    for (let count = 0; count < 2; count += 1) await callOk(testApp, key, await codeOf(testApp, person))
    expect(await methodsOf(user.id)).toEqual(['wechat', 'withdrawal'])
  })

  it('accepts username and password, and a banned user', async () => {
    const { user } = await register(testApp)
    const where = { id: user.id }
    await testApp.database.prisma.user.update({ where, data: { status: 'banned', bannedReason: 'spam' } })
    await callOk(testApp, key, { username: user.username, password, expectedUserId: user.id })
    expect(await userOf(testApp, user.id)).toMatchObject({ status: 'banned', consentSince: null })
  })

  it('rejects a wrong proof, one of another user and one of no user, and changes nothing', async () => {
    const victim = await testApp.login(nextUser())
    const attacker = nextUser()
    await testApp.login(attacker)
    const { user } = await register(testApp)
    const wrong = [
      [{ ...(await codeOf(testApp, attacker)), expectedUserId: victim.user.id }, 'different_account'],
      [{ username: user.username, password: 'wrong password' }, 'credentials_invalid'],
      [{ username: user.username, password, expectedUserId: victim.user.id }, 'different_account'],
      [await codeOf(testApp, nextUser()), 'not_found'],
      [{ code: 'no code of WeChat', appId: firstApp }, 'code_invalid'],
      [{}, 'invalid_request'],
    ] as const
    for (const [body, code] of wrong) expect((await testApp.call(key, { body })).body.code).toBe(code)
    for (const { id } of [victim.user, user])
      expect(await userOf(testApp, id)).toMatchObject({ ...consent, consentSince: expect.any(Date) })
    expect((await testApp.call('GET /v1/me', { token: victim.accessToken })).status).toBe(200)
  })
})
