import { describe, expect, it, onTestFinished } from 'vitest'
import { loginAsAdmin } from '../support/admin.ts'
import { hasDatabase } from '../support/database.ts'
import { deleteMe, expectNoJobs, putAvatar } from '../support/deleting.ts'
import { nextUser } from '../support/next-user.ts'
import { searchEverywhere } from '../support/search.ts'
import { createTestApp, problem } from '../support/test-app.ts'
import { useTestApp } from '../support/use-test-app.ts'

describe.runIf(hasDatabase)('leaving', () => {
  const testApp = useTestApp()

  it('ends everything at once: tokens, devices, the way back to the same account', async () => {
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

  it('cannot be undone, nor done twice', async () => {
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
    const { body } = await act('GET /v1/admin/users/:id')
    expect(body.user).toMatchObject({ status: 'deleted', nickname: null, avatarUrl: null, role: 'user' })
    const deleted = await testApp.database.prisma.auditEvent.count({
      where: { userId: user.id, type: 'account_deleted' },
    })
    expect(deleted).toBe(1)
  })

  it('changes nothing at all when it fails halfway', async () => {
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

  it('keeps a picture that somebody else has, too', async () => {
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

  it('hides an inviter whose account was deleted, and stores them for no new user', async () => {
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

  it('counts no longer for whoever brought them', async () => {
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
