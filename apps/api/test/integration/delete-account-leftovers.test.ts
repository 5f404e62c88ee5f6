import type { LoginResult } from '@repo/shared'
import { v7 as uuidv7 } from 'uuid'
import { describe, expect, it } from 'vitest'
import { createDataCipher, createLookupHash } from '../../src/infra/crypto.ts'
import { callOk } from '../support/accounts.ts'
import { loginAsAdmin, sessionIdOf } from '../support/admin.ts'
import { hasDatabase } from '../support/database.ts'
import { deleteMe, deleteWithProof, expectNoJobs, putAvatar, setPassword } from '../support/deleting.ts'
import { nextUser } from '../support/next-user.ts'
import { searchEverywhere, type Traces } from '../support/search.ts'
import { firstApp, secondApp } from '../support/test-app.ts'
import { useTestApp } from '../support/use-test-app.ts'

describe.runIf(hasDatabase)('deleting an account', () => {
  const testApp = useTestApp()

  /** Somebody about whom there is all that there can be, and every trace of it. */
  async function settle(person: string): Promise<{ login: LoginResult; traces: Traces }> {
    const { prisma } = testApp.database
    const { dataKeys } = testApp.config
    const remoteAddress = '203.0.113.77'
    const device = { model: 'Nokia Trace 3310', system: 'TraceOS 9' }
    const logIn = async (appId: string, inviterId?: string) =>
      (
        await testApp.call('POST /v1/auth/login', {
          body: { code: await testApp.code(person, appId), appId, device, inviterId, sharedAccount: 'join' },
          remoteAddress,
        })
      ).body as LoginResult
    const inviter = await testApp.login(nextUser())
    const ended = await logIn(firstApp, inviter.user.id)
    const { id: userId } = ended.user
    await testApp.call('POST /v1/auth/logout', { token: ended.accessToken, remoteAddress })
    await logIn(secondApp)
    const login = await logIn(firstApp)
    await testApp.login(nextUser(), { inviterId: userId })
    const other = await testApp.login(nextUser())

    const [nickname, username, number] = ['痕迹 trace-nickname', `trace-${person}`, '+8613800138077']
    const avatarKey = await putAvatar(testApp, `trace-${person}`)
    const pendingKey = await putAvatar(testApp, `pending-trace-${person}`)
    await setPassword(testApp, userId, username)
    await prisma.user.update({
      where: { id: userId },
      data: {
        nickname,
        avatarKey,
        gender: 'female',
        birthday: new Date('1990-05-17'),
        phoneMasked: '138******77',
        role: 'admin',
        level: 7,
      },
    })
    const { hash, keyId } = createLookupHash(dataKeys, 'phone').hash(number)
    const { bytes: numberEncrypted } = createDataCipher(dataKeys).encrypt(number, `phone ${userId}`)
    await prisma.phone.create({ data: { userId, hash, numberEncrypted, keyId, boundAt: new Date() } })
    const token = (await logIn(firstApp)).accessToken
    const identities = await prisma.wechatIdentity.findMany({ where: { userId }, orderBy: { appId: 'asc' } })
    const [first, second] = identities as [(typeof identities)[0], (typeof identities)[0]]
    const secretHash = new Uint8Array(32).fill(0x77)
    for (const [asking, asked] of [
      [userId, other.user.id],
      [other.user.id, userId],
    ] as const)
      await prisma.mergeTicket.create({
        data: {
          id: uuidv7(),
          secretHash,
          userId: asking,
          otherUserId: asked,
          appId: firstApp,
          openid: first.openid,
          expiresAt: new Date(),
        },
      })
    await prisma.avatarCheck.create({
      data: {
        traceId: 'trace-of-check',
        appId: firstApp,
        userId,
        avatarKey: pendingKey,
        askedAt: new Date(),
      },
    })
    const nextYear = new Date(Date.now() + 365 * 24 * 60 * 60 * 1000)
    const payload = { userId, parts: [], key: 'key in a job' }
    await prisma.job.create({
      data: { id: uuidv7(), kind: 'delete_wechat_data', payload, runAt: nextYear },
    })
    // As an admin, from the same address.
    await testApp.call(`PUT /v1/admin/users/${other.user.id}/level`, {
      token,
      body: { level: 1 },
      remoteAddress,
    })
    await prisma.user.update({ where: { id: userId }, data: { role: 'user' } })
    await prisma.auditEvent.create({
      data: {
        id: uuidv7(),
        type: 'role_changed',
        at: new Date(),
        userId,
        data: { from: 'admin', to: 'user', nickname },
      },
    })
    await prisma.auditEvent.create({
      data: {
        id: uuidv7(),
        type: 'profile_changed',
        at: new Date(),
        userId,
        data: { nickname, device, number },
      },
    })
    const traces: Traces = {
      nickname: 'trace-nickname',
      openid: first.openid,
      'second openid': second.openid,
      unionid: first.unionid ?? '',
      number: number.slice(3),
      'masked number': '138******77',
      'hash of the number': hash,
      'encrypted number': numberEncrypted,
      session_key: first.sessionKeyEncrypted,
      'second session_key': second.sessionKeyEncrypted,
      'device model': device.model,
      'device system': device.system,
      address: remoteAddress,
      username,
      'avatar key': avatarKey,
      avatar: `picture trace-${person}`,
      'pending avatar': `picture pending-trace-${person}`,
      'merge ticket': secretHash,
      check: 'trace-of-check',
      job: 'key in a job',
      birthday: '1990-05-17',
      password: '$argon2',
    }
    // They are all there, or this would prove nothing.
    const found = new Set(
      (await searchEverywhere(testApp, traces)).map((finding) => finding.split(' in ')[0]),
    )
    expect([...found].sort()).toEqual(Object.keys(traces).sort())
    return { login: { ...login, accessToken: token }, traces }
  }

  describe('leaves nothing behind in any column, table or file', () => {
    it('of a user who was an admin, was invited and invited others', async () => {
      const person = nextUser()
      const { login, traces } = await settle(person)
      expect((await deleteMe(testApp, login.accessToken, { code: await testApp.code(person) })).status).toBe(
        204,
      )
      await expectNoJobs(testApp)
      expect(await searchEverywhere(testApp, traces)).toEqual(['address in sealed_network_logs.ip'])
      const { prisma } = testApp.database
      const { id: userId } = login.user
      const events = await prisma.auditEvent.findMany({ where: { userId }, orderBy: { id: 'asc' } })
      expect(events.map(({ type }) => type)).toEqual([
        'consent_given',
        'login',
        'session_revoked',
        'wechat_bound',
        'consent_given',
        'login',
        'login',
        'login',
        'role_changed',
        'profile_changed',
        'account_deleted',
        'session_revoked',
        'session_revoked',
        'session_revoked',
      ])
      expect(events.every(({ ip, appId }) => ip === null && appId === null)).toBe(true)
      const sealed = await prisma.sealedNetworkLog.findMany({ where: { userId }, orderBy: { at: 'asc' } })
      expect(sealed.map(({ type }) => type).sort()).toEqual([
        'account_deleted',
        'consent_given',
        'consent_given',
        'level_changed',
        ...Array(4).fill('login'),
        'session_revoked',
        ...Array(4).fill('session_used'),
        'wechat_bound',
      ])
      const sessions = await prisma.session.findMany({ where: { userId }, orderBy: { id: 'asc' } })
      expect(sessions.map(({ revokedReason }) => revokedReason)).toEqual([
        'logout',
        'deleted',
        'deleted',
        'deleted',
      ])
      expect(sessions.map(({ id }) => id)).toContain(sessionIdOf(login))
      expect(testApp.log()).not.toContain('"hidden":')
    })

    it('of a user whose ban reason names them', async () => {
      const person = nextUser()
      const { login, traces } = await settle(person)
      const reason = `痕迹 trace-nickname, ${traces.openid}, pretended to be an admin`
      const admin = await loginAsAdmin(testApp, 'person-0')
      await callOk(
        testApp,
        `PUT /v1/admin/users/${login.user.id}/ban`,
        { reason },
        { token: admin.accessToken },
      )
      expect((await deleteWithProof(testApp, { code: await testApp.code(person) })).status).toBe(204)
      await expectNoJobs(testApp)
      expect(await searchEverywhere(testApp, { ...traces, reason: 'pretended to be' })).toEqual([
        'address in sealed_network_logs.ip',
      ])
      // And yet they are told.
      const refused = await testApp.call('POST /v1/auth/login', {
        body: { code: await testApp.code(person) },
      })
      expect(refused).toMatchObject({ status: 403, body: { code: 'account_banned', reason } })
    })
  })
})
