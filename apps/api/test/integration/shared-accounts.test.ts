import { describe, expect, it, onTestFinished } from 'vitest'
import { callOk } from '../support/accounts.ts'
import { loginAsAdmin } from '../support/admin.ts'
import { hasDatabase } from '../support/database.ts'
import { deleteWithProof } from '../support/deleting.ts'
import { nextUser } from '../support/next-user.ts'
import { createTestApp, firstApp, problem, secondApp, type TestApp } from '../support/test-app.ts'
import { useTestApp } from '../support/use-test-app.ts'

const loginIn = async (testApp: TestApp, person: string, appId: string, more: object = {}) =>
  testApp.call('POST /v1/auth/login', {
    body: { code: await testApp.code(person, appId), appId, ...more },
  })

describe.runIf(hasDatabase)('POST /v1/auth/login in a second mini program that shares accounts', () => {
  const testApp = useTestApp()
  const identitiesOf = (userId: string) => testApp.database.prisma.wechatIdentity.count({ where: { userId } })

  it('asks the user, and changes nothing before the user has chosen', async () => {
    const person = nextUser()
    const { user } = await testApp.login(person)
    const users = await testApp.database.prisma.user.count()
    const asked = await loginIn(testApp, person, secondApp)
    expect(asked).toMatchObject(problem('shared_account_choice', 409))
    expect(asked.body.sharedAccount).toEqual({
      nicknameMasked: `${user.nickname?.slice(0, 1)}**`,
      appNames: ['Shop 1'],
    })
    expect(asked.text).not.toContain(user.id)
    expect(await testApp.database.prisma.user.count()).toBe(users)
    expect(await identitiesOf(user.id)).toBe(1)
    const events = await testApp.database.prisma.auditEvent.findMany({ where: { userId: user.id } })
    expect(events.map(({ type }) => type)).toEqual(['consent_given', 'login'])
  })

  it('joins the account when the user chose so, records it, and asks no more', async () => {
    const person = nextUser()
    const { user } = await testApp.login(person)
    const joined = await loginIn(testApp, person, secondApp, { sharedAccount: 'join' })
    expect(joined).toMatchObject({ status: 200, body: { isNewUser: false, user: { id: user.id } } })
    const event = { userId: user.id, type: 'wechat_bound', appId: secondApp }
    expect(await testApp.database.prisma.auditEvent.count({ where: event })).toBe(1)
    expect((await loginIn(testApp, person, secondApp)).body.user.id).toBe(user.id)
  })

  it('creates a separate account when the user chose so, and neither joins nor offers a merge later', async () => {
    const person = nextUser()
    const { user } = await testApp.login(person)
    const separate = await loginIn(testApp, person, secondApp, { sharedAccount: 'separate' })
    expect(separate).toMatchObject({ status: 200, body: { isNewUser: true } })
    expect(separate.body.user.id).not.toBe(user.id)
    for (const appId of [firstApp, secondApp]) {
      const again = await loginIn(testApp, person, appId, { sharedAccount: 'join' })
      expect(again.body.user.id).toBe(appId === firstApp ? user.id : separate.body.user.id)
      expect(again.body).not.toHaveProperty('conflict')
    }
  })

  it('ignores the choice when the user has no other account', async () => {
    const login = await loginIn(testApp, nextUser(), firstApp, { sharedAccount: 'join' })
    expect(login).toMatchObject({ status: 200, body: { isNewUser: true } })
  })

  it.each([undefined, 'join', 'separate'])('rejects a banned user who chose %s', async (sharedAccount) => {
    const person = nextUser()
    const { user } = await testApp.login(person)
    const admin = await loginAsAdmin(testApp, 'person-0')
    const ban = { reason: 'spam' }
    await callOk(testApp, `PUT /v1/admin/users/${user.id}/ban`, ban, { token: admin.accessToken })
    const choice = sharedAccount === undefined ? {} : { sharedAccount }
    expect(await loginIn(testApp, person, secondApp, choice)).toMatchObject({
      status: 403,
      body: { code: 'account_banned', reason: 'spam' },
    })
    expect(await identitiesOf(user.id)).toBe(1)
  })

  it('asks at a phone login before the phone code is used', async () => {
    const person = nextUser()
    const { user } = await testApp.login(person)
    const phoneCode = await testApp.phoneCode(person, secondApp)
    const phoneLogin = async (more: object) =>
      testApp.call('POST /v1/auth/phone-login', {
        body: { loginCode: await testApp.code(person, secondApp), phoneCode, appId: secondApp, ...more },
      })
    expect(await phoneLogin({})).toMatchObject(problem('shared_account_choice', 409))
    expect(await phoneLogin({ sharedAccount: 'join' })).toMatchObject({
      status: 200,
      body: { user: { id: user.id, phoneMasked: expect.any(String) } },
    })
  })

  it('creates no account with a username beside the other account', async () => {
    const person = nextUser()
    await testApp.login(person)
    const code = await testApp.code(person, secondApp)
    const body = { username: 'shared-one', password: 'correct horse 7', code, appId: secondApp }
    expect(await testApp.call('POST /v1/auth/register', { body })).toMatchObject({
      status: 409,
      body: { code: 'account_conflict' },
    })
  })
})

