import { describe, expect, it } from 'vitest'
import { callOk, password, userOf } from '../support/accounts.ts'
import { loginAsAdmin } from '../support/admin.ts'
import { hasDatabase } from '../support/database.ts'
import { callsOf } from '../support/moderation.ts'
import { nextUser } from '../support/next-user.ts'
import { change } from '../support/reviews.ts'
import { createTestApp, problem } from '../support/test-app.ts'
import { useTestApp } from '../support/use-test-app.ts'

describe.runIf(hasDatabase)('a name that looks official', () => {
  const testApp = useTestApp(() => createTestApp({ BRAND_NAMES: '栖木，Qimu', RESERVED_NAMES: '城市管家' }))
  const reserved = problem('name_reserved', 422)

  it.each(['官 方', 'ＡＤＭＩＮ', '栖木客栈', 'Q i m u', '城市管家'])(
    'PUT /v1/me/profile rejects the nickname %s without asking WeChat',
    async (nickname) => {
      const login = await testApp.login(nextUser())
      const before = await callsOf(testApp, '/wxa/msg_sec_check')
      expect(await change(testApp, login, nickname)).toMatchObject(reserved)
      expect(await callsOf(testApp, '/wxa/msg_sec_check')).toBe(before)
      expect((await userOf(testApp, login.user.id)).nickname).toBe(login.user.nickname)
    },
  )

  it('is rejected as a username, at registration and with the first password, and uses up no code', async () => {
    const person = nextUser()
    const code = await testApp.code(person)
    const body = { username: 'qimu-official', password, code }
    expect(await testApp.call('POST /v1/auth/register', { body })).toMatchObject(reserved)
    const { accessToken: token } = await callOk(testApp, 'POST /v1/auth/login', { code })
    const proof = { code: await testApp.code(person) }
    const first = { username: 'admin_1', newPassword: password, proof }
    expect(await testApp.call('PUT /v1/me/password', { token, body: first })).toMatchObject(reserved)
    const allowed = { ...first, username: 'badminton' }
    expect((await testApp.call('PUT /v1/me/password', { token, body: allowed })).status).toBe(200)
  })

  it('is taken from an admin, who may also give it to a user, who keeps it', async () => {
    const admin = await loginAsAdmin(testApp, nextUser())
    expect((await change(testApp, admin, '官方小编')).status).toBe(200)
    const login = await testApp.login(nextUser())
    const path = `PUT /v1/admin/users/${login.user.id}/profile`
    const body = { nickname: '官方客服' }
    expect((await testApp.call(path, { token: admin.accessToken, body })).status).toBe(204)
    expect((await change(testApp, login, '官方客服')).status).toBe(200)
    expect(await change(testApp, login, '官方客服2')).toMatchObject(reserved)
  })

  it('is rejected from a former admin whose token still says admin', async () => {
    const former = await loginAsAdmin(testApp, nextUser())
    await testApp.database.prisma.user.update({ where: { id: former.user.id }, data: { role: 'user' } })
    expect(await change(testApp, former, '官方小编')).toMatchObject(reserved)
  })
})
