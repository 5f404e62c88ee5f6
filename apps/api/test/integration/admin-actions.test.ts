import type { LoginResult } from '@repo/shared'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { proven } from '../support/accounts.ts'
import { loginAsAdmin, sessionIdOf } from '../support/admin.ts'
import { hasDatabase } from '../support/database.ts'
import { createTestApp, problem, type TestApp } from '../support/test-app.ts'

describe.runIf(hasDatabase)('admin actions', () => {
  let testApp: TestApp
  let admin: LoginResult
  beforeAll(async () => {
    testApp = await createTestApp()
    admin = await loginAsAdmin(testApp, 'person-0')
  })
  afterAll(() => testApp?.close())

  /** Another role needs a proof by the admin. */
  const bodyOf = async (key: string, token: string, body: unknown) =>
    key === 'PUT role' ? proven(testApp, token, body as object) : body
  const act = async (key: string, id: string, given?: unknown) => {
    const [method, what] = key.split(' ')
    const body = await bodyOf(key, admin.accessToken, given)
    return testApp.call(`${method} /v1/admin/users/${id}/${what}`, {
      token: admin.accessToken,
      ...(body === undefined ? {} : { body }),
    })
  }
  const me = (token: string) => testApp.call('GET /v1/me', { token })
  const refresh = (refreshToken: string) => testApp.call('POST /v1/auth/refresh', { body: { refreshToken } })
  const adminEvents = (userId: string) =>
    testApp.database.prisma.auditEvent.findMany({
      where: { userId, actorId: { not: null } },
      orderBy: { id: 'asc' },
      select: { type: true, actorId: true, userId: true, ip: true, data: true, sessionId: true },
    })

  it('PUT /v1/admin/users/:id/role grants the role at once: the old token is rejected, a refresh carries the role', async () => {
    const { user, accessToken, refreshToken } = await testApp.login('person-1')
    expect((await act('PUT role', user.id, { role: 'admin' })).status).toBe(204)
    expect(await me(accessToken)).toMatchObject(problem('access_token_expired', 401))
    const { body: renewed } = await refresh(refreshToken)
    expect(renewed).toMatchObject({ user: { role: 'admin' } })
    expect((await testApp.call('GET /v1/admin/users', { token: renewed.accessToken })).status).toBe(200)
  })

  it("PUT /v1/admin/users/:id/role removes the role at once: the former admin's token has no admin access", async () => {
    const former = await loginAsAdmin(testApp, 'person-2')
    expect((await act('PUT role', former.user.id, { role: 'user' })).status).toBe(204)
    const asked = await testApp.call('GET /v1/admin/users', { token: former.accessToken })
    expect(asked).toMatchObject(problem('access_token_expired', 401))
    const { body: renewed } = await refresh(former.refreshToken)
    const askedAgain = await testApp.call('GET /v1/admin/users', { token: renewed.accessToken })
    expect(askedAgain).toMatchObject(problem('forbidden', 403))
  })

  it('PUT /v1/admin/users/:id/level sets a level that the user sees without a new token', async () => {
    const { user, accessToken } = await testApp.login('person-3')
    expect((await act('PUT level', user.id, { level: 1 })).status).toBe(204)
    expect((await me(accessToken)).body).toMatchObject({ level: 1, levelDescription: 'VIP 用户' })
  })

  it('DELETE /v1/admin/users/:id/sessions logs the user out everywhere at once', async () => {
    const logins = [await testApp.login('person-4'), await testApp.login('person-4')]
    expect((await act('DELETE sessions', logins[0]?.user.id ?? '')).status).toBe(204)
    for (const { accessToken, refreshToken } of logins) {
      expect(await me(accessToken)).toMatchObject(problem('session_revoked', 401))
      expect(await refresh(refreshToken)).toMatchObject(problem('session_revoked', 401))
    }
    expect((await me((await testApp.login('person-4')).accessToken)).status).toBe(200)
  })

  it('write the admin, the user, the action, the time and the IP to the audit log', async () => {
    const login = await testApp.login('person-5')
    const { id } = login.user
    const until = new Date(Date.now() + 3_600_000).toISOString()
    const before = Date.now()
    await act('PUT level', id, { level: 2 })
    await act('PUT role', id, { role: 'admin' })
    await act('PUT ban', id, { reason: '刷单', until })
    await act('DELETE ban', id)
    const again = await testApp.login('person-5')
    await act('DELETE sessions', id)
    const common = {
      actorId: admin.user.id,
      userId: id,
      ip: expect.stringContaining('127.0.0.1'),
      sessionId: null,
    }
    const sessionOf = (ended: LoginResult) => ({
      ...common,
      sessionId: sessionIdOf(ended),
      type: 'session_revoked',
    })
    expect(await adminEvents(id)).toEqual([
      { ...common, type: 'level_changed', data: { from: 0, to: 2 } },
      { ...common, type: 'role_changed', data: { from: 'user', to: 'admin' } },
      { ...common, type: 'user_banned', data: { reason: '刷单', until } },
      { ...sessionOf(login), data: { reason: 'banned' } },
      { ...common, type: 'user_unbanned', data: {} },
      { ...sessionOf(again), data: { reason: 'revoked_by_admin' } },
    ])
    const times = await testApp.database.prisma.auditEvent.findMany({
      where: { userId: id, actorId: { not: null } },
    })
    for (const { at } of times) {
      expect(at.getTime()).toBeGreaterThanOrEqual(before)
      expect(at.getTime()).toBeLessThanOrEqual(Date.now())
    }
  })

  it('reject an admin who would lock out themselves, however the id is spelled', async () => {
    const { id } = admin.user
    expect(await act('PUT ban', id, { reason: 'x' })).toMatchObject(problem('cannot_modify_self', 409))
    expect(await act('PUT role', id, { role: 'user' })).toMatchObject(problem('cannot_modify_self', 409))
    for (const spelling of [id.toUpperCase(), `urn:uuid:${id}`]) {
      const ban = await act('PUT ban', encodeURIComponent(spelling), { reason: 'x' })
      expect(ban).toMatchObject(problem('invalid_request', 400))
    }
    expect((await me(admin.accessToken)).body).toMatchObject({ status: 'active', role: 'admin' })
  })

  const acts: [string, unknown?][] = [
    ['PUT ban', { reason: 'x' }],
    ['DELETE ban'],
    ['PUT role', { role: 'user' }],
    ['PUT level', { level: 1 }],
    ['DELETE sessions'],
    ['PUT profile', { nickname: 'x' }],
    ['DELETE avatar'],
    ['POST session-key-reset'],
  ]
  it.each(acts)(
    '%s rejects a former admin before this instance knows of the change, and changes nothing',
    async (key, body) => {
      const former = await loginAsAdmin(testApp, 'person-8')
      const { user } = await testApp.login('person-9')
      const { prisma } = testApp.database
      const elsewhere = (data: object) => prisma.user.update({ where: { id: former.user.id }, data })
      const [method, what] = key.split(' ')
      const token = former.accessToken
      const tryOn = async (id: string) =>
        testApp.call(`${method} /v1/admin/users/${id}/${what}`, {
          token,
          body: await bodyOf(key, token, body),
        })

      await elsewhere({ role: 'user' })
      expect(await tryOn(user.id)).toMatchObject(problem('forbidden', 403))
      const banned = await elsewhere({ role: 'admin', status: 'banned', bannedReason: 'spam' })
      expect(await tryOn(user.id)).toMatchObject(problem('account_banned', 403))
      expect((await tryOn(former.user.id)).status, 'nor to undo it').toBeGreaterThanOrEqual(400)
      expect(await prisma.user.findUnique({ where: { id: former.user.id } })).toEqual(banned)
      expect(await adminEvents(user.id)).toEqual([])
      await elsewhere({ status: 'active' })
    },
  )

  it.each(acts)('%s returns 404 and changes nothing when no user has the id', async (key, body) => {
    const nobody = sessionIdOf(admin)
    expect(await act(key, nobody, body)).toMatchObject(problem('not_found', 404))
    expect(await adminEvents(nobody)).toEqual([])
    expect(await testApp.database.prisma.revocation.count({ where: { userId: nobody } })).toBe(0)
  })

  it.each(acts)('%s leaves a deleted account unchanged', async (key, body) => {
    const { id } = (await testApp.login('person-6')).user
    const deleted = await testApp.database.prisma.user.update({ where: { id }, data: { status: 'deleted' } })
    expect(await act(key, id, body)).toMatchObject(problem('not_found', 404))
    expect(await testApp.database.prisma.user.findUnique({ where: { id } })).toEqual(deleted)
    await testApp.database.prisma.user.update({ where: { id }, data: { status: 'active' } })
  })

  it.each<[string, unknown]>([
    ['PUT ban', undefined],
    ['PUT ban', {}],
    ['PUT ban', { reason: '' }],
    ['PUT ban', { reason: 'x'.repeat(201) }],
    ['PUT ban', { reason: 'a\u0000b' }],
    ['PUT ban', { reason: 'x', until: 'tomorrow' }],
    ['PUT ban', { reason: 'x', until: '2020-01-01T00:00:00Z' }],
    ['PUT ban', { reason: 'x', until: '2990-12-31T23:59:60Z' }],
    ['PUT ban', { reason: 'x', until: '9999-12-31T23:59:59-12:00' }],
    ['PUT ban', { reason: 'x', until: null }],
    ['PUT role', {}],
    ['PUT role', { role: 'root' }],
    ['PUT level', { level: -1 }],
    ['PUT level', { level: 1001 }],
    ['PUT level', { level: 1.5 }],
    ['PUT level', { level: '1' }],
  ])('%s rejects %j and changes nothing', async (key, body) => {
    const { user } = await testApp.login('person-7')
    expect(await act(key, user.id, body)).toMatchObject(problem('invalid_request', 400))
    expect(await adminEvents(user.id)).toEqual([])
  })
})
