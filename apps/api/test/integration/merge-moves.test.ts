import { describe, expect, it } from 'vitest'
import { defaultNickname, maskNickname } from '../../src/domain/users/nickname.ts'
import { createDataCipher, createLookupHash } from '../../src/infra/crypto.ts'
import { codeOf, password, proven, register, userOf } from '../support/accounts.ts'
import { loginAsAdmin, sessionIdOf } from '../support/admin.ts'
import { hasDatabase } from '../support/database.ts'
import { merge, ticketOf, twoAccounts } from '../support/merging.ts'
import { nextUser } from '../support/next-user.ts'
import { firstApp, problem } from '../support/test-app.ts'
import { useTestApp } from '../support/use-test-app.ts'

describe.runIf(hasDatabase)('POST /v1/me/merge', () => {
  const testApp = useTestApp()

  const prisma = () => testApp.database.prisma
  const me = (token: string) => testApp.call('GET /v1/me', { token })

  it.each(['password', 'wechat'] as const)(
    'keeps the account that registered earlier, whichever asks (the older one has a %s)',
    async (kind) => {
      const { person, account, older, newer, ticket } = await twoAccounts(testApp, kind)
      const answer = await merge(testApp, account.accessToken, ticket, await codeOf(testApp, person))
      expect(answer).toMatchObject({
        status: 200,
        body: { user: { id: older.user.id, username: account.user.username } },
      })
      expect((await me(answer.body.accessToken)).body.id).toBe(older.user.id)
      expect((await testApp.login(person)).user.id).toBe(older.user.id)
      const again = await testApp.call('POST /v1/auth/password-login', {
        body: { username: account.user.username, password },
      })
      expect(again.body.user.id).toBe(older.user.id)
      expect(await userOf(testApp, newer.user.id)).toMatchObject({ status: 'deleted' })
    },
  )

  it('works when the other account asks, which proves the first by its password', async () => {
    const { account, wechat, ticket } = await twoAccounts(testApp)
    const answer = await merge(testApp, wechat.accessToken, ticket, { password })
    expect(answer).toMatchObject({ status: 200, body: { user: { id: account.user.id } } })
    // It goes on as the session that asked: with its mini program.
    const session = await prisma().session.findUniqueOrThrow({ where: { id: sessionIdOf(answer.body) } })
    expect(session).toMatchObject({ appId: firstApp, openid: expect.any(String) })
  })

  it('ends all sessions of both accounts but the one that asked', async () => {
    const { person, account, wechat, ticket } = await twoAccounts(testApp)
    const elsewhere = await testApp.call('POST /v1/auth/password-login', {
      body: { username: account.user.username, password },
    })
    const second = await testApp.login(person)
    const { body } = await merge(testApp, account.accessToken, ticket, await codeOf(testApp, person))
    for (const { accessToken, refreshToken } of [wechat, second, elsewhere.body]) {
      expect(await me(accessToken)).toMatchObject(problem('session_revoked', 401))
      const refreshed = await testApp.call('POST /v1/auth/refresh', { body: { refreshToken } })
      expect(refreshed).toMatchObject(problem('session_revoked', 401))
    }
    expect((await me(body.accessToken)).status).toBe(200)
    expect(sessionIdOf(body)).toBe(sessionIdOf(account))
    const ended = await prisma().session.findMany({
      where: { userId: account.user.id, revokedReason: 'merged' },
    })
    expect(ended.map(({ id }) => id).sort()).toEqual([wechat, second, elsewhere.body].map(sessionIdOf).sort())
  })

  it('tells a client that missed the response to log in again, and ends nothing', async () => {
    const { account, person, wechat, ticket } = await twoAccounts(testApp)
    const { body } = await merge(testApp, wechat.accessToken, ticket, { password })
    expect(await me(wechat.accessToken)).toMatchObject(problem('access_token_expired', 401))
    const refreshed = await testApp.call('POST /v1/auth/refresh', {
      body: { refreshToken: wechat.refreshToken },
    })
    expect(refreshed).toMatchObject(problem('refresh_token_expired', 401))
    expect((await me(body.accessToken)).body.id).toBe(account.user.id)
    expect((await testApp.login(person)).user.id).toBe(account.user.id)
  })

  it('moves all data, keeps what the older account chose, and leaves nothing personal behind', async () => {
    const { person, account, wechat, ticket } = await twoAccounts(testApp)
    const [older, gone] = [account.user.id, wechat.user.id]
    const guest = await testApp.login(nextUser(), { inviterId: gone })
    const inviter = await testApp.login(nextUser())
    const keys = testApp.config.dataKeys
    const { bytes, keyId } = createDataCipher(keys).encrypt('+8613800138000', `phone ${gone}`)
    const { hash } = createLookupHash(keys, 'phone').hash('+8613800138000')
    await prisma().phone.create({
      data: { userId: gone, hash, numberEncrypted: bytes, keyId, boundAt: new Date() },
    })
    await prisma().user.update({
      where: { id: gone },
      data: {
        nickname: '小明',
        avatarKey: 'avatars/gone.jpg',
        gender: 'male',
        birthday: new Date('1990-05-17'),
        phoneMasked: '138******00',
        level: 2,
        inviterId: inviter.user.id,
      },
    })
    await prisma().user.update({ where: { id: older }, data: { gender: 'female', level: 1 } })

    const answer = await merge(testApp, account.accessToken, ticket, await codeOf(testApp, person))
    expect(answer.body.user).toMatchObject({
      nickname: '小明',
      avatarUrl: expect.stringContaining('avatars/gone.jpg'),
      gender: 'female',
      birthday: '1990-05-17',
      phoneMasked: '138******00',
      level: 2,
    })
    const answered = await me(answer.body.accessToken)
    expect(answered.body).toMatchObject({
      inviter: { nicknameMasked: maskNickname(defaultNickname(inviter.user.id)) },
      invitedCount: 1,
    })
    expect((await userOf(testApp, guest.user.id)).inviterId).toBe(older)
    const phone = await prisma().phone.findUniqueOrThrow({ where: { userId: older } })
    const moved = { bytes: phone.numberEncrypted, keyId: phone.keyId }
    expect(createDataCipher(keys).decrypt(moved, `phone ${older}`)).toBe('+8613800138000')

    expect(await userOf(testApp, gone)).toMatchObject({
      status: 'deleted',
      nickname: null,
      avatarKey: null,
      gender: null,
      birthday: null,
      phoneMasked: null,
      username: null,
      inviterId: null,
      level: 0,
      lastLoginIp: '0.0.0.0',
    })
    const left = await Promise.all([
      prisma().wechatIdentity.count({ where: { userId: gone } }),
      prisma().phone.count({ where: { userId: gone } }),
      prisma().password.count({ where: { userId: gone } }),
      prisma().session.count({ where: { userId: gone } }),
      prisma().auditEvent.count({ where: { userId: gone } }),
    ])
    expect(left).toEqual([0, 0, 0, 0, 0])
    const events = await prisma().auditEvent.findMany({ where: { userId: older }, orderBy: { id: 'asc' } })
    expect(events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['login', 'session_revoked', 'accounts_merged']),
    )
    expect(events.find(({ type }) => type === 'accounts_merged')?.data).toEqual({ mergedUserId: gone })
    expect(events.some(({ sessionId }) => sessionId === sessionIdOf(wechat))).toBe(true)
  })

  it("keeps the older account's nickname, avatar, phone and password when both have one", async () => {
    const { person, account, wechat } = await twoAccounts(testApp)
    const [older, gone] = [account.user.id, wechat.user.id]
    const put = {
      newPassword: 'another horse battery',
      username: `gone-${person}`,
      proof: { code: await testApp.code(person) },
    }
    expect((await testApp.call('PUT /v1/me/password', { token: wechat.accessToken, body: put })).status).toBe(
      200,
    )
    for (const [userId, name] of [
      [older, 'elder'],
      [gone, 'gone'],
    ] as const) {
      await prisma().phone.create({
        data: {
          userId,
          hash: Buffer.from(`${name} ${person}`),
          numberEncrypted: Buffer.from('x'),
          keyId: 'data-1',
          boundAt: new Date(),
        },
      })
      const data = { nickname: name, avatarKey: `avatars/${name}.jpg`, phoneMasked: `${name}**` }
      await prisma().user.update({ where: { id: userId }, data })
    }
    const ticket = await ticketOf(testApp, account, person)
    const { body } = await merge(testApp, account.accessToken, ticket, await codeOf(testApp, person))
    expect(body.user).toMatchObject({
      nickname: 'elder',
      phoneMasked: 'elder**',
      username: account.user.username,
    })
    expect((await userOf(testApp, older)).avatarKey).toBe('avatars/elder.jpg')
    const phones = await prisma().phone.findMany({ where: { userId: { in: [older, gone] } } })
    expect(phones.map(({ userId }) => userId)).toEqual([older])
    const logIn = (username: string | null, typed: string) =>
      testApp.call('POST /v1/auth/password-login', { body: { username, password: typed } })
    expect((await logIn(account.user.username, password)).status).toBe(200)
    expect((await logIn(put.username, put.newPassword)).status).toBe(400)
    // The username is free again.
    expect((await register(testApp, { username: put.username })).user.username).toBe(put.username)
  })

  it('keeps the generated nickname when neither account chose one', async () => {
    const { person, account, ticket } = await twoAccounts(testApp)
    const { body } = await merge(testApp, account.accessToken, ticket, await codeOf(testApp, person))
    expect(body.user.nickname).toBe(defaultNickname(account.user.id))
  })

  it("moves a former admin's actions, which the export contains, and which lose their IP with the account", async () => {
    const [person, remoteAddress] = [nextUser(), '203.0.113.9']
    const chief = await loginAsAdmin(testApp, nextUser())
    const account = await register(testApp)
    const admin = await loginAsAdmin(testApp, person)
    const act = { token: admin.accessToken, body: { level: 2 }, remoteAddress }
    await testApp.call(`PUT /v1/admin/users/${chief.user.id}/level`, act)
    const demotion = {
      token: chief.accessToken,
      body: await proven(testApp, chief.accessToken, { role: 'user' }),
    }
    await testApp.call(`PUT /v1/admin/users/${admin.user.id}/role`, demotion)
    const ticket = await ticketOf(testApp, account, person)
    const merged = await merge(testApp, account.accessToken, ticket, await codeOf(testApp, person))
    expect(merged.status).toBe(200)

    const token = merged.body.accessToken
    const exported = await testApp.call('POST /v1/me/export', { token, body: { proof: { password } } })
    expect(exported.body.adminActions).toEqual([
      expect.objectContaining({ type: 'level_changed', ip: remoteAddress }),
    ])
    expect((await testApp.call('POST /v1/me/delete', { token, body: { proof: { password } } })).status).toBe(
      204,
    )
    const acts = await prisma().auditEvent.findMany({
      where: { userId: chief.user.id, type: 'level_changed' },
    })
    expect(acts).toMatchObject([{ actorId: account.user.id, ip: null }])
  })

  it('makes no user their own inviter', async () => {
    const person = nextUser()
    const older = await register(testApp)
    const newer = await testApp.login(person, { inviterId: older.user.id })
    const ticket = await ticketOf(testApp, older, person)
    const { body } = await merge(testApp, older.accessToken, ticket, await codeOf(testApp, person))
    expect((await me(body.accessToken)).body).toMatchObject({ inviter: null, invitedCount: 0 })
    expect((await userOf(testApp, newer.user.id)).inviterId).toBeNull()
  })

  it('leads both openids of one mini program to the account that stays', async () => {
    const [one, two] = [nextUser(), nextUser()]
    const older = await register(testApp, { code: await testApp.code(one) })
    await testApp.login(two)
    const ticket = await ticketOf(testApp, older, two)
    expect((await merge(testApp, older.accessToken, ticket, await codeOf(testApp, two))).status).toBe(200)
    expect((await testApp.login(one)).user.id).toBe(older.user.id)
    expect((await testApp.login(two)).user.id).toBe(older.user.id)
    expect(await prisma().wechatIdentity.count({ where: { userId: older.user.id } })).toBe(2)
  })

  it('changes no audit log row of other users, and keeps the log append-only', async () => {
    const { person, account, ticket } = await twoAccounts(testApp)
    await merge(testApp, account.accessToken, ticket, await codeOf(testApp, person))
    await expect(prisma().auditEvent.updateMany({ data: { code: 'x' } })).rejects.toThrow('append-only')
  })
})
