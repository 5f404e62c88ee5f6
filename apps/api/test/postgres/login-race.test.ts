import type { LoginResult } from '@repo/shared'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loginAsAdmin } from '../support/admin.ts'
import { hasDatabase } from '../support/database.ts'
import { interleave, waitUntilBlocked } from '../support/interleave.ts'
import { type Answer, createTestApp, problem, type TestApp } from '../support/test-app.ts'

/** Only a real server has several connections, so only there can a login meet what an admin does. */
describe.runIf(hasDatabase)('a login during an admin action', () => {
  let testApp: TestApp
  let admin: LoginResult
  let people = 0
  beforeAll(async () => {
    testApp = await createTestApp()
    admin = await loginAsAdmin(testApp, 'person-0')
  })
  afterAll(() => testApp?.close())

  const act = (key: string, body?: object) => testApp.call(key, { token: admin.accessToken, body })
  const living = (userId: string) =>
    testApp.database.prisma.session.count({ where: { userId, revokedAt: null } })

  /** `login first`: it has found the user admitted and is about to begin a session. */
  describe.each(['login first', 'act first'])('(%s)', (order) => {
    async function race(key: string, body?: object) {
      people += 1
      const person = `person-${people}`
      const { user } = await testApp.login(person)
      const code = await testApp.code(person)
      const logIn = () => testApp.call('POST /v1/auth/login', { body: { code } })
      const doIt = () => act(key.replace(':id', user.id), body)
      const requests = order === 'login first' ? [logIn, doIt] : [doIt, logIn]
      const answers = await interleave(testApp.database, ...requests)
      const [login, done] = (order === 'login first' ? answers : answers.reverse()) as [Answer, Answer]
      expect(done.status).toBe(204)
      return { login, user }
    }

    it('is rejected by a ban with the reason, and leaves no session', async () => {
      const { login, user } = await race('PUT /v1/admin/users/:id/ban', { reason: 'spam' })
      expect(login).toMatchObject({
        status: 403,
        body: { ...problem('account_banned', 403).body, reason: 'spam' },
      })
      expect(await living(user.id)).toBe(0)
      const { events } = (await act(`GET /v1/admin/users/${user.id}?reason=ticket`)).body
      expect(events.filter(({ type }: { type: string }) => type === 'login')).toHaveLength(1)
      expect(events[0]).toMatchObject({ type: 'login_rejected', code: 'account_banned' })
    })

    it('succeeds with the role at that moment', async () => {
      const { login } = await race('PUT /v1/admin/users/:id/role', {
        role: 'admin',
        proof: await testApp.proofOf(admin.accessToken),
      })
      expect(login).toMatchObject({ status: 200, body: { user: { role: 'admin' } } })
      const { accessToken: token } = login.body
      expect(await testApp.call('GET /v1/admin/users', { token })).toMatchObject({ status: 200 })
    })

    it('succeeds when all sessions were ended before its own started', async () => {
      const { login, user } = await race('DELETE /v1/admin/users/:id/sessions')
      const { accessToken: token, refreshToken } = login.body
      expect(await testApp.call('GET /v1/me', { token })).toMatchObject({ status: 200 })
      expect(await testApp.call('POST /v1/auth/refresh', { body: { refreshToken } })).toMatchObject({
        status: 200,
      })
      expect(await living(user.id)).toBe(1)
    })
  })

  it('creates a new user when the account is deleted meanwhile, and leaves nothing in the old one', async () => {
    const { user } = await testApp.login('person-100')
    const code = await testApp.code('person-100')
    const login = await testApp.database.transaction(async (query) => {
      await query`LOCK TABLE audit_events IN SHARE MODE`
      const login = await waitUntilBlocked(testApp.database, () =>
        testApp.call('POST /v1/auth/login', { body: { code } }),
      )
      await testApp.database.prisma.user.delete({ where: { id: user.id } })
      return login
    })
    expect(await login.answer).toMatchObject({ status: 200, body: { isNewUser: true } })
    expect(await testApp.database.prisma.session.count({ where: { userId: user.id } })).toBe(0)
  })
})
