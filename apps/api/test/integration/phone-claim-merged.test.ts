import type { LoginResult } from '@repo/shared'
import { describe, expect, it } from 'vitest'
import { addJob } from '../../src/infra/jobs/jobs.ts'
import { bindUnboundApp, callOk, codeOf, proven, register, userOf } from '../support/accounts.ts'
import { hasDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { ticketOf } from '../support/merging.ts'
import { nextUser } from '../support/next-user.ts'
import { jobsDone, phoneLogin, setPhone, upload } from '../support/phone-claims.ts'
import { firstApp, unboundApp } from '../support/test-app.ts'
import { createTestAppWithPush } from '../support/test-app-with-push.ts'
import { useTestApp } from '../support/use-test-app.ts'

/** What each part does for itself is tested there; here they meet. */
describe.runIf(hasDatabase)('an account through all its life', () => {
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

  it('is offered for a merge by a one-tap login, too, when that brings the unionid of another', async () => {
    const person = nextUser()
    await setPhone(testApp, person, '13700000002')
    const other = await testApp.login(person, { appId: unboundApp })
    const known = await testApp.login(person)
    await bindUnboundApp(testApp)
    const { body } = await phoneLogin(testApp, person, unboundApp)
    expect(body).toMatchObject({ isNewUser: false, user: { id: other.user.id } })
    expect(body.conflict).toMatchObject({ ticket: expect.any(String), other: { hasWechat: true } })
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

  it('brings to the account that stays what was still to be done about the one that goes', async () => {
    const person = nextUser()
    const older = await register(testApp)
    const newer = await testApp.login(person)
    const { id: userId } = newer.user
    const later = { dueInSeconds: 3600 }
    const key = await upload(testApp, '#777777', { token: newer.accessToken })
    await eventually(async () => expect(await prisma().avatarCheck.count({ where: { userId } })).toBe(1))
    await addJob(prisma(), 'check_avatar', { userId, key }, later)
    await addJob(prisma(), 'forget_wechat_data', { userId, parts: ['avatar'] }, later)
    await mergeInto(older, person)
    const jobs = await prisma().job.findMany({ where: { runAt: { gt: new Date() } }, orderBy: { id: 'asc' } })
    expect(jobs.map(({ kind, payload }) => [kind, payload])).toEqual([
      ['check_avatar', { userId: older.user.id, key }],
      ['forget_wechat_data', { userId: older.user.id, parts: ['avatar'] }],
    ])
    expect(await userOf(testApp, older.user.id)).toMatchObject({ avatarKey: key })
    await jobsDone(testApp)
    expect(await userOf(testApp, older.user.id)).toMatchObject({ avatarKey: null })
    expect((await testApp.call(`GET /files/${key}`)).status).toBe(404)
  })

  it('is found by what WeChat pushes about an openid that a merge brought to it', async () => {
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
