import { describe, expect, it, onTestFinished } from 'vitest'
import { callOk, password, userOf } from '../support/accounts.ts'
import { loginAsAdmin } from '../support/admin.ts'
import { hasDatabase } from '../support/database.ts'
import { deleteMe, deleteWithProof, expectNoJobs, putAvatar, setPassword } from '../support/deleting.ts'
import { nextUser } from '../support/next-user.ts'
import { searchEverywhere } from '../support/search.ts'
import { createTestApp, problem, secondApp } from '../support/test-app.ts'
import { useTestApp } from '../support/use-test-app.ts'

describe.runIf(hasDatabase)('deleting an account', () => {
  const testApp = useTestApp()

  const statusOf = async (id: string) => (await userOf(testApp, id)).status

  describe('POST /v1/me/delete', () => {
    it('accepts a fresh code of the user, of any mini program', async () => {
      const person = nextUser()
      const first = await testApp.login(person)
      await testApp.login(person, { appId: secondApp })
      const code = await testApp.code(person, secondApp)
      expect((await deleteMe(testApp, first.accessToken, { code, appId: secondApp })).status).toBe(204)
      expect(await statusOf(first.user.id)).toBe('deleted')
    })

    it('accepts the password', async () => {
      const { user, accessToken } = await testApp.login(nextUser())
      await setPassword(testApp, user.id, 'somebody')
      expect((await deleteMe(testApp, accessToken, { password })).status).toBe(204)
      expect(await statusOf(user.id)).toBe('deleted')
    })

    it.each([
      [
        'a code of somebody else',
        async () => ({ code: await testApp.code('person-1') }),
        'different_account',
        409,
      ],
      [
        'a code of nobody we know',
        async () => ({ code: await testApp.code('person-399') }),
        'different_account',
        409,
      ],
      ['a code that WeChat refuses', async () => ({ code: 'fault:40029' }), 'code_invalid', 400],
      ['an unknown AppID', async () => ({ code: 'x', appId: 'wx0' }), 'unknown_app', 400],
      ['a wrong password', async () => ({ password: 'wrong' }), 'credentials_invalid', 400],
      ['nothing', async () => ({}), 'invalid_request', 400],
      ['both', async () => ({ code: 'x', password }), 'invalid_request', 400],
    ] as const)('rejects %s and changes nothing', async (_, proof, code, status) => {
      await testApp.login('person-1')
      const { user, accessToken } = await testApp.login('person-2')
      if (!user.username && !(await testApp.database.prisma.password.count({ where: { userId: user.id } })))
        await setPassword(testApp, user.id, 'person-two')
      const before = await testApp.database.prisma.user.findUnique({ where: { id: user.id } })
      expect(await deleteMe(testApp, accessToken, await proof())).toMatchObject(problem(code, status))
      expect(await testApp.database.prisma.user.findUnique({ where: { id: user.id } })).toEqual(before)
      expect((await testApp.call('GET /v1/me', { token: accessToken })).status).toBe(200)
    })

    it('returns an error that names the accepted proofs', async () => {
      const { accessToken } = await testApp.login('person-2')
      const { body } = await deleteMe(testApp, accessToken, {})
      expect(body.detail).toBe(
        "body/proof must have required property 'code', or must have required property 'password'",
      )
    })

    it('counts a code as a login of the user and of the IP', async () => {
      const strict = await createTestApp({ LIMIT_LOGIN_PER_USER: '2', LIMIT_LOGIN_PER_IP: '3' })
      onTestFinished(strict.close)
      const { accessToken: token } = await strict.login('person-1')
      await strict.login('person-1')
      const deleteAccount = async (person: string) =>
        strict.call('POST /v1/me/delete', { token, body: { proof: { code: await strict.code(person) } } })
      expect(await deleteAccount('person-1')).toMatchObject(problem('rate_limited', 429))
      expect((await deleteAccount('person-2')).status).toBe(409)
      expect(await deleteAccount('person-3')).toMatchObject(problem('rate_limited', 429))
    })
  })

  describe('POST /v1/auth/delete', () => {
    it('accepts the code alone, also of a banned user', async () => {
      const person = nextUser()
      const { user } = await testApp.login(person)
      const admin = await loginAsAdmin(testApp, 'person-0')
      const reason = 'spam'
      await callOk(testApp, `PUT /v1/admin/users/${user.id}/ban`, { reason }, { token: admin.accessToken })
      expect((await deleteWithProof(testApp, { code: await testApp.code(person) })).status).toBe(204)
      expect(await statusOf(user.id)).toBe('deleted')
    })

    it('accepts username and password', async () => {
      const { user } = await testApp.login(nextUser())
      await setPassword(testApp, user.id, 'leaving')
      expect((await deleteWithProof(testApp, { username: 'Leaving', password })).status).toBe(204)
      expect(await statusOf(user.id)).toBe('deleted')
    })

    it.each([
      ['a wrong password', { username: 'remaining', password: 'wrong' }, 'credentials_invalid', 400],
      ['an unknown username', { username: 'nobody', password }, 'credentials_invalid', 400],
      ['a password without a username', { password }, 'invalid_request', 400],
      ['a code that was not WeChat’s', { code: 'fault:40029' }, 'code_invalid', 400],
      ['the same with a password beside it', { code: 'fault:40029', password }, 'code_invalid', 400],
    ] as const)('rejects %s', async (_, proof, code, status) => {
      const { user } = await testApp.login('person-3')
      if (!(await testApp.database.prisma.password.count({ where: { userId: user.id } })))
        await setPassword(testApp, user.id, 'remaining')
      expect(await deleteWithProof(testApp, proof)).toMatchObject(problem(code, status))
      expect(await statusOf(user.id)).toBe('active')
    })

    it('returns 404 for a code of a new WeChat user, and registers no user', async () => {
      const users = await testApp.database.prisma.user.count()
      const code = await testApp.code('person-398')
      expect(await deleteWithProof(testApp, { code })).toMatchObject(problem('not_found', 404))
      expect(await testApp.database.prisma.user.count()).toBe(users)
    })
  })
})

