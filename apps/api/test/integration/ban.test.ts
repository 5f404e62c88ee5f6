import { api, type LoginResult } from '@repo/shared'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { codeOf } from '../support/accounts.ts'
import { loginAsAdmin } from '../support/admin.ts'
import { hasDatabase } from '../support/database.ts'
import { createTestApp, problem, secondApp, type TestApp } from '../support/test-app.ts'

describe.runIf(hasDatabase)('a ban', () => {
  let testApp: TestApp
  let admin: LoginResult
  beforeAll(async () => {
    testApp = await createTestApp()
    admin = await loginAsAdmin(testApp, 'person-0')
  })
  afterAll(() => testApp?.close())
  afterEach(() => void vi.useRealTimers())

  const password = 'correct horse battery'
  const ban = (id: string, body: object) =>
    testApp.call(`PUT /v1/admin/users/${id}/ban`, { token: admin.accessToken, body })
  const logIn = async (person: string, more: object = {}) =>
    testApp.call('POST /v1/auth/login', { body: { code: await testApp.code(person), ...more } })
  const refresh = (refreshToken: string) => testApp.call('POST /v1/auth/refresh', { body: { refreshToken } })
  const me = (token: string) => testApp.call('GET /v1/me', { token })
  const banned = (extra: object) => ({
    status: 403,
    body: { ...problem('account_banned', 403).body, ...extra },
  })

  /** Every path of the contract, asked by somebody who had every right a moment ago. */
  const answersTo = async (person: string, { accessToken, refreshToken, user }: LoginResult) => {
    const bodies: Record<string, object> = {
      'POST /v1/auth/login': { code: await testApp.code(person) },
      'POST /v1/auth/phone-login': {
        loginCode: await testApp.code(person),
        phoneCode: await testApp.phoneCode(person),
      },
      'POST /v1/auth/refresh': { refreshToken },
      'POST /v1/auth/register': { username: 'somebody-new', password, code: await testApp.code(person) },
      'POST /v1/auth/password-login': { username: 'banned-admin', password },
      'POST /v1/admin/appeals/:id/reject': { response: 'no' },
      'POST /v1/auth/password-reset': { code: await testApp.code(person), newPassword: password },
    }
    const keys = Object.keys(api)
    const answers = new Map<string, Awaited<ReturnType<TestApp['call']>>>()
    for (const key of keys) {
      answers.set(
        key,
        await testApp.call(key.replace(':id', user.id), {
          ...(api[key as keyof typeof api].access === 'public' ? {} : { token: accessToken }),
          ...(bodies[key] ? { body: bodies[key] } : {}),
        }),
      )
    }
    return answers
  }

  it('rejects the user on every path except account deletion, at once, with the reason and the end', async () => {
    const until = new Date(Date.now() + 3_600_000).toISOString()
    const login = await loginAsAdmin(testApp, 'person-1')
    const account = {
      username: 'banned-admin',
      newPassword: password,
      proof: await codeOf(testApp, 'person-1'),
    }
    expect(
      await testApp.call('PUT /v1/me/password', { token: login.accessToken, body: account }),
    ).toMatchObject({
      status: 200,
    })
    expect((await ban(login.user.id, { reason: '多次刷单', until })).status).toBe(204)
    const answers = await answersTo('person-1', login)
    expect(answers.size).toBe(Object.keys(api).length)
    // A banned user may read the policy, withdraw the consent, delete, export and appeal; other tests cover these.
    answers.delete('GET /v1/data-practices')
    for (const key of ['consent/withdraw', 'delete', 'export', 'ban-notice', 'appeal'])
      answers.delete(`POST /v1/auth/${key}`)
    for (const [key, answer] of answers)
      expect({ status: answer.status, body: answer.body }, key).toEqual(banned({ reason: '多次刷单', until }))
  })

  it('has no end when the admin set none', async () => {
    const login = await testApp.login('person-2')
    await ban(login.user.id, { reason: 'spam' })
    expect((await me(login.accessToken)).body).toEqual(banned({ reason: 'spam' }).body)
  })

  it('rejects a silent login too, and does not count it as a login', async () => {
    const { user } = await testApp.login('person-3')
    await ban(user.id, { reason: 'spam' })
    expect(await logIn('person-3', { expectedUserId: user.id })).toMatchObject(banned({ reason: 'spam' }))
    const row = await testApp.database.prisma.user.findUniqueOrThrow({ where: { id: user.id } })
    expect(row.lastLoginAt.toISOString()).toBe(user.lastLoginAt)
  })

  it('rejects the user in another mini program of the same company, and binds nothing there', async () => {
    const { user } = await testApp.login('person-7')
    await ban(user.id, { reason: 'spam' })
    const body = { code: await testApp.code('person-7', secondApp), appId: secondApp }
    const answer = await testApp.call('POST /v1/auth/login', { body })
    expect(answer).toMatchObject(banned({ reason: 'spam' }))
    const { prisma } = testApp.database
    expect(await prisma.wechatIdentity.count({ where: { userId: user.id } })).toBe(1)
    expect(await prisma.wechatIdentity.count({ where: { appId: secondApp } })).toBe(0)
  })

  it('can be replaced by another ban, which the user then sees', async () => {
    const { user, accessToken } = await testApp.login('person-4')
    await ban(user.id, { reason: 'first', until: new Date(Date.now() + 60_000).toISOString() })
    await ban(user.id, { reason: 'second' })
    expect((await me(accessToken)).body).toEqual(banned({ reason: 'second' }).body)
  })

  it('allows the user to log in again when an admin lifts it, and keeps old tokens revoked', async () => {
    const before = await testApp.login('person-5')
    await ban(before.user.id, { reason: 'spam' })
    const path = `DELETE /v1/admin/users/${before.user.id}/ban`
    expect((await testApp.call(path, { token: admin.accessToken })).status).toBe(204)
    expect(await me(before.accessToken)).toMatchObject(problem('session_revoked', 401))
    expect(await refresh(before.refreshToken)).toMatchObject(problem('session_revoked', 401))
    const after = await testApp.login('person-5')
    expect((await me(after.accessToken)).body).toMatchObject({ id: before.user.id, status: 'active' })
    expect((await testApp.call(path, { token: admin.accessToken })).status).toBe(204)
    const lifted = { userId: before.user.id, type: 'user_unbanned' }
    expect(await testApp.database.prisma.auditEvent.count({ where: lifted })).toBe(1)
  })

  it('ends when its time is over', async () => {
    const { user } = await testApp.login('person-6')
    await ban(user.id, { reason: 'spam', until: new Date(Date.now() + 60_000).toISOString() })
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 59_000 })
    expect(await logIn('person-6')).toMatchObject({ status: 403 })
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2000 })
    const after = await testApp.login('person-6')
    expect(after.user).toMatchObject({ id: user.id, status: 'active' })
    expect((await me(after.accessToken)).status).toBe(200)
    expect((await refresh(after.refreshToken)).status).toBe(200)
  })
})
