import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasDatabase } from '../support/database.ts'
import { createTestApp, problem, type TestApp } from '../support/test-app.ts'

describe.runIf(hasDatabase)('inviterId', () => {
  let testApp: TestApp
  beforeAll(async () => {
    testApp = await createTestApp()
  })
  afterAll(() => testApp?.close())

  const me = async (token: string) => (await testApp.call('GET /v1/me', { token })).body

  it('is stored at the first login, and both users see it', async () => {
    const inviter = await testApp.login('person-0')
    const guest = await testApp.login('person-1', { inviterId: inviter.user.id })
    expect(await me(guest.accessToken)).toMatchObject({
      inviter: { nicknameMasked: `${inviter.user.nickname?.slice(0, 1)}**` },
      invitedCount: 0,
    })
    expect(await me(inviter.accessToken)).toMatchObject({ inviter: null, invitedCount: 1 })
  })

  it('is ignored for an existing user, and for the user themselves', async () => {
    const inviter = await testApp.login('person-2')
    const guest = await testApp.login('person-3')
    await testApp.login('person-3', { inviterId: inviter.user.id })
    await testApp.login('person-3', { inviterId: guest.user.id })
    expect(await me(guest.accessToken)).toMatchObject({ inviter: null })
    expect(await me(inviter.accessToken)).toMatchObject({ invitedCount: 0 })
  })

  it('leads to the same response whether the inviter exists, and is not stored if not', async () => {
    const inviter = await testApp.login('person-4')
    const unknown = '00000000-0000-7000-8000-000000000000'
    const invalid = [inviter.user.id, unknown].map((inviterId) =>
      testApp.call('POST /v1/auth/login', { body: { code: 'no code of WeChat', inviterId } }),
    )
    for (const response of await Promise.all(invalid))
      expect(response).toMatchObject(problem('code_invalid', 400))
    const guest = await testApp.login('person-5', { inviterId: unknown })
    expect(await me(guest.accessToken)).toMatchObject({ inviter: null })
    const user = await testApp.database.prisma.user.findUniqueOrThrow({ where: { id: guest.user.id } })
    expect(user.inviterId).toBeNull()
  })

  it('shows in GET /v1/me only as the masked nickname', async () => {
    const inviter = await testApp.login('person-6')
    await testApp.database.prisma.user.update({
      where: { id: inviter.user.id },
      data: { nickname: '👩‍👩‍👧大明' },
    })
    const guest = await testApp.login('person-7', { inviterId: inviter.user.id })
    const { text } = await testApp.call('GET /v1/me', { token: guest.accessToken })
    expect(JSON.parse(text).inviter).toEqual({ nicknameMasked: '👩‍👩‍👧**' })
    expect(text).not.toContain(inviter.user.id)
    expect(text).not.toContain('大明')
  })

  it('counts in GET /v1/me up to a bound, without deleted accounts', async () => {
    const inviter = await testApp.login('person-8')
    const id = inviter.user.id
    await testApp.database.prisma.$executeRaw`
      INSERT INTO users (id, inviter_id, registered_at, last_login_at, last_login_ip)
      SELECT gen_random_uuid(), ${id}::uuid, now(), now(), '0.0.0.0' FROM generate_series(1, 1500)`
    expect(await me(inviter.accessToken)).toMatchObject({ invitedCount: 1000 })
    const guest = await testApp.login('person-9', { inviterId: id })
    const deleted = await testApp.call('POST /v1/auth/delete', {
      body: { code: await testApp.code('person-9') },
    })
    expect(deleted.status).toBe(204)
    const row = await testApp.database.prisma.user.findUniqueOrThrow({ where: { id: guest.user.id } })
    expect(row).toMatchObject({ status: 'deleted', inviterId: null })
  })
})