describe.runIf(hasDatabase)('the effects of a deletion', () => {
  const testApp = useTestApp()

  it('end everything at once: tokens, devices, and the login to the same account', async () => {
    const person = nextUser()
    const before = await testApp.login(person)
    const elsewhere = await testApp.login(person)
    await deleteMe(testApp, before.accessToken, { code: await testApp.code(person) })
    for (const { accessToken: token, refreshToken } of [before, elsewhere]) {
      expect(await testApp.call('GET /v1/me', { token })).toMatchObject(problem('session_revoked', 401))
      const refreshed = await testApp.call('POST /v1/auth/refresh', { body: { refreshToken } })
      expect(refreshed).toMatchObject(problem('session_revoked', 401))
    }
    const again = await testApp.login(person)
    expect(again.isNewUser).toBe(true)
    expect(again.user.id).not.toBe(before.user.id)
    expect(again.user.registeredAt > before.user.registeredAt).toBe(true)
  })

  it('cannot be undone or repeated', async () => {
    const person = nextUser()
    const { user, accessToken } = await testApp.login(person)
    const [one, two] = [await testApp.code(person), await testApp.code(person)]
    const answers = await Promise.all([
      deleteMe(testApp, accessToken, { code: one }),
      deleteMe(testApp, accessToken, { code: two }),
    ])
    expect(answers.map(({ status }) => status).sort()).not.toEqual([204, 204])
    expect(answers.map(({ status }) => status)).toContain(204)
    const { accessToken: token } = await loginAsAdmin(testApp, 'person-0')
    const act = (key: string, body?: object) => testApp.call(key.replace(':id', user.id), { token, body })
    expect((await act('PUT /v1/admin/users/:id/ban', { reason: 'x' })).status).toBe(404)
    expect((await act('DELETE /v1/admin/users/:id/ban')).status).toBe(404)
    expect(
      (await act('PUT /v1/admin/users/:id/role', { role: 'admin', proof: await testApp.proofOf(token) }))
        .status,
    ).toBe(404)
    const { body } = await act('GET /v1/admin/users/:id?reason=check')
    expect(body.user).toMatchObject({ status: 'deleted', nickname: null, avatarUrl: null, role: 'user' })
    const deleted = await testApp.database.prisma.auditEvent.count({
      where: { userId: user.id, type: 'account_deleted' },
    })
    expect(deleted).toBe(1)
  })

  it('are none when the deletion fails halfway', async () => {
    const own = await createTestApp()
    onTestFinished(own.close)
    const { user, accessToken: token } = await own.login('person-1')
    const { prisma } = own.database
    await prisma.$executeRaw`
      ALTER TABLE audit_events ADD CONSTRAINT never CHECK (type <> 'account_deleted')`
    const code = await own.code('person-1')
    expect((await own.call('POST /v1/me/delete', { token, body: { proof: { code } } })).status).toBe(500)
    expect((await own.call('GET /v1/me', { token })).body.nickname).toBe(user.nickname)
    expect(await prisma.wechatIdentity.count()).toBe(1)
    expect(await prisma.job.count()).toBe(0)
  })

  it('keep an avatar file that another user has too', async () => {
    const { prisma } = testApp.database
    const [one, other] = [nextUser(), nextUser()]
    const { user, accessToken } = await testApp.login(one)
    const remaining = await testApp.login(other)
    const avatarKey = await putAvatar(testApp, 'shared')
    await prisma.user.updateMany({
      where: { id: { in: [user.id, remaining.user.id] } },
      data: { avatarKey },
    })
    await deleteMe(testApp, accessToken, { code: await testApp.code(one) })
    await expectNoJobs(testApp)
    expect(await searchEverywhere(testApp, { picture: 'picture shared' })).not.toEqual([])
  })

  it('hide a deleted inviter, and store them for no new user', async () => {
    const [inviter, guest] = [nextUser(), nextUser()]
    const { user, accessToken } = await testApp.login(inviter)
    const brought = await testApp.login(guest, { inviterId: user.id })
    await deleteMe(testApp, accessToken, { code: await testApp.code(inviter) })
    const me = await testApp.call('GET /v1/me', { token: brought.accessToken })
    expect(me.body.inviter).toBeNull()
    const code = await testApp.code(nextUser())
    const late = await testApp.call('POST /v1/auth/login', { body: { code, inviterId: user.id } })
    const { inviterId } = await testApp.database.prisma.user.findUniqueOrThrow({
      where: { id: late.body.user.id },
    })
    expect(inviterId).toBeNull()
  })

  it("reduce the inviter's count", async () => {
    const inviter = await testApp.login(nextUser())
    const guest = nextUser()
    const { accessToken } = await testApp.login(guest, { inviterId: inviter.user.id })
    const invited = async () =>
      (await testApp.call('GET /v1/me', { token: inviter.accessToken })).body.invitedCount
    expect(await invited()).toBe(1)
    await deleteMe(testApp, accessToken, { code: await testApp.code(guest) })
    expect(await invited()).toBe(0)
  })
})
