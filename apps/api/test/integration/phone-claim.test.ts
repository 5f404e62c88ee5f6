import type { LoginResult } from '@repo/shared'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { addJob } from '../../src/infra/jobs/jobs.ts'
import { bindUnboundApp, callOk, codeOf, password, proven, register, userOf } from '../support/accounts.ts'
import { loginAsAdmin } from '../support/admin.ts'
import { hasDatabase } from '../support/database.ts'
import { isStored } from '../support/deleting.ts'
import { eventually } from '../support/eventually.ts'
import { ticketOf } from '../support/merging.ts'
import { nextUser } from '../support/next-user.ts'
import { jobsDone, phoneLogin, setPhone, upload } from '../support/phone-claims.ts'
import { firstApp, problem, unboundApp } from '../support/test-app.ts'
import { createTestAppWithPush } from '../support/test-app-with-push.ts'
import { useTestApp } from '../support/use-test-app.ts'

/** What each part does for itself is tested there; here they meet. */
describe.runIf(hasDatabase)('an account that is claimed by phone and merged', () => {
  const testApp = useTestApp(createTestAppWithPush)

  const prisma = () => testApp.database.prisma
  /** Brings to the elder account the one of this person's WeChat. */
  async function mergeInto(older: LoginResult, person: string): Promise<void> {
    const ticket = await ticketOf(testApp, older, person)
    const body = {
      ticket,
      proof: await testApp.proofOf(older.accessToken),
      otherProof: await codeOf(testApp, person),
    }
    await callOk(testApp, 'POST /v1/me/merge', body, { token: older.accessToken })
  }

  it('is offered for a merge by a one-tap login that brings the unionid of another account', async () => {
    const person = nextUser()
    await setPhone(testApp, person, '13700000002')
    const other = await testApp.login(person, { appId: unboundApp })
    const known = await testApp.login(person)
    await bindUnboundApp(testApp)
    const { body } = await phoneLogin(testApp, person, unboundApp)
    expect(body).toMatchObject({ isNewUser: false, user: { id: other.user.id } })
    expect(body.conflict).toMatchObject({
      ticket: expect.any(String),
      other: { nicknameMasked: expect.stringMatching(/^.\*\*$/u) },
    })
    const merged = await callOk(
      testApp,
      'POST /v1/me/merge',
      {
        ticket: body.conflict.ticket,
        proof: await codeOf(testApp, person, unboundApp),
        otherProof: await codeOf(testApp, person),
      },
      { token: body.accessToken },
    )
    expect(merged.user.id).toBe(other.user.id)
    expect(await userOf(testApp, known.user.id)).toMatchObject({ status: 'deleted' })
  })

  it('moves its pending jobs to the account that stays', async () => {
    const person = nextUser()
    const older = await register(testApp)
    const newer = await testApp.login(person)
    const { id: userId } = newer.user
    const later = { dueInSeconds: 3600 }
    const key = await upload(testApp, '#777777', { token: newer.accessToken })
    await eventually(async () => expect(await prisma().avatarCheck.count({ where: { userId } })).toBe(1))
    await addJob(prisma(), 'check_avatar', { userId, key }, later)
    await addJob(prisma(), 'delete_wechat_data', { userId, parts: ['avatar'] }, later)
    await mergeInto(older, person)
    const jobs = await prisma().job.findMany({ where: { runAt: { gt: new Date() } }, orderBy: { id: 'asc' } })
    expect(jobs.map(({ kind, payload }) => [kind, payload])).toEqual([
      ['check_avatar', { userId: older.user.id, key }],
      ['delete_wechat_data', { userId: older.user.id, parts: ['avatar'] }],
    ])
    expect(await userOf(testApp, older.user.id)).toMatchObject({ avatarKey: key })
    await jobsDone(testApp)
    expect(await userOf(testApp, older.user.id)).toMatchObject({ avatarKey: null })
    expect(await isStored(testApp, key)).toBe(false)
  })

  it('is found when WeChat pushes a message about an openid that a merge moved', async () => {
    const person = nextUser()
    await setPhone(testApp, person, '13700000003')
    const older = await register(testApp)
    const newer = await testApp.login(person)
    await callOk(
      testApp,
      'POST /v1/me/phone',
      await proven(testApp, newer.accessToken, { code: await testApp.phoneCode(person) }),
      { token: newer.accessToken },
    )
    await mergeInto(older, person)
    const event = (name: string, more: object = {}) =>
      testApp.control('POST', 'push-event', { appId: firstApp, person, event: name, ...more })
    expect(await userOf(testApp, older.user.id)).toMatchObject({ phoneMasked: '137******03' })
    await event('user_authorization_revoke', { revokeInfo: '8' })
    await eventually(async () =>
      expect(await userOf(testApp, older.user.id)).toMatchObject({ phoneMasked: null }),
    )
    // Given anew, it goes anew.
    const { accessToken: token } = await testApp.login(person)
    const phone = await proven(testApp, token, { code: await testApp.phoneCode(person) })
    await callOk(testApp, 'POST /v1/me/phone', phone, { token })
    await event('user_authorization_revoke', { revokeInfo: '8', overrides: { CreateTime: 1 } })
    await eventually(async () =>
      expect(await userOf(testApp, older.user.id)).toMatchObject({ phoneMasked: null }),
    )
    expect(await prisma().phone.count({ where: { userId: older.user.id } })).toBe(0)
    await event('user_authorization_cancellation')
    await eventually(async () =>
      expect(await userOf(testApp, older.user.id)).toMatchObject({ status: 'deleted' }),
    )
  })
})

