import { describe, expect, it, onTestFinished } from 'vitest'
import { callOk, proven } from '../support/accounts.ts'
import { hasDatabase } from '../support/database.ts'
import { phoneLogin, setPhone } from '../support/phone-claims.ts'
import { createTestApp, firstApp, problem, secondApp, type TestApp } from '../support/test-app.ts'

const third = 'wx3333333333333333'
const sharing = (...appIds: string[]) => JSON.stringify(appIds.map((appId) => ({ appId, name: appId })))

async function testAppWith(shared: string): Promise<TestApp> {
  const testApp = await createTestApp({ SHARE_ACCOUNTS_ACROSS_APPS: shared })
  onTestFinished(testApp.close)
  return testApp
}

const number = '13800138009'

describe.runIf(hasDatabase)('a phone number in two mini programs that share no accounts', () => {
  it.each([
    ['nothing is configured', ''],
    ['the second is not among those that share', sharing(firstApp, third)],
  ])('has an account in each when %s', async (_, shared) => {
    const testApp = await testAppWith(shared)
    for (const person of ['person-1', 'person-2']) await setPhone(testApp, person, number)
    const first = await phoneLogin(testApp, 'person-1')
    await testApp.call('POST /v1/auth/logout', { token: first.body.accessToken })
    for (const person of ['person-2', 'person-1']) {
      const second = await phoneLogin(testApp, person, secondApp)
      // The same number in the same mini program is found as ever.
      if (person === 'person-1') {
        expect(second).toMatchObject(problem('account_conflict', 409))
        continue
      }
      expect(second).toMatchObject({ status: 200, body: { isNewUser: true } })
      expect(second.body).not.toHaveProperty('joinedByPhone')
      expect(second.body.user).toMatchObject({ phoneMasked: '138******09' })
      expect(second.body.user.id).not.toBe(first.body.user.id)
    }
    expect((await testApp.login('person-1')).user.id).toBe(first.body.user.id)
  })

  it('is bound without a word about the account in the other', async () => {
    const testApp = await testAppWith('')
    for (const person of ['person-1', 'person-2']) await setPhone(testApp, person, number)
    await phoneLogin(testApp, 'person-1')
    const { accessToken: token } = await testApp.login('person-2', { appId: secondApp })
    const body = await proven(testApp, token, { code: await testApp.phoneCode('person-2', secondApp) })
    const { user } = await callOk(testApp, 'POST /v1/me/phone', body, { token })
    expect(user.phoneMasked).toBe('138******09')
    // The account's own number stays its own, in whichever mini program it is verified again.
    expect((await phoneLogin(testApp, 'person-2', secondApp)).body.user.id).toBe(user.id)
  })

  it('leads to the account of another mini program that shares accounts', async () => {
    const testApp = await testAppWith(sharing(firstApp, secondApp))
    for (const person of ['person-1', 'person-2']) await setPhone(testApp, person, number)
    const first = await phoneLogin(testApp, 'person-1')
    await testApp.call('POST /v1/auth/logout', { token: first.body.accessToken })
    expect(await phoneLogin(testApp, 'person-2', secondApp)).toMatchObject({
      status: 200,
      body: { joinedByPhone: true, user: { id: first.body.user.id } },
    })
  })
})

describe.runIf(hasDatabase)('the unionid', () => {
  const unionids = async ({ database: { prisma } }: TestApp) =>
    (await prisma.wechatIdentity.findMany()).map(({ unionid }) => unionid)

  it('is stored by no login, binding or registration when the mini program shares no accounts', async () => {
    const testApp = await testAppWith(sharing(firstApp, third))
    await setPhone(testApp, 'person-2', number)
    await testApp.login('person-1', { appId: secondApp })
    await testApp.login('person-1', { appId: secondApp })
    await phoneLogin(testApp, 'person-2', secondApp)
    const account = { username: 'separate-one', password: 'correct horse 7', appId: secondApp }
    const code = await testApp.code('person-3', secondApp)
    await callOk(testApp, 'POST /v1/auth/register', { ...account, code })
    const other = { ...account, username: 'separate-two' }
    await callOk(testApp, 'POST /v1/auth/register', other)
    await callOk(testApp, 'POST /v1/auth/password-login', {
      ...other,
      code: await testApp.code('person-4', secondApp),
    })
    expect(await unionids(testApp)).toEqual([null, null, null, null])
  })

  it('is deleted by the next login once the mini program shares accounts no more', async () => {
    const testApp = await testAppWith('')
    await testApp.login('person-1')
    await testApp.database.prisma.wechatIdentity.updateMany({ data: { unionid: 'from-before' } })
    await testApp.login('person-1')
    expect(await unionids(testApp)).toEqual([null])
  })
})
