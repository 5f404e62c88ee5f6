import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LoginResult } from '@repo/shared'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { createDataCipher } from '../../src/data-cipher.ts'
import { createLookupHash } from '../../src/lookup-hash.ts'
import { createPasswordHasher } from '../../src/password/password-hasher.ts'
import { loginAsAdmin, sessionIdOf } from '../support/admin.ts'
import { hasDatabase } from '../support/database.ts'
import { searchEverywhere, type Traces } from '../support/search.ts'
import { firstApp, problem, secondApp, startWorld, type World } from '../support/world.ts'

const password = 'correct horse battery staple'

describe.runIf(hasDatabase)('leaving', () => {
  let world: World
  let admin: LoginResult
  let persons = 10
  beforeAll(async () => {
    world = await startWorld()
    admin = await loginAsAdmin(world, 'person-0')
  })
  afterAll(() => world?.close())

  const newPerson = () => {
    persons += 1
    return `person-${persons}`
  }
  const eraseMe = (token: string, body: object) => world.call('POST /v1/me/erase', { token, body })
  const eraseProven = (body: object) => world.call('POST /v1/auth/erase', { body })
  const statusOf = async (id: string) =>
    (await world.database.prisma.user.findUniqueOrThrow({ where: { id } })).status
  const ban = (id: string, body: object) =>
    world.call(`PUT /v1/admin/users/${id}/ban`, { token: admin.accessToken, body })

  async function setPassword(userId: string, username: string): Promise<void> {
    const { prisma } = world.database
    await prisma.user.update({ where: { id: userId }, data: { username } })
    const hash = await createPasswordHasher(world.config.passwordHash).hash(password)
    await prisma.password.create({ data: { userId, hash, changedAt: new Date() } })
  }

  describe('with a proof', () => {
    it('takes a fresh code of the person, of whichever mini program', async () => {
      const person = newPerson()
      const first = await world.login(person)
      await world.login(person, { appId: secondApp })
      const code = await world.code(person, secondApp)
      expect((await eraseMe(first.accessToken, { code, appId: secondApp })).status).toBe(204)
      expect(await statusOf(first.user.id)).toBe('erased')
    })

    it('takes the password', async () => {
      const { user, accessToken } = await world.login(newPerson())
      await setPassword(user.id, 'somebody')
      expect((await eraseMe(accessToken, { password })).status).toBe(204)
      expect(await statusOf(user.id)).toBe('erased')
    })

    it.each([
      [
        'a code of somebody else',
        async () => ({ code: await world.code('person-1') }),
        'different_account',
        409,
      ],
      [
        'a code of nobody we know',
        async () => ({ code: await world.code('person-399') }),
        'different_account',
        409,
      ],
      ['a code that WeChat refuses', async () => ({ code: 'fault:40029' }), 'code_invalid', 400],
      ['an unknown AppID', async () => ({ code: 'x', appId: 'wx0' }), 'unknown_app', 400],
      ['a wrong password', async () => ({ password: 'wrong' }), 'credentials_invalid', 400],
      ['nothing', async () => ({}), 'invalid_request', 400],
      ['both', async () => ({ code: 'x', password }), 'invalid_request', 400],
    ] as const)('refuses %s, and changes nothing', async (_, proof, code, status) => {
      await world.login('person-1')
      const { user, accessToken } = await world.login('person-2')
      if (!user.username && !(await world.database.prisma.password.count({ where: { userId: user.id } })))
        await setPassword(user.id, 'person-two')
      const before = await world.database.prisma.user.findUnique({ where: { id: user.id } })
      expect(await eraseMe(accessToken, await proof())).toMatchObject(problem(code, status))
      expect(await world.database.prisma.user.findUnique({ where: { id: user.id } })).toEqual(before)
      expect((await world.call('GET /v1/me', { token: accessToken })).status).toBe(200)
    })

    it('says precisely which proofs there are', async () => {
      const { accessToken } = await world.login('person-2')
      const { body } = await eraseMe(accessToken, {})
      expect(body.detail).toBe(
        "body must have required property 'code', or must have required property 'password'",
      )
    })

    it('counts a code as a login, of the person and of the address', async () => {
      const strict = await startWorld({ LIMIT_LOGIN_PER_PERSON: '2', LIMIT_LOGIN_PER_IP: '4' })
      onTestFinished(strict.close)
      const { accessToken: token } = await strict.login('person-1')
      await strict.login('person-1')
      const erase = async (person: string) =>
        strict.call('POST /v1/me/erase', { token, body: { code: await strict.code(person) } })
      expect(await erase('person-1')).toMatchObject(problem('rate_limited', 429))
      expect((await erase('person-2')).status).toBe(409)
      expect(await erase('person-3')).toMatchObject(problem('rate_limited', 429))
    })
  })

  describe('for who cannot log in', () => {
    it('takes the code alone, also of somebody banned', async () => {
      const person = newPerson()
      const { user } = await world.login(person)
      await ban(user.id, { reason: 'spam' })
      expect((await eraseProven({ code: await world.code(person) })).status).toBe(204)
      expect(await statusOf(user.id)).toBe('erased')
    })

    it('takes username and password', async () => {
      const { user } = await world.login(newPerson())
      await setPassword(user.id, 'leaving')
      expect((await eraseProven({ username: 'Leaving', password })).status).toBe(204)
      expect(await statusOf(user.id)).toBe('erased')
    })

    it.each([
      ['a wrong password', { username: 'remaining', password: 'wrong' }, 'credentials_invalid', 400],
      ['an unknown username', { username: 'nobody', password }, 'credentials_invalid', 400],
      ['a password without a username', { password }, 'invalid_request', 400],
      ['a code that was not WeChat’s', { code: 'fault:40029' }, 'code_invalid', 400],
      ['the same with a password beside it', { code: 'fault:40029', password }, 'code_invalid', 400],
    ] as const)('refuses %s', async (_, proof, code, status) => {
      const { user } = await world.login('person-3')
      if (!(await world.database.prisma.password.count({ where: { userId: user.id } })))
        await setPassword(user.id, 'remaining')
      expect(await eraseProven(proof)).toMatchObject(problem(code, status))
      expect(await statusOf(user.id)).toBe('active')
    })

    it('knows nobody behind the code of somebody new, and registers nobody', async () => {
      const users = await world.database.prisma.user.count()
      const code = await world.code('person-398')
      expect(await eraseProven({ code })).toMatchObject(problem('not_found', 404))
      expect(await world.database.prisma.user.count()).toBe(users)
    })
  })

  it('ends everything at once: tokens, devices, the way back to the same account', async () => {
    const person = newPerson()
    const before = await world.login(person)
    const elsewhere = await world.login(person)
    await eraseMe(before.accessToken, { code: await world.code(person) })
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
    const person = newPerson()
    const { user, accessToken } = await world.login(person)
    const [one, two] = [await world.code(person), await world.code(person)]
    const answers = await Promise.all([
      eraseMe(accessToken, { code: one }),
      eraseMe(accessToken, { code: two }),
    ])
    expect(answers.map(({ status }) => status).sort()).not.toEqual([204, 204])
    expect(answers.map(({ status }) => status)).toContain(204)
    const act = (key: string, body?: object) =>
      world.call(key.replace(':id', user.id), { token: admin.accessToken, body })
    expect((await act('PUT /v1/admin/users/:id/ban', { reason: 'x' })).status).toBe(404)
    expect((await act('DELETE /v1/admin/users/:id/ban')).status).toBe(404)
    expect((await act('PUT /v1/admin/users/:id/role', { role: 'admin' })).status).toBe(404)
    const { body } = await act('GET /v1/admin/users/:id')
    expect(body.user).toMatchObject({ status: 'erased', nickname: null, avatarUrl: null, role: 'user' })
    const erased = await world.database.prisma.auditEvent.count({
      where: { userId: user.id, type: 'account_erased' },
    })
    expect(erased).toBe(1)
  })

  it('changes nothing at all when it fails halfway', async () => {
    const own = await startWorld()
    onTestFinished(own.close)
    const { user, accessToken: token } = await own.login('person-1')
    const { prisma } = own.database
    await prisma.$executeRaw`
      ALTER TABLE audit_events ADD CONSTRAINT never CHECK (type <> 'account_erased')`
    const code = await own.code('person-1')
    expect((await own.call('POST /v1/me/erase', { token, body: { code } })).status).toBe(500)
    expect((await own.call('GET /v1/me', { token })).body.nickname).toBe(user.nickname)
    expect(await prisma.wechatIdentity.count()).toBe(1)
    expect(await prisma.job.count()).toBe(0)
  })

  it('keeps a picture that somebody else has, too', async () => {
    const { prisma } = world.database
    const [one, other] = [newPerson(), newPerson()]
    const { user, accessToken } = await world.login(one)
    const remaining = await world.login(other)
    const avatarKey = await putAvatar('shared')
    await prisma.user.updateMany({
      where: { id: { in: [user.id, remaining.user.id] } },
      data: { avatarKey },
    })
    await eraseMe(accessToken, { code: await world.code(one) })
    await jobsDone()
    expect(await searchEverywhere(world, { picture: 'picture shared' })).not.toEqual([])
  })

  it('shows an inviter who left to nobody, and nobody can be brought by them any more', async () => {
    const [inviter, guest] = [newPerson(), newPerson()]
    const { user, accessToken } = await world.login(inviter)
    const brought = await world.login(guest, { inviterId: user.id })
    await eraseMe(accessToken, { code: await world.code(inviter) })
    const me = await world.call('GET /v1/me', { token: brought.accessToken })
    expect(me.body.inviter).toBeNull()
    const code = await world.code(newPerson())
    const refused = await world.call('POST /v1/auth/login', { body: { code, inviterId: user.id } })
    expect(refused).toMatchObject(problem('inviter_unknown', 400))
  })

  it('counts no longer for whoever brought them', async () => {
    const inviter = await world.login(newPerson())
    const guest = newPerson()
    const { accessToken } = await world.login(guest, { inviterId: inviter.user.id })
    const invited = async () =>
      (await world.call('GET /v1/me', { token: inviter.accessToken })).body.invitedCount
    expect(await invited()).toBe(1)
    await eraseMe(accessToken, { code: await world.code(guest) })
    expect(await invited()).toBe(0)
  })

  async function putAvatar(name: string): Promise<string> {
    const { storageFolder: folder } = world
    await mkdir(join(folder, 'avatars'), { recursive: true })
    await writeFile(join(folder, `avatars/${name}.jpg`), `picture ${name}`)
    return `avatars/${name}.jpg`
  }

  const jobsDone = () => expect.poll(() => world.database.prisma.job.count(), { timeout: 10_000 }).toBe(0)

  /** Somebody about whom there is all that there can be, and every trace of it. */
  async function settle(person: string): Promise<{ login: LoginResult; traces: Traces }> {
    const { prisma } = world.database
    const { dataKeys } = world.config
    const remoteAddress = '203.0.113.77'
    const device = { model: 'Nokia Trace 3310', system: 'TraceOS 9' }
    const logIn = async (appId: string, inviterId?: string) =>
      (
        await world.call('POST /v1/auth/login', {
          body: { code: await world.code(person, appId), appId, device, inviterId },
          remoteAddress,
        })
      ).body as LoginResult
    const inviter = await world.login(newPerson())
    const ended = await logIn(firstApp, inviter.user.id)
    const { id: userId } = ended.user
    await world.call('POST /v1/auth/logout', { token: ended.accessToken, remoteAddress })
    await logIn(secondApp)
    const login = await logIn(firstApp)
    await world.login(newPerson(), { inviterId: userId })
    const other = await world.login(newPerson())

    const [nickname, username, number] = ['痕迹 trace-nickname', `trace-${person}`, '+8613800138077']
    const avatarKey = await putAvatar(`trace-${person}`)
    const pendingKey = await putAvatar(`pending-trace-${person}`)
    await setPassword(userId, username)
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
      data: { id: uuidv7(), kind: 'forget_wechat_data', payload, runAt: nextYear },
    })
    // As an admin, from the same address.
    await world.call(`PUT /v1/admin/users/${other.user.id}/level`, {
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
    const found = new Set((await searchEverywhere(world, traces)).map((finding) => finding.split(' in ')[0]))
    expect([...found].sort()).toEqual(Object.keys(traces).sort())
    return { login: { ...login, accessToken: token }, traces }
  }

  describe('leaves nothing behind, in any column of any table, nor in any file', () => {
    beforeAll(async () => {
      // What other tests have left would be found as well.
      await world.database.prisma.password.deleteMany()
    })

    it('of somebody who was an admin, was brought here and has brought others', async () => {
      const person = newPerson()
      const { login, traces } = await settle(person)
      expect((await eraseMe(login.accessToken, { code: await world.code(person) })).status).toBe(204)
      await jobsDone()
      expect(await searchEverywhere(world, traces)).toEqual([])
      const { prisma } = world.database
      const { id: userId } = login.user
      const events = await prisma.auditEvent.findMany({ where: { userId }, orderBy: { id: 'asc' } })
      expect(events.map(({ type }) => type)).toEqual([
        'login',
        'session_revoked',
        'login',
        'login',
        'login',
        'role_changed',
        'profile_changed',
        'account_erased',
        'session_revoked',
        'session_revoked',
        'session_revoked',
      ])
      expect(events.every(({ ip, appId }) => ip === null && appId === null)).toBe(true)
      const sessions = await prisma.session.findMany({ where: { userId }, orderBy: { id: 'asc' } })
      expect(sessions.map(({ revokedReason }) => revokedReason)).toEqual([
        'logout',
        'erased',
        'erased',
        'erased',
      ])
      expect(sessions.map(({ id }) => id)).toContain(sessionIdOf(login))
      expect(world.log()).not.toContain('"hidden":')
    })

    it('of somebody who was banned for a reason that names them', async () => {
      const person = newPerson()
      const { login, traces } = await settle(person)
      const reason = `痕迹 trace-nickname, ${traces.openid}, pretended to be an admin`
      await ban(login.user.id, { reason })
      expect((await eraseProven({ code: await world.code(person) })).status).toBe(204)
      await jobsDone()
      expect(await searchEverywhere(world, { ...traces, reason: 'pretended to be' })).toEqual([])
      // And yet they are told.
      const refused = await world.call('POST /v1/auth/login', { body: { code: await world.code(person) } })
      expect(refused).toMatchObject({ status: 403, body: { code: 'account_banned', reason } })
    })
  })
})