describe.runIf(hasDatabase)('two mini programs that share no accounts', () => {
  it.each([
    ['nothing is configured', ''],
    ['the second is not among those that share', 'first and third'],
  ])('have separate accounts of one WeChat user when %s', async (_, which) => {
    const third = 'wx3333333333333333'
    const shared = [firstApp, third].map((appId) => ({ appId, name: appId }))
    const variable = which === '' ? '' : JSON.stringify(shared)
    const testApp = await createTestApp({ SHARE_ACCOUNTS_ACROSS_APPS: variable })
    onTestFinished(testApp.close)
    const first = await testApp.login('person-1')
    const second = await loginIn(testApp, 'person-1', secondApp, { sharedAccount: 'join' })
    expect(second).toMatchObject({ status: 200, body: { isNewUser: true } })
    expect(second.body.user.id).not.toBe(first.user.id)
    expect(second.body).not.toHaveProperty('conflict')
    // A code proves the account of its mini program alone.
    const code = await testApp.code('person-1', secondApp)
    expect((await deleteWithProof(testApp, { code, appId: secondApp })).status).toBe(204)
    expect((await loginIn(testApp, 'person-1', firstApp)).body.user.id).toBe(first.user.id)
    const stranger = await testApp.code('person-1', secondApp)
    expect(await deleteWithProof(testApp, { code: stranger, appId: secondApp })).toMatchObject(
      problem('not_found', 404),
    )
  })

  it('join no account of a mini program that shares none', async () => {
    const shared = [firstApp, 'wx3333333333333333'].map((appId) => ({ appId, name: appId }))
    const testApp = await createTestApp({ SHARE_ACCOUNTS_ACROSS_APPS: JSON.stringify(shared) })
    onTestFinished(testApp.close)
    const { user } = await testApp.login('person-1', { appId: secondApp })
    const inShared = await loginIn(testApp, 'person-1', firstApp, { sharedAccount: 'join' })
    expect(inShared).toMatchObject({ status: 200, body: { isNewUser: true } })
    expect(inShared.body.user.id).not.toBe(user.id)
  })

  it('offer no merge when a login reveals the unionid', async () => {
    const testApp = await createTestApp({ SHARE_ACCOUNTS_ACROSS_APPS: '' })
    onTestFinished(testApp.close)
    const unbound = 'wx3333333333333333'
    await testApp.login('person-1', { appId: unbound })
    await testApp.login('person-1', { appId: firstApp })
    await testApp.control('PUT', 'app', { appId: unbound, openPlatform: 'company' })
    expect(await testApp.login('person-1', { appId: unbound })).not.toHaveProperty('conflict')
  })
})
