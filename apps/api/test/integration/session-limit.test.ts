import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { hasDatabase } from '../support/database.ts'
import { createTestApp, problem, type TestApp } from '../support/test-app.ts'

const minute = 60_000

describe.runIf(hasDatabase)('the limit of sessions per user', () => {
  let testApp: TestApp
  beforeAll(async () => {
    testApp = await createTestApp({ SESSIONS_PER_USER: '3', REFRESH_TOKEN_LIFETIME_DAYS: '1' })
  })
  afterAll(() => testApp?.close())
  afterEach(() => void vi.useRealTimers())

  const wait = (ms: number) => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms })
  const me = (token: string) => testApp.call('GET /v1/me', { token })
  const logout = (token: string) => testApp.call('POST /v1/auth/logout', { token })
  const refresh = (refreshToken: string) => testApp.call('POST /v1/auth/refresh', { body: { refreshToken } })
  const rowOf = ({ refreshToken }: { refreshToken: string }) =>
    testApp.database.prisma.session.findUniqueOrThrow({ where: { id: refreshToken.split('.')[0] ?? '' } })
  async function logInTimes(person: string, times: number) {
    const logins = []
    for (let index = 0; index < times; index += 1) {
      wait(minute)
      logins.push(await testApp.login(person))
    }
    return logins as [Login, Login, Login, Login]
  }
  type Login = Awaited<ReturnType<TestApp['login']>>

  it('allows as many sessions as configured', async () => {
    for (const { accessToken } of await logInTimes('person-0', 3)) {
      expect(await me(accessToken)).toMatchObject({ status: 200 })
    }
  })

  it('ends the oldest session, like a logout, when another one starts', async () => {
    const [oldest, second, third, newest] = await logInTimes('person-1', 4)
    expect(await rowOf(oldest)).toMatchObject({ revokedReason: 'session_limit', revokedAt: expect.any(Date) })
    expect(await me(oldest.accessToken)).toMatchObject(problem('session_revoked', 401))
    // A path that asks no database of its own: the token itself is dead, not only its row.
    expect(await logout(oldest.accessToken)).toMatchObject(problem('session_revoked', 401))
    expect(await refresh(oldest.refreshToken)).toMatchObject(problem('session_revoked', 401))
    for (const { accessToken } of [second, third, newest]) {
      expect(await me(accessToken)).toMatchObject({ status: 200 })
    }
  })

  it('keeps an old session that is in use, and ends the one that was idle the longest', async () => {
    const [oldest, idle] = await logInTimes('person-2', 3)
    wait(minute)
    expect((await refresh(oldest.refreshToken)).status).toBe(200)
    await testApp.login('person-2')
    expect(await rowOf(oldest)).toMatchObject({ revokedAt: null })
    expect(await rowOf(idle)).toMatchObject({ revokedReason: 'session_limit' })
  })

  it('does not count logged-out sessions', async () => {
    const [first, second, third] = await logInTimes('person-3', 3)
    await logout(third.accessToken)
    await testApp.login('person-3')
    for (const login of [first, second]) expect(await rowOf(login)).toMatchObject({ revokedAt: null })
    expect(await rowOf(third)).toMatchObject({ revokedReason: 'logout' })
  })

  it('neither counts nor changes expired sessions', async () => {
    const expired = await logInTimes('person-4', 2)
    wait(24 * 60 * minute)
    const living = await logInTimes('person-4', 3)
    for (const login of [...expired, ...living]) expect(await rowOf(login)).toMatchObject({ revokedAt: null })
  })

  it('is separate for each user', async () => {
    const [first] = await logInTimes('person-5', 3)
    await logInTimes('person-6', 3)
    expect(await rowOf(first)).toMatchObject({ revokedAt: null })
  })
})
