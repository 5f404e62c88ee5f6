import type { LoginResult } from '@repo/shared'
import { describe, expect, it } from 'vitest'
import { addJob } from '../../src/infra/jobs/jobs.ts'
import { bindUnboundApp, codeOf, must, proven, register, userOf } from '../support/accounts.ts'
import { hasDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { jobsDone, phoneLogin, setPhone, upload } from '../support/joined-accounts.ts'
import { ticketOf } from '../support/merging.ts'
import { nextPerson } from '../support/people.ts'
import { useWorld } from '../support/use-world.ts'
import { firstApp, unboundApp } from '../support/world.ts'
import { startWorldWithPush } from '../support/world-with-push.ts'

/** What each part does for itself is tested there; here they meet. */
describe.runIf(hasDatabase)('an account through all its life', () => {
  const world = useWorld(startWorldWithPush)

  const prisma = () => world.database.prisma
  /** Brings to the elder account the one of this person's WeChat. */
  async function mergeInto(elder: LoginResult, person: string): Promise<void> {
    const ticket = await ticketOf(world, elder, person)
    const body = {
      ticket,
      proof: await world.proofOf(elder.accessToken),
      otherProof: await codeOf(world, person),
    }
    await must(world, 'POST /v1/me/merge', body, { token: elder.accessToken })
  }

  it('is offered for a merge by a one-tap login, too, when that brings the unionid of another', async () => {
    const person = nextPerson()
    await setPhone(world, person, '13700000002')
    const other = await world.login(person, { appId: unboundApp })
    const known = await world.login(person)
    await bindUnboundApp(world)
    const { body } = await phoneLogin(world, person, unboundApp)
    expect(body).toMatchObject({ isNewUser: false, user: { id: other.user.id } })
    expect(body.conflict).toMatchObject({ ticket: expect.any(String), other: { hasWechat: true } })
    const merged = await must(
      world,
      'POST /v1/me/merge',
      {
        ticket: body.conflict.ticket,
        proof: await codeOf(world, person, unboundApp),
        otherProof: await codeOf(world, person),
      },
      { token: body.accessToken },
    )
    expect(merged.user.id).toBe(other.user.id)
    expect(await userOf(world, known.user.id)).toMatchObject({ status: 'deleted' })
  })

  it('brings to the account that stays what was still to be done about the one that goes', async () => {
    const person = nextPerson()
    const elder = await register(world)
    const younger = await world.login(person)
    const { id: userId } = younger.user
    const later = { dueInSeconds: 3600 }
    const key = await upload(world, '#777777', { token: younger.accessToken })
    await eventually(async () => expect(await prisma().avatarCheck.count({ where: { userId } })).toBe(1))
    await addJob(prisma(), 'check_avatar', { userId, key }, later)
    await addJob(prisma(), 'delete_wechat_data', { userId, parts: ['avatar'] }, later)
    await mergeInto(elder, person)
    const jobs = await prisma().job.findMany({ where: { runAt: { gt: new Date() } }, orderBy: { id: 'asc' } })
    expect(jobs.map(({ kind, payload }) => [kind, payload])).toEqual([
      ['check_avatar', { userId: elder.user.id, key }],
      ['delete_wechat_data', { userId: elder.user.id, parts: ['avatar'] }],
    ])
    expect(await userOf(world, elder.user.id)).toMatchObject({ avatarKey: key })
    await jobsDone(world)
    expect(await userOf(world, elder.user.id)).toMatchObject({ avatarKey: null })
    expect((await world.call(`GET /files/${key}`)).status).toBe(404)
  })

  it('is found by what WeChat pushes about an openid that a merge brought to it', async () => {
    const person = nextPerson()
    await setPhone(world, person, '13700000003')
    const elder = await register(world)
    const younger = await world.login(person)
    await must(
      world,
      'POST /v1/me/phone',
      await proven(world, younger.accessToken, { code: await world.phoneCode(person) }),
      { token: younger.accessToken },
    )
    await mergeInto(elder, person)
    const event = (name: string, more: object = {}) =>
      world.control('POST', 'push-event', { appId: firstApp, person, event: name, ...more })
    expect(await userOf(world, elder.user.id)).toMatchObject({ phoneMasked: '137******03' })
    await event('user_authorization_revoke', { revokeInfo: '8' })
    await eventually(async () =>
      expect(await userOf(world, elder.user.id)).toMatchObject({ phoneMasked: null }),
    )
    // Given anew, it goes anew.
    const { accessToken: token } = await world.login(person)
    const phone = await proven(world, token, { code: await world.phoneCode(person) })
    await must(world, 'POST /v1/me/phone', phone, { token })
    await event('user_authorization_revoke', { revokeInfo: '8', overrides: { CreateTime: 1 } })
    await eventually(async () =>
      expect(await userOf(world, elder.user.id)).toMatchObject({ phoneMasked: null }),
    )
    expect(await prisma().phone.count({ where: { userId: elder.user.id } })).toBe(0)
    await event('user_authorization_cancellation')
    await eventually(async () =>
      expect(await userOf(world, elder.user.id)).toMatchObject({ status: 'deleted' }),
    )
  })
})
