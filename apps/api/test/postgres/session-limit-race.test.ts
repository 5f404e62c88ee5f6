import type { LoginResult } from '@repo/shared'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasDatabase } from '../support/database.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

/** Only a real server has several connections, so only there can logins race. */
describe.runIf(hasDatabase)('the limit of sessions, with concurrent logins', () => {
  const limit = 5
  let testApp: TestApp
  beforeAll(async () => {
    testApp = await createTestApp({ SESSIONS_PER_USER: String(limit), WECHAT_TIMEOUT_MS: '5000' })
  })
  afterAll(() => testApp?.close())

  const living = (userId: string) =>
    testApp.database.prisma.session.count({ where: { userId, revokedAt: null } })

  it('allows 100 logins at the same time, and the next login restores the limit', async () => {
    const { user } = await testApp.login('person-0')
    const codes = await Promise.all(Array.from({ length: 100 }, () => testApp.code('person-0')))
    const answers = await Promise.all(
      codes.map((code) => testApp.call('POST /v1/auth/login', { body: { code } })),
    )
    expect(answers.filter(({ status }) => status !== 200).map(({ text }) => text)).toEqual([])
    // Those that were under way together do not see each other; no more of them than there are connections.
    expect(await living(user.id)).toBeLessThanOrEqual(limit + 10)

    const next = await testApp.login('person-0')
    expect(await living(user.id)).toBe(limit)
    expect(await testApp.call('GET /v1/me', { token: next.accessToken })).toMatchObject({ status: 200 })
    await expectTokensToFollowTheirSessions(answers.map(({ body }) => body))
  })

  it('allows concurrent logins and refreshes of one user, without an error or a token of an ended session', async () => {
    const devices: LoginResult[] = []
    for (let index = 0; index < limit; index += 1) devices.push(await testApp.login('person-1'))
    const codes = await Promise.all(Array.from({ length: 30 }, () => testApp.code('person-1')))
    const [logins, refreshes] = await Promise.all([
      Promise.all(codes.map((code) => testApp.call('POST /v1/auth/login', { body: { code } }))),
      Promise.all(
        Array.from({ length: 30 }, (_, index) => {
          const refreshToken = devices[index % limit]?.refreshToken
          return testApp.call('POST /v1/auth/refresh', { body: { refreshToken } })
        }),
      ),
    ])
    expect(logins.filter(({ status }) => status !== 200).map(({ text }) => text)).toEqual([])
    const refused = refreshes.filter(({ status }) => status !== 200).map(({ body }) => body.code)
    expect(new Set(refused)).toEqual(new Set(refused.length > 0 ? ['session_revoked'] : []))
    const answered = [...logins, ...refreshes].filter(({ status }) => status === 200)
    await expectTokensToFollowTheirSessions(answered.map(({ body }) => body))
  })

  async function expectTokensToFollowTheirSessions(results: LoginResult[]) {
    const ids = results.map(({ refreshToken }) => refreshToken.split('.')[0] ?? '')
    const rows = await testApp.database.prisma.session.findMany({ where: { id: { in: ids } } })
    const dead = new Set(rows.filter(({ revokedAt }) => revokedAt).map(({ id }) => id))
    expect(dead.size).toBeGreaterThan(0)
    // Asks no database: what is refused here is refused by what this process remembers.
    const answers = await Promise.all(
      results.map(({ accessToken }) => testApp.call('POST /v1/auth/logout', { token: accessToken })),
    )
    answers.forEach(({ status }, index) => {
      const id = ids[index] ?? ''
      if (dead.has(id)) expect(status).toBe(401)
    })
    expect(answers.some(({ status }) => status === 204)).toBe(true)
  }
})
