import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasDatabase } from '../support/database.ts'
import { problem, startWorld, type World } from '../support/world.ts'

describe.runIf(hasDatabase)('whoever brought somebody here', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => world?.close())

  const me = async (token: string) => (await world.call('GET /v1/me', { token })).body

  it('is kept at the first login, and both can see it', async () => {
    const inviter = await world.login('person-0')
    const guest = await world.login('person-1', { inviterId: inviter.user.id })
    expect(await me(guest.accessToken)).toMatchObject({
      inviter: { id: inviter.user.id, nickname: inviter.user.nickname },
      invitedCount: 0,
    })
    expect(await me(inviter.accessToken)).toMatchObject({ inviter: null, invitedCount: 1 })
  })

  it('changes nothing for somebody who was here before, nor can anybody bring themselves', async () => {
    const inviter = await world.login('person-2')
    const guest = await world.login('person-3')
    await world.login('person-3', { inviterId: inviter.user.id })
    await world.login('person-3', { inviterId: guest.user.id })
    expect(await me(guest.accessToken)).toMatchObject({ inviter: null })
    expect(await me(inviter.accessToken)).toMatchObject({ invitedCount: 0 })
  })

  it('must exist: the code is not used up, registers nobody, and logs in without', async () => {
    const users = await world.database.prisma.user.count()
    const code = await world.code('person-4')
    const inviterId = '00000000-0000-7000-8000-000000000000'
    expect(await world.call('POST /v1/auth/login', { body: { code, inviterId } })).toMatchObject(
      problem('inviter_unknown', 400),
    )
    expect(await world.database.prisma.user.count()).toBe(users)
    expect(await world.call('POST /v1/auth/login', { body: { code } })).toMatchObject({ status: 200 })
  })
})
