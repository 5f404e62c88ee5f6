import type { LoginResult } from '@repo/shared'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { loginAsAdmin } from '../support/admin.ts'
import { createTestDatabase, hasDatabase } from '../support/database.ts'
import { newKey } from '../support/keys.ts'
import { createTestApp, firstApp, problem, secondApp, type TestApp } from '../support/test-app.ts'

describe.runIf(hasDatabase)('a user who deleted the account while banned', () => {
  let testApp: TestApp
  let admin: LoginResult
  beforeAll(async () => {
    testApp = await createTestApp()
    admin = await loginAsAdmin(testApp, 'person-0')
  })
  afterAll(() => testApp?.close())

  const tryLogin = async (person: string, appId = firstApp, from = testApp) =>
    from.call('POST /v1/auth/login', { body: { code: await from.code(person, appId), appId } })

  async function leaveBanned(person: string, ban: object, appIds = [firstApp]): Promise<void> {
    let login: LoginResult | undefined
    for (const appId of appIds) login = await testApp.login(person, { appId })
    const path = `/v1/admin/users/${login?.user.id}/ban`
    expect((await testApp.call(`PUT ${path}`, { token: admin.accessToken, body: ban })).status).toBe(204)
    const code = await testApp.code(person)
    expect((await testApp.call('POST /v1/auth/delete', { body: { code } })).status).toBe(204)
  }

  it('is rejected in every mini program with the reason and the end, and not registered', async () => {
    const until = '2090-01-01T00:00:00.000Z'
    await leaveBanned('person-1', { reason: 'spam', until }, [firstApp, secondApp])
    const users = await testApp.database.prisma.user.count()
    for (const appId of [firstApp, secondApp]) {
      const refused = await tryLogin('person-1', appId)
      expect(refused).toMatchObject({ status: 403, body: { code: 'account_banned', reason: 'spam', until } })
    }
    expect(await testApp.database.prisma.user.count()).toBe(users)
    expect(await tryLogin('person-2')).toMatchObject({ status: 200 })
  })

  it('can delete again without an account, and stays rejected', async () => {
    await leaveBanned('person-3', { reason: 'spam' })
    const code = await testApp.code('person-3')
    expect(await testApp.call('POST /v1/auth/delete', { body: { code } })).toMatchObject(
      problem('not_found', 404),
    )
    expect(await tryLogin('person-3')).toMatchObject(problem('account_banned', 403))
  })

  it('registers as a new user when the ban is over', async () => {
    const soon = Date.now() + 5000
    await leaveBanned('person-4', { reason: 'spam', until: new Date(soon).toISOString() })
    expect((await tryLogin('person-4')).status).toBe(403)
    await new Promise((resolve) => setTimeout(resolve, soon - Date.now() + 50))
    expect(await tryLogin('person-4')).toMatchObject({ status: 200, body: { isNewUser: true } })
  })

  it('registers again at once when the ban was over before the deletion', async () => {
    await leaveBanned('person-5', { reason: 'spam', until: new Date(Date.now() + 5000).toISOString() })
    await testApp.database.prisma.bannedIdentity.deleteMany()
    const { user } = await testApp.login('person-5')
    await testApp.database.prisma.user.update({
      where: { id: user.id },
      data: { status: 'banned', bannedUntil: new Date(Date.now() - 1000) },
    })
    await testApp.call('POST /v1/auth/delete', { body: { code: await testApp.code('person-5') } })
    expect(await testApp.database.prisma.bannedIdentity.count()).toBe(0)
    expect(await tryLogin('person-5')).toMatchObject({ status: 200 })
  })

  it('is still recognized after the key was rotated', async () => {
    const target = await createTestDatabase()
    onTestFinished(target.remove)
    const oldKey = newKey('old')
    const keep = { ...target, remove: async () => {} }
    const before = await createTestApp({ DATA_KEYS: oldKey }, keep)
    const { user } = await before.login('person-1')
    await before.database.prisma.user.update({
      where: { id: user.id },
      data: { status: 'banned', bannedReason: '广告' },
    })
    await before.call('POST /v1/auth/delete', { body: { code: await before.code('person-1') } })
    await before.close()
    const after = await createTestApp({ DATA_KEYS: `${newKey('new')},${oldKey}` }, keep)
    onTestFinished(after.close)
    const refused = await tryLogin('person-1', firstApp, after)
    expect(refused).toMatchObject({ status: 403, body: { code: 'account_banned', reason: '广告' } })
  })
})
