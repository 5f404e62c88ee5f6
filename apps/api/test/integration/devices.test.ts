import type { SessionInfo } from '@repo/shared'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loginAsAdmin, sessionIdOf } from '../support/admin.ts'
import { hasDatabase } from '../support/database.ts'
import { createTestApp, problem, type TestApp } from '../support/test-app.ts'

describe.runIf(hasDatabase)("the user's devices", () => {
  let testApp: TestApp
  beforeAll(async () => {
    testApp = await createTestApp()
  })
  afterAll(() => testApp?.close())

  const me = (token: string) => testApp.call('GET /v1/me', { token })
  const list = async (token: string): Promise<SessionInfo[]> =>
    (await testApp.call('GET /v1/me/sessions', { token })).body.sessions
  const remove = async (id: string, token: string) =>
    testApp.call(`POST /v1/me/sessions/${id}/revoke`, {
      token,
      body: { proof: await testApp.proofOf(token) },
    })
  const refresh = (refreshToken: string) => testApp.call('POST /v1/auth/refresh', { body: { refreshToken } })

  it('GET /v1/me/sessions lists them with model and masked IP, most recently used first, and marks the current one', async () => {
    const phone = await testApp.login('person-0', { device: { model: 'iPhone 16', system: 'iOS 26.1' } })
    const tablet = await testApp.login('person-0')
    expect(await list(phone.accessToken)).toEqual([
      {
        id: sessionIdOf(tablet),
        deviceModel: null,
        deviceSystem: null,
        ipMasked: '127.0.*.*',
        createdAt: expect.any(String),
        lastSeenAt: expect.any(String),
        isCurrent: false,
      },
      {
        id: sessionIdOf(phone),
        deviceModel: 'iPhone 16',
        deviceSystem: 'iOS 26.1',
        ipMasked: '127.0.*.*',
        createdAt: expect.any(String),
        lastSeenAt: expect.any(String),
        isCurrent: true,
      },
    ])
    await refresh(phone.refreshToken)
    expect((await list(tablet.accessToken)).map(({ isCurrent }) => isCurrent)).toEqual([false, true])
  })

  it('GET /v1/me/sessions omits logged-out and expired devices, and those of other users', async () => {
    const [kept, gone, expired] = await Promise.all([1, 2, 3].map(() => testApp.login('person-1')))
    if (!kept || !gone || !expired) throw new Error('three logins were asked for')
    await testApp.login('person-2')
    await testApp.call('POST /v1/auth/logout', { token: gone.accessToken })
    await testApp.database.prisma.session.update({
      where: { id: sessionIdOf(expired) },
      data: { expiresAt: new Date(Date.now() - 1000) },
    })
    expect((await list(kept.accessToken)).map(({ id }) => id)).toEqual([sessionIdOf(kept)])
  })

  it('POST /v1/me/sessions/:id/revoke logs out that device at once, and no other', async () => {
    const mine = await testApp.login('person-3')
    const lost = await testApp.login('person-3')
    expect((await remove(sessionIdOf(lost), mine.accessToken)).status).toBe(204)
    expect(await me(lost.accessToken)).toMatchObject(problem('session_revoked', 401))
    expect(await refresh(lost.refreshToken)).toMatchObject(problem('session_revoked', 401))
    expect((await me(mine.accessToken)).status).toBe(200)
    expect(await remove(sessionIdOf(lost), mine.accessToken)).toMatchObject(problem('not_found', 404))
  })

  it('POST /v1/me/sessions/:id/revoke of the current device is a logout', async () => {
    const mine = await testApp.login('person-4')
    const id = sessionIdOf(mine)
    expect((await remove(id, mine.accessToken)).status).toBe(204)
    expect(await me(mine.accessToken)).toMatchObject(problem('session_revoked', 401))
    expect(await testApp.database.prisma.session.findUnique({ where: { id } })).toMatchObject({
      revokedReason: 'logout',
    })
  })

  it('POST /v1/me/sessions/:id/revoke returns 404 for a device of another user, also for an admin', async () => {
    const theirs = await testApp.login('person-5')
    for (const stranger of [await testApp.login('person-6'), await loginAsAdmin(testApp, 'person-7')]) {
      const answer = await remove(sessionIdOf(theirs), stranger.accessToken)
      expect(answer).toMatchObject(problem('not_found', 404))
    }
    expect((await me(theirs.accessToken)).status).toBe(200)
    expect((await refresh(theirs.refreshToken)).status).toBe(200)
  })

  it('POST /v1/me/sessions/:id/revoke rejects an invalid id, and another spelling of one', async () => {
    const { accessToken, user } = await testApp.login('person-8')
    const spellings = [
      user.id.toUpperCase(),
      `urn:uuid:${user.id}`,
      `{${user.id}}`,
      user.id.replaceAll('-', ''),
    ]
    for (const id of ['x', '1', "'", '%00', '..%2f..', ...spellings.map(encodeURIComponent)]) {
      expect(await remove(id, accessToken), id).toMatchObject(problem('invalid_request', 400))
    }
  })

  it('POST /v1/auth/logout-all logs out everywhere at once, and the user can log in again in the same second', async () => {
    const logins = [
      await testApp.login('person-9'),
      await testApp.login('person-9'),
      await testApp.login('person-9'),
    ]
    const token = logins[1]?.accessToken ?? ''
    expect(
      (
        await testApp.call('POST /v1/auth/logout-all', {
          token,
          body: { proof: await testApp.proofOf(token) },
        })
      ).status,
    ).toBe(204)
    const again = await testApp.login('person-9')
    for (const { accessToken, refreshToken } of logins) {
      expect(await me(accessToken)).toMatchObject(problem('session_revoked', 401))
      expect(await refresh(refreshToken)).toMatchObject(problem('session_revoked', 401))
    }
    expect((await me(again.accessToken)).status).toBe(200)
    expect((await refresh(again.refreshToken)).status).toBe(200)
    expect((await list(again.accessToken)).map(({ id }) => id)).toEqual([sessionIdOf(again)])
  })

  it.each([
    'GET /v1/me/sessions',
    'POST /v1/me/sessions/x/revoke',
    'GET /v1/me/login-history',
    'POST /v1/auth/logout-all',
  ])('%s rejects a request without a login', async (key) => {
    expect(await testApp.call(key)).toMatchObject(problem('access_token_missing', 401))
  })
})
