import type { LoginResult } from '@repo/shared'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { addJob } from '../../src/infra/jobs/jobs.ts'
import { codeOf, must, password, register, userOf } from '../support/accounts.ts'
import { loginAsAdmin } from '../support/admin.ts'
import { hasDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { jobsDone, phoneLogin, setPhone, upload } from '../support/joined-accounts.ts'
import { ticketOf } from '../support/merging.ts'
import { nextPerson } from '../support/people.ts'
import { useWorld } from '../support/use-world.ts'
import { problem, unboundApp } from '../support/world.ts'
import { startWorldWithPush } from '../support/world-with-push.ts'

/** What each part does for itself is tested there; here they meet. */
describe.runIf(hasDatabase)('an account through all its life', () => {
  const world = useWorld(() => startWorldWithPush({ WECHAT_TIMEOUT_MS: '1500' }))
  let admin: LoginResult
  beforeAll(async () => {
    admin = await loginAsAdmin(world, 'person-0')
  })

  const prisma = () => world.database.prisma

  it('that is deleted leaves the picture to who has the same, and takes it when it was the last', async () => {
    const [one, two] = [nextPerson(), nextPerson()]
    const [first, second] = [await world.login(one), await world.login(two)]
    const key = await upload(world, '#123456', { token: first.accessToken })
    expect(await upload(world, '#123456', { token: second.accessToken })).toBe(key)
    await must(world, 'POST /v1/me/delete', { proof: await codeOf(world, one) }, { token: first.accessToken })
    await jobsDone(world)
    expect((await world.call(`GET /files/${key}`)).status).toBe(200)
    await must(
      world,
      'POST /v1/me/delete',
      { proof: await codeOf(world, two) },
      { token: second.accessToken },
    )
    await jobsDone(world)
    expect((await world.call(`GET /files/${key}`)).status).toBe(404)
  })

  it('that is deleted is asked about no more: not its nickname, and its picture leaves no question', async () => {
    const person = nextPerson()
    const { user, accessToken: token } = await world.login(person)
    await world.control('PUT', 'fault', { fault: 'hang', path: '/wxa/media_check_async', times: 1 })
    onTestFinished(() => world.control('DELETE', 'fault').then(() => undefined))
    await upload(world, '#654321', { token })
    await eventually(async () => expect(await prisma().job.count({ where: { attempts: 1 } })).toBe(1))
    await must(world, 'POST /v1/me/delete', { proof: await codeOf(world, person) }, { token })
    await addJob(prisma(), 'check_nickname', { userId: user.id })
    await jobsDone(world)
    expect(await prisma().avatarCheck.count({ where: { userId: user.id } })).toBe(0)
    expect(await userOf(world, user.id)).toMatchObject({ status: 'deleted', nickname: null, avatarKey: null })
  })

  it('that was deleted is touched by no push that comes late', async () => {
    const person = nextPerson()
    const { user, accessToken: token } = await world.login(person)
    await must(world, 'POST /v1/me/delete', { proof: await codeOf(world, person) }, { token })
    const again = await world.login(person)
    await addJob(prisma(), 'delete_account', { userId: user.id })
    await addJob(prisma(), 'delete_wechat_data', { userId: user.id, parts: ['nickname', 'avatar', 'phone'] })
    await jobsDone(world)
    expect((await world.call('GET /v1/me', { token: again.accessToken })).status).toBe(200)
    const events = await prisma().auditEvent.findMany({ where: { userId: user.id } })
    expect(events.filter(({ type }) => type === 'account_deleted')).toHaveLength(1)
  })

  describe('of somebody who left while banned is closed to them until the ban ends:', () => {
    let person: string
    let token: string
    let ticket: string
    const reason = 'spam'
    beforeAll(async () => {
      person = nextPerson()
      await setPhone(world, person, '13700000001')
      const banned = await world.login(person)
      const account = await register(world)
      token = account.accessToken
      ticket = await ticketOf(world, account, person)
      await must(world, `PUT /v1/admin/users/${banned.user.id}/ban`, { reason }, { token: admin.accessToken })
      await must(world, 'POST /v1/auth/delete', await codeOf(world, person))
    })

    it.each<[string, () => Promise<{ status: number }>]>([
      ['login', async () => world.call('POST /v1/auth/login', { body: await codeOf(world, person) })],
      ['one-tap login', () => phoneLogin(world, person)],
      [
        'registration with a code',
        async () =>
          world.call('POST /v1/auth/register', {
            body: { username: `back-${person}`, password, ...(await codeOf(world, person)) },
          }),
      ],
      [
        'login by password with a code',
        async () => {
          const { user } = await register(world)
          const body = { username: user.username, password, ...(await codeOf(world, person)) }
          return world.call('POST /v1/auth/password-login', { body })
        },
      ],
      [
        'binding to another account',
        async () => {
          const body = { ...(await codeOf(world, person)), proof: { password } }
          return world.call('PUT /v1/me/wechat', { token, body })
        },
      ],
    ])('%s', async (_, comeBack) => {
      const before = await prisma().wechatIdentity.count()
      expect(await comeBack()).toMatchObject({ ...problem('account_banned', 403), body: { reason } })
      expect(await prisma().wechatIdentity.count()).toBe(before)
    })

    it('a merge, whose ticket went with the account', async () => {
      const body = { ticket, proof: { password }, otherProof: await codeOf(world, person) }
      expect(await world.call('POST /v1/me/merge', { token, body })).toMatchObject(
        problem('merge_ticket_invalid', 400),
      )
    })

    it('a one-tap login by the number of an account that they could have joined', async () => {
      const other = nextPerson()
      await setPhone(world, other, '13700000001')
      const { body } = await phoneLogin(world, other, unboundApp)
      await must(world, 'POST /v1/auth/logout', {}, { token: body.accessToken })
      expect(await phoneLogin(world, person)).toMatchObject(problem('account_banned', 403))
    })
  })
})
