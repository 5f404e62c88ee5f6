import { api, type LoginResult } from '@repo/shared'
import { Value } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { addJob } from '../../src/infra/jobs/jobs.ts'
import { callOk, codeOf, password, register, userOf } from '../support/accounts.ts'
import { hasDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { nextUser } from '../support/next-user.ts'
import { jobsDone, setPhone, upload } from '../support/phone-claims.ts'
import { searchEverywhere, type Traces } from '../support/search.ts'
import { firstApp, secondApp } from '../support/test-app.ts'
import { createTestAppWithPush } from '../support/test-app-with-push.ts'
import { useTestApp } from '../support/use-test-app.ts'

/** What each part does for itself is tested there; here they meet. */
describe.runIf(hasDatabase)('an account with data in every table', () => {
  const testApp = useTestApp(createTestAppWithPush)

  const prisma = () => testApp.database.prisma

  /** Somebody with all that the endpoints give, in two accounts that have become one. */
  async function settle(remoteAddress: string) {
    const person = nextUser()
    const label = person.slice('person-'.length)
    const birthday = `1991-06-${label.padStart(2, '0')}`
    const number = `139${label.padStart(8, '7')}`
    const [elderUsername, youngerUsername] = [`older-${label}`, `newer-${label}`]
    const device = { model: `Trace ${label}`, system: `TraceOS ${label}` }
    const from = (login: LoginResult) => ({ token: login.accessToken, remoteAddress })
    const inviter = await testApp.login(nextUser())
    const older = await register(
      testApp,
      { username: elderUsername, inviterId: inviter.user.id, device },
      { remoteAddress },
    )
    let newer: LoginResult = await callOk(
      testApp,
      'POST /v1/auth/login',
      { ...(await codeOf(testApp, person)), device },
      { remoteAddress },
    )
    await callOk(
      testApp,
      'POST /v1/auth/login',
      { ...(await codeOf(testApp, person, secondApp)), device, sharedAccount: 'join' },
      { remoteAddress },
    )
    const nickname = `痕迹 trace ${label}`
    await callOk(testApp, 'PUT /v1/me/profile', { nickname, gender: 'female', birthday }, from(newer))
    await setPhone(testApp, person, number)
    newer = await callOk(
      testApp,
      'POST /v1/me/phone',
      { code: await testApp.phoneCode(person), proof: await codeOf(testApp, person) },
      from(newer),
    )
    newer = await callOk(
      testApp,
      'PUT /v1/me/password',
      { username: youngerUsername, newPassword: password, proof: await codeOf(testApp, person) },
      from(newer),
    )
    const replaced = await upload(testApp, `#a${label.padStart(5, '0')}`, from(newer))
    const avatarKey = await upload(testApp, `#${label.padStart(6, '0')}`, from(newer))
    const guest = await testApp.login(nextUser(), { inviterId: newer.user.id })
    for (const username of [elderUsername, youngerUsername])
      await testApp.call('POST /v1/auth/password-login', {
        body: { username, password: 'mistyped mistyped' },
        remoteAddress,
      })
    const binding = { ...(await codeOf(testApp, person)), proof: { password } }
    const asked = await testApp.call('PUT /v1/me/wechat', { ...from(older), body: binding })
    const { ticket } = asked.body.conflict
    const merged: LoginResult = await callOk(
      testApp,
      'POST /v1/me/merge',
      { ticket, proof: { password }, otherProof: await codeOf(testApp, person) },
      from(older),
    )
    // Somebody else who wants the number: a ticket that names both.
    const rival = nextUser()
    await setPhone(testApp, rival, number)
    const other = await testApp.login(rival)
    const conflict = await testApp.call('POST /v1/me/phone', {
      token: other.accessToken,
      body: { code: await testApp.phoneCode(rival), proof: await codeOf(testApp, rival) },
    })
    expect(conflict.body.conflict.ticket).toEqual(expect.any(String))
    await eventually(async () =>
      expect(await prisma().avatarCheck.count({ where: { userId: merged.user.id } })).toBeGreaterThan(0),
    )
    const { id: userId } = merged.user
    await addJob(prisma(), 'check_nickname', { userId }, { dueInSeconds: 3600 })
    await addJob(prisma(), 'check_avatar', { userId, key: avatarKey }, { dueInSeconds: 3600 })
    const identities = await prisma().wechatIdentity.findMany({
      where: { userId },
      orderBy: { appId: 'asc' },
    })
    const phone = await prisma().phone.findUniqueOrThrow({ where: { userId } })
    const hashed = await prisma().password.findUniqueOrThrow({ where: { userId } })
    const traces: Traces = {
      nickname: nickname.slice(3),
      birthday,
      'masked number': `139******${number.slice(-2)}`,
      'hash of the number': phone.hash,
      'encrypted number': phone.numberEncrypted,
      username: elderUsername,
      'hash of the password': hashed.hash,
      openid: identities[0]?.openid ?? '',
      'second openid': identities[1]?.openid ?? '',
      unionid: identities[0]?.unionid ?? '',
      session_key: identities[0]?.sessionKeyEncrypted ?? '',
      'device model': device.model,
      'device system': device.system,
      address: remoteAddress,
      picture: avatarKey,
    }
    // They are all there, or their absence would prove nothing.
    const found = new Set(
      (await searchEverywhere(testApp, traces)).map((finding) => finding.split(' in ')[0]),
    )
    expect([...found].sort()).toEqual(Object.keys(traces).sort())
    // These never were there, or went with the merge.
    const gone: Traces = { number, replaced, 'username that went': youngerUsername }
    return {
      person,
      birthday,
      rival,
      number,
      older,
      newer,
      merged,
      inviter,
      guest,
      other,
      traces: { ...traces, ...gone },
    }
  }

  it('is exported completely after a merge: valid, with the full number, without secrets and data of others', async () => {
    const { number, merged, newer, older, inviter, guest, other, birthday } = await settle('203.0.113.81')
    const { status, body, text } = await testApp.call('POST /v1/me/export', {
      token: merged.accessToken,
      body: { proof: { password } },
    })
    expect(status).toBe(200)
    expect([...Value.Errors(api['POST /v1/me/export'].response, body)]).toEqual([])
    expect(body.user).toMatchObject({
      id: older.user.id,
      phone: `+86${number}`,
      hasPassword: true,
      wasInvited: true,
      gender: 'female',
      birthday,
    })
    expect(body.wechatIdentities.map(({ appId }: { appId: string }) => appId).sort()).toEqual([
      firstApp,
      secondApp,
    ])
    expect(body.user.invitedCount).toBe(1)
    expect(body.avatarChecks.length).toBeGreaterThan(0)
    // The history of both.
    const events = body.auditEvents.map(({ type }: { type: string }) => type)
    for (const type of ['login', 'login_rejected', 'phone_bound', 'password_changed', 'avatar_changed'])
      expect(events).toContain(type)
    expect(body.auditEvents).toContainEqual(
      expect.objectContaining({ type: 'accounts_merged', data: { mergedUserId: newer.user.id } }),
    )
    expect(body.sessions.length).toBe(3)
    const identities = await prisma().wechatIdentity.findMany()
    for (const { userId, openid, sessionKeyEncrypted } of identities) {
      if (userId !== older.user.id) expect(text).not.toContain(openid)
      expect(text).not.toContain(Buffer.from(sessionKeyEncrypted).toString('base64').slice(0, 20))
    }
    expect(text).not.toMatch(/argon2|session_?key"|sessionKeyEncrypted|ecretHash/)
    for (const { user } of [inviter, guest, other]) expect(text).not.toContain(user.nickname)
    expect(text).not.toContain(other.user.id)
  })

  it('leaves nothing behind, in any table or file, when it is deleted after a merge', async () => {
    const { person, rival, merged, newer, traces, other } = await settle('203.0.113.82')
    const token = merged.accessToken
    await callOk(testApp, 'POST /v1/me/delete', { proof: { password } }, { token })
    await jobsDone(testApp)
    expect(await searchEverywhere(testApp, traces)).toEqual(['address in sealed_network_logs.ip'])
    for (const id of [merged.user.id, newer.user.id])
      expect(await userOf(testApp, id)).toMatchObject({ status: 'deleted', nickname: null, username: null })
    // The number is free, and the person somebody new.
    await callOk(
      testApp,
      'POST /v1/me/phone',
      { code: await testApp.phoneCode(rival), proof: await codeOf(testApp, rival) },
      { token: other.accessToken },
    )
    expect((await testApp.login(person)).isNewUser).toBe(true)
    expect(testApp.log()).not.toContain('"hidden":')
  })

  it('is not exported by a HEAD request', async () => {
    const { user, accessToken: token } = await testApp.login(nextUser())
    const headers = { authorization: `Bearer ${token}` }
    const { statusCode } = await testApp.app.inject({ method: 'HEAD', url: '/v1/me/export', headers })
    expect(statusCode).toBe(404)
    expect(await prisma().auditEvent.count({ where: { userId: user.id, type: 'data_exported' } })).toBe(0)
  })
})
