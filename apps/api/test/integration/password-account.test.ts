import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loginAsAdmin } from '../support/admin.ts'
import { hasDatabase } from '../support/database.ts'
import { createTestApp, firstApp, problem, secondApp, type TestApp, unboundApp } from '../support/test-app.ts'

const password = 'correct horse battery'

describe.runIf(hasDatabase)('password accounts', () => {
  let testApp: TestApp
  beforeAll(async () => {
    testApp = await createTestApp()
  })
  afterAll(() => testApp?.close())

  const prisma = () => testApp.database.prisma
  const register = (username: string, body: object = {}) =>
    testApp.call('POST /v1/auth/register', { body: { username, password, ...body } })
  const logIn = (username: string, body: object = {}) =>
    testApp.call('POST /v1/auth/password-login', { body: { username, password, ...body } })
  const countUsers = () => prisma().user.count()
  const identitiesOf = (userId: string) => prisma().wechatIdentity.findMany({ where: { userId } })
  const sessionOf = (refreshToken: string) =>
    prisma().session.findUniqueOrThrow({ where: { id: refreshToken.split('.')[0] ?? '' } })

  describe('POST /v1/auth/register', () => {
    it('creates a logged-in account with a generated nickname and an argon2id hash of the password', async () => {
      const answer = await register('Alice_01', { device: { model: 'iPhone 17', system: 'iOS 20' } })
      expect(answer).toMatchObject({
        status: 200,
        body: { isNewUser: true, user: { username: 'alice_01', role: 'user', status: 'active' } },
      })
      expect(answer.body.user.nickname).toMatch(/^\p{Script=Han}+ \d{4}$/u)
      expect((await testApp.call('GET /v1/me', { token: answer.body.accessToken })).status).toBe(200)
      const { hash } = await prisma().password.findUniqueOrThrow({ where: { userId: answer.body.user.id } })
      expect(hash).toMatch(/^\$argon2id\$v=19\$m=7168,t=1,p=1\$[\w+/]{22}\$[\w+/]{43}$/)
      const session = await sessionOf(answer.body.refreshToken)
      expect(session).toMatchObject({ appId: null, openid: null, deviceModel: 'iPhone 17' })
      const [event] = await prisma().auditEvent.findMany({
        where: { userId: answer.body.user.id, type: 'login' },
      })
      expect(event).toMatchObject({ data: { method: 'password', isNewUser: true } })
    })

    it('binds the WeChat account of a code, so that the next login is silent', async () => {
      const { body } = await register('with-code', { code: await testApp.code('person-1') })
      const again = await testApp.login('person-1')
      expect(again).toMatchObject({ isNewUser: false, user: { id: body.user.id, username: 'with-code' } })
      const session = await sessionOf(body.refreshToken)
      expect(session).toMatchObject({ appId: firstApp, openid: expect.any(String) })
    })

    it('creates nothing when the WeChat account has an account, and offers no merge', async () => {
      await testApp.login('person-2')
      const before = await countUsers()
      const answer = await register('second-me', { code: await testApp.code('person-2') })
      expect(answer).toMatchObject(problem('account_conflict', 409))
      expect(answer.body.conflict).toMatchObject({
        ticket: null,
        other: { nicknameMasked: expect.stringMatching(/^.\*\*$/u) },
      })
      expect(await countUsers()).toBe(before)
      expect((await register('second-me')).status).toBe(200)
    })

    it('creates nothing when another mini program of the company knows the user by the unionid', async () => {
      await testApp.login('person-3', { appId: secondApp })
      const answer = await register('union', { code: await testApp.code('person-3'), appId: firstApp })
      expect(answer).toMatchObject(problem('account_conflict', 409))
    })

    it.each([
      ['another case', 'TAKEN.one'],
      ['full-width letters', 'ｔａｋｅｎ.one'],
    ])('rejects a taken username in %s, and does not use the code', async (_, spelling) => {
      await register('taken.one')
      const code = await testApp.code('person-4')
      expect(await register(spelling, { code })).toMatchObject(problem('username_taken', 409))
      expect((await testApp.call('POST /v1/auth/login', { body: { code } })).status).toBe(200)
    })

    it('accepts Chinese usernames', async () => {
      expect((await register('小明同学')).body.user.username).toBe('小明同学')
      expect((await logIn('小明同学')).status).toBe(200)
    })

    it.each([
      ['too short', 'ab'],
      ['too long', 'a'.repeat(33)],
      ['with a space', 'ab cd'],
      ['with an emoji', 'abc🙂'],
      ['that begins with a dot', '.abc'],
      ['with what turns text around', 'abc\u202edef'],
      ['with NUL', 'abc\u0000'],
      ['of another type', 5],
    ])('rejects a username %s, and says where', async (_, username) => {
      const answer = await register(username as string)
      expect(answer).toMatchObject(problem('invalid_request', 400))
      expect(answer.body.detail).toContain('body/username')
    })

    it.each([
      ['short', 'seven77'],
      ['long', 'x'.repeat(129)],
    ])('rejects a password that is too %s', async (_, tooMuch) => {
      const answer = await register('bad-password', { password: tooMuch })
      expect(answer.body).toMatchObject({
        code: 'invalid_request',
        detail: expect.stringContaining('/password'),
      })
    })

    it.each([
      'password1',
      'PASSWORD',
      '12345678',
      'qwertyuiop',
      '1234567890',
      'aaaaaaaaaaaa',
      'Bad-Password',
    ])('rejects a common password: %s', async (common) => {
      expect(await register('bad-password', { password: common })).toMatchObject(
        problem('password_too_common', 400),
      )
    })

    it('accepts a long password as the user typed it, in any script', async () => {
      const long = '密码🙂é'.repeat(25)
      expect((await register('long-password', { password: long })).status).toBe(200)
      expect((await logIn('long-password', { password: long.normalize('NFD') })).status).toBe(200)
      expect((await logIn('long-password', { password: long.slice(0, -1) })).status).toBe(400)
    })

    it('stores the inviter, and ignores one who does not exist', async () => {
      const { user } = await testApp.login('person-5')
      const { body } = await register('invited-one', { inviterId: user.id })
      const me = await testApp.call('GET /v1/me', { token: body.accessToken })
      expect(me.body.inviter).toMatchObject({ nicknameMasked: expect.stringMatching(/\*\*$/) })
      const nobody = '01a1f7fe-2291-72a9-960f-04dae7f68c02'
      const second = await register('invited-two', { inviterId: nobody })
      expect(second.status).toBe(200)
      const { accessToken: token } = second.body
      expect((await testApp.call('GET /v1/me', { token })).body.inviter).toBeNull()
      expect(
        (await testApp.call('GET /v1/me', { token: (await testApp.login('person-5')).accessToken })).body,
      ).toMatchObject({
        id: user.id,
        invitedCount: 1,
      })
    })
  })

  describe('POST /v1/auth/password-login', () => {
    it('accepts the username in any case, and creates a session without a WeChat identity', async () => {
      const { body } = await register('case-test')
      const answer = await logIn('CASE-Test')
      expect(answer.body).toMatchObject({ isNewUser: false, user: { id: body.user.id } })
      expect(answer.body).not.toHaveProperty('conflict')
      expect(await sessionOf(answer.body.refreshToken)).toMatchObject({ appId: null, openid: null })
      expect(Date.parse(answer.body.user.lastLoginAt)).toBeGreaterThan(Date.parse(body.user.lastLoginAt))
    })

    it('returns the same error for an unknown username and a wrong password, and audits the latter', async () => {
      const { body } = await register('same-answer')
      const startedAt = new Date()
      const wrong = await logIn('same-answer', { password: 'wrong password' })
      const unknown = await logIn('same-answer-not', { password: 'wrong password' })
      expect(wrong).toMatchObject(problem('credentials_invalid', 400))
      expect({ ...unknown.body, requestId: '' }).toEqual({ ...wrong.body, requestId: '' })
      const refusals = await prisma().auditEvent.findMany({
        where: { type: 'login_rejected', code: 'credentials_invalid', at: { gte: startedAt } },
      })
      expect(refusals.map(({ userId }) => userId)).toEqual([body.user.id])
      const { status } = await logIn('Bob; DROP TABLE users', { password: 'x' })
      expect(status).toBe(400)
    })

    it('reveals a ban only with the right password', async () => {
      const admin = await loginAsAdmin(testApp, 'person-0')
      const { body } = await register('banned-one')
      await testApp.call(`PUT /v1/admin/users/${body.user.id}/ban`, {
        token: admin.accessToken,
        body: { reason: '刷单' },
      })
      expect(await logIn('banned-one', { password: 'not this one' })).toMatchObject(
        problem('credentials_invalid', 400),
      )
      const code = await testApp.code('person-6')
      const answer = await logIn('banned-one', { code })
      expect(answer).toMatchObject(problem('account_banned', 403))
      expect(answer.body.reason).toBe('刷单')
      expect(await identitiesOf(body.user.id)).toEqual([])
      // The code was not used up for that.
      expect((await testApp.call('POST /v1/auth/login', { body: { code } })).status).toBe(200)
    })

    it('binds the WeChat account of a code permanently', async () => {
      const { body } = await register('binder')
      const first = await logIn('binder', { code: await testApp.code('person-7') })
      expect(first.status).toBe(200)
      expect(await sessionOf(first.body.refreshToken)).toMatchObject({ appId: firstApp })
      expect((await testApp.login('person-7')).user.id).toBe(body.user.id)
      expect((await logIn('binder', { code: await testApp.code('person-7') })).status).toBe(200)
      expect(await identitiesOf(body.user.id)).toHaveLength(1)
      const events = await prisma().auditEvent.findMany({
        where: { userId: body.user.id, type: 'wechat_bound' },
      })
      expect(events).toMatchObject([{ appId: firstApp }])
    })

    it('binds one account in several mini programs, also without an Open Platform account', async () => {
      const { body } = await register('two-apps', { code: await testApp.code('person-8') })
      const second = { code: await testApp.code('person-8', unboundApp), appId: unboundApp }
      expect((await logIn('two-apps', second)).status).toBe(200)
      expect((await testApp.login('person-8', { appId: unboundApp })).user.id).toBe(body.user.id)
    })

    it('returns a ticket and no tokens when the WeChat account belongs to another user', async () => {
      await register('conflicted')
      const other = await testApp.login('person-9')
      const answer = await logIn('conflicted', { code: await testApp.code('person-9') })
      expect(answer).toMatchObject(problem('account_conflict', 409))
      expect(answer.text).not.toContain('accessToken')
      expect(answer.body.conflict).toMatchObject({
        ticket: expect.stringMatching(/^[\da-f-]{36}\.[\w-]{32}$/),
      })
      const [identity] = await identitiesOf(other.user.id)
      expect(identity?.userId).toBe(other.user.id)
    })

    it('binds no second WeChat account in the same mini program, and audits the attempt', async () => {
      const { body } = await register('one-wechat', { code: await testApp.code('person-10') })
      expect(await logIn('one-wechat', { code: await testApp.code('person-11') })).toMatchObject(
        problem('wechat_already_bound', 409),
      )
      // Whoever tried knows the password.
      const { events } = (await testApp.call('GET /v1/me/login-history', { token: body.accessToken })).body
      expect(events[0]).toMatchObject({ type: 'login_rejected', code: 'wechat_already_bound' })
      expect((await testApp.login('person-11')).isNewUser).toBe(true)
    })

    it('does not use the code when the password is wrong', async () => {
      await register('spare-code')
      const code = await testApp.code('person-12')
      expect((await logIn('spare-code', { code, password: 'not this one' })).status).toBe(400)
      expect((await logIn('spare-code', { code })).status).toBe(200)
    })

    it('rejects codes and mini programs as the WeChat login does', async () => {
      await register('bad-codes')
      expect(await logIn('bad-codes', { code: 'unknown' })).toMatchObject(problem('code_invalid', 400))
      expect(await logIn('bad-codes', { appId: 'wx0' })).toMatchObject(problem('unknown_app', 400))
      expect(await logIn('bad-codes', { code: 'fault:-1' })).toMatchObject(problem('wechat_busy', 503))
      expect(await register('bad-codes-2', { code: 'fault:-1' })).toMatchObject(problem('wechat_busy', 503))
      expect((await logIn('bad-codes-2')).status).toBe(400)
    })
  })
})