/** What each part does for itself is tested there; here they meet. */
describe.runIf(hasDatabase)('an account that is claimed by phone and deleted', () => {
  const testApp = useTestApp(() => createTestAppWithPush({ WECHAT_TIMEOUT_MS: '1500' }))
  let admin: LoginResult
  beforeAll(async () => {
    admin = await loginAsAdmin(testApp, 'person-0')
  })

  const prisma = () => testApp.database.prisma

  it('keeps the avatar file for a user who has the same, and deletes it with the last one', async () => {
    const [one, two] = [nextUser(), nextUser()]
    const [first, second] = [await testApp.login(one), await testApp.login(two)]
    const key = await upload(testApp, '#123456', { token: first.accessToken })
    expect(await upload(testApp, '#123456', { token: second.accessToken })).toBe(key)
    await callOk(
      testApp,
      'POST /v1/me/delete',
      { proof: await codeOf(testApp, one) },
      { token: first.accessToken },
    )
    await jobsDone(testApp)
    expect((await testApp.call(`GET /files/${key}`)).status).toBe(200)
    await callOk(
      testApp,
      'POST /v1/me/delete',
      { proof: await codeOf(testApp, two) },
      { token: second.accessToken },
    )
    await jobsDone(testApp)
    expect(await isStored(testApp, key)).toBe(false)
  })

  it('has no pending checks of its nickname and avatar', async () => {
    const person = nextUser()
    const { user, accessToken: token } = await testApp.login(person)
    await testApp.control('PUT', 'fault', { fault: 'hang', path: '/wxa/media_check_async', times: 1 })
    onTestFinished(() => testApp.control('DELETE', 'fault').then(() => undefined))
    await upload(testApp, '#654321', { token })
    await eventually(async () => expect(await prisma().job.count({ where: { attempts: 1 } })).toBe(1))
    await callOk(testApp, 'POST /v1/me/delete', { proof: await codeOf(testApp, person) }, { token })
    await addJob(prisma(), 'check_nickname', { userId: user.id })
    await jobsDone(testApp)
    expect(await prisma().avatarCheck.count({ where: { userId: user.id } })).toBe(0)
    expect(await userOf(testApp, user.id)).toMatchObject({
      status: 'deleted',
      nickname: null,
      avatarKey: null,
    })
  })

  it('ignores a push that comes late', async () => {
    const person = nextUser()
    const { user, accessToken: token } = await testApp.login(person)
    await callOk(testApp, 'POST /v1/me/delete', { proof: await codeOf(testApp, person) }, { token })
    const again = await testApp.login(person)
    await addJob(prisma(), 'delete_account', { userId: user.id })
    await addJob(prisma(), 'delete_wechat_data', { userId: user.id, parts: ['nickname', 'avatar', 'phone'] })
    await jobsDone(testApp)
    expect((await testApp.call('GET /v1/me', { token: again.accessToken })).status).toBe(200)
    const events = await prisma().auditEvent.findMany({ where: { userId: user.id } })
    expect(events.filter(({ type }) => type === 'account_deleted')).toHaveLength(1)
  })

  describe('the account of a user who deleted it while banned is closed to them until the ban ends:', () => {
    let person: string
    let token: string
    let ticket: string
    const reason = 'spam'
    beforeAll(async () => {
      person = nextUser()
      await setPhone(testApp, person, '13700000001')
      const banned = await testApp.login(person)
      const account = await register(testApp)
      token = account.accessToken
      ticket = await ticketOf(testApp, account, person)
      await callOk(
        testApp,
        `PUT /v1/admin/users/${banned.user.id}/ban`,
        { reason },
        { token: admin.accessToken },
      )
      await callOk(testApp, 'POST /v1/auth/delete', await codeOf(testApp, person))
    })

    it.each<[string, () => Promise<{ status: number }>]>([
      ['login', async () => testApp.call('POST /v1/auth/login', { body: await codeOf(testApp, person) })],
      ['one-tap login', () => phoneLogin(testApp, person)],
      [
        'registration with a code',
        async () =>
          testApp.call('POST /v1/auth/register', {
            body: { username: `back-${person}`, password, ...(await codeOf(testApp, person)) },
          }),
      ],
      [
        'login by password with a code',
        async () => {
          const { user } = await register(testApp)
          const body = { username: user.username, password, ...(await codeOf(testApp, person)) }
          return testApp.call('POST /v1/auth/password-login', { body })
        },
      ],
      [
        'binding to another account',
        async () => {
          const body = { ...(await codeOf(testApp, person)), proof: { password } }
          return testApp.call('PUT /v1/me/wechat', { token, body })
        },
      ],
    ])('%s', async (_, comeBack) => {
      const before = await prisma().wechatIdentity.count()
      expect(await comeBack()).toMatchObject({ ...problem('account_banned', 403), body: { reason } })
      expect(await prisma().wechatIdentity.count()).toBe(before)
    })

    it('a merge, whose ticket was deleted with the account', async () => {
      const body = { ticket, proof: { password }, otherProof: await codeOf(testApp, person) }
      expect(await testApp.call('POST /v1/me/merge', { token, body })).toMatchObject(
        problem('merge_ticket_invalid', 400),
      )
    })

    it('a one-tap login by the number of an account that they could have claimed', async () => {
      const other = nextUser()
      await setPhone(testApp, other, '13700000001')
      const { body } = await phoneLogin(testApp, other, unboundApp)
      await callOk(testApp, 'POST /v1/auth/logout', {}, { token: body.accessToken })
      expect(await phoneLogin(testApp, person)).toMatchObject(problem('account_banned', 403))
    })
  })
})
