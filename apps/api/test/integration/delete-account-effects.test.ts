import { describe, expect, it, onTestFinished } from 'vitest'
import { loginAsAdmin } from '../support/admin.ts'
import { hasDatabase } from '../support/database.ts'
import { deleteMe, expectNoJobs, putAvatar } from '../support/deleting.ts'
import { nextPerson } from '../support/next-user.ts'
import { searchEverywhere } from '../support/search.ts'
import { useWorld } from '../support/use-test-app.ts'
import { problem, startWorld } from '../support/test-app.ts'

describe.runIf(hasDatabase)('leaving', () => {
  const world = useWorld()

  it('ends everything at once: tokens, devices, the way back to the same account', async () => {
    const person = nextPerson()
    const before = await world.login(person)
    const elsewhere = await world.login(person)
    await deleteMe(world, before.accessToken, { code: await world.code(person) })
    for (const { accessToken: token, refreshToken } of [before, elsewhere]) {
      expect(await world.call('GET /v1/me', { token })).toMatchObject(problem('session_revoked', 401))
      const refreshed = await world.call('POST /v1/auth/refresh', { body: { refreshToken } })
      expect(refreshed).toMatchObject(problem('session_revoked', 401))
    }
    const again = await world.login(person)
    expect(again.isNewUser).toBe(true)
    expect(again.user.id).not.toBe(before.user.id)
    expect(again.user.registeredAt > before.user.registeredAt).toBe(true)
  })

  it('cannot be undone, nor done twice', async () => {
    const person = nextPerson()
    const { user, accessToken } = await world.login(person)
    const [one, two] = [await world.code(person), await world.code(person)]
    const answers = await Promise.all([
      deleteMe(world, accessToken, { code: one }),
      deleteMe(world, accessToken, { code: two }),
    ])
    expect(answers.map(({ status }) => status).sort()).not.toEqual([204, 204])
    expect(answers.map(({ status }) => status)).toContain(204)
    const { accessToken: token } = await loginAsAdmin(world, 'person-0')
    const act = (key: string, body?: object) => world.call(key.replace(':id', user.id), { token, body })
    expect((await act('PUT /v1/admin/users/:id/ban', { reason: 'x' })).status).toBe(404)
    expect((await act('DELETE /v1/admin/users/:id/ban')).status).toBe(404)
    expect(
      (await act('PUT /v1/admin/users/:id/role', { role: 'admin', proof: await world.proofOf(token) }))
        .status,
    ).toBe(404)
    const { body } = await act('GET /v1/admin/users/:id')
    expect(body.user).toMatchObject({ status: 'deleted', nickname: null, avatarUrl: null, role: 'user' })
    const deleted = await world.database.prisma.auditEvent.count({
      where: { userId: user.id, type: 'account_deleted' },
    })
    expect(deleted).toBe(1)
  })

  it('changes nothing at all when it fails halfway', async () => {
    const own = await startWorld()
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
    const { prisma } = world.database
    const [one, other] = [nextPerson(), nextPerson()]
    const { user, accessToken } = await world.login(one)
    const remaining = await world.login(other)
    const avatarKey = await putAvatar(world, 'shared')
    await prisma.user.updateMany({
      where: { id: { in: [user.id, remaining.user.id] } },
      data: { avatarKey },
    })
    await deleteMe(world, accessToken, { code: await world.code(one) })
    await expectNoJobs(world)
    expect(await searchEverywhere(world, { picture: 'picture shared' })).not.toEqual([])
  })

  it('hides an inviter whose account was deleted, and stores them for no new user', async () => {
    const [inviter, guest] = [nextPerson(), nextPerson()]
    const { user, accessToken } = await world.login(inviter)
    const brought = await world.login(guest, { inviterId: user.id })
    await deleteMe(world, accessToken, { code: await world.code(inviter) })
    const me = await world.call('GET /v1/me', { token: brought.accessToken })
    expect(me.body.inviter).toBeNull()
    const code = await world.code(nextPerson())
    const late = await world.call('POST /v1/auth/login', { body: { code, inviterId: user.id } })
    const { inviterId } = await world.database.prisma.user.findUniqueOrThrow({
      where: { id: late.body.user.id },
    })
    expect(inviterId).toBeNull()
  })

  it('counts no longer for whoever brought them', async () => {
    const inviter = await world.login(nextPerson())
    const guest = nextPerson()
    const { accessToken } = await world.login(guest, { inviterId: inviter.user.id })
    const invited = async () =>
      (await world.call('GET /v1/me', { token: inviter.accessToken })).body.invitedCount
    expect(await invited()).toBe(1)
    await deleteMe(world, accessToken, { code: await world.code(guest) })
    expect(await invited()).toBe(0)
  })
})
