import type { LoginResult } from '@repo/shared'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { defaultNickname } from '../../src/account/default-nickname.ts'
import { createDataCipher } from '../../src/data-cipher.ts'
import { createLookupHash } from '../../src/lookup-hash.ts'
import { sessionIdOf } from '../support/admin.ts'
import { hasDatabase } from '../support/database.ts'
import { firstApp, problem, secondApp, startWorld, unboundApp, type World } from '../support/world.ts'

const password = 'correct horse battery'

describe.runIf(hasDatabase)('merging two accounts', () => {
  let world: World
  let people = 0
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => world?.close())

  const prisma = () => world.database.prisma
  const userOf = (id: string) => prisma().user.findUniqueOrThrow({ where: { id } })
  const nextPerson = () => {
    people += 1
    return `person-${people}`
  }

  type Account = LoginResult & { username: string }
  async function register(body: object = {}): Promise<Account> {
    people += 1
    const username = `account-${people}`
    const answer = await world.call('POST /v1/auth/register', { body: { username, password, ...body } })
    if (answer.status !== 200) throw new Error(answer.text)
    return { ...answer.body, username }
  }

  /** Somebody with two accounts: one with a password, one of WeChat; and the ticket that binding the second gave. */
  async function twoAccounts(elder: 'password' | 'wechat' = 'password') {
    const person = nextPerson()
    const first = elder === 'password' ? await register() : await world.login(person)
    const second = elder === 'password' ? await world.login(person) : await register()
    const [account, wechat] = (elder === 'password' ? [first, second] : [second, first]) as [
      Account,
      LoginResult,
    ]
    const ticket = await ticketOf(account, person)
    return { person, account, wechat, ticket, elder: first, younger: second }
  }
  async function ticketOf(account: LoginResult, person: string, appId?: string): Promise<string> {
    const body = { code: await world.code(person, appId), ...(appId ? { appId } : {}) }
    const answer = await world.call('PUT /v1/me/wechat', { token: account.accessToken, body })
    expect(answer).toMatchObject(problem('account_conflict', 409))
    expect(answer.body.conflict.ticket).toEqual(expect.any(String))
    return answer.body.conflict.ticket
  }
  const merge = (token: string, ticket: string, proof: object) =>
    world.call('POST /v1/me/merge', { token, body: { ticket, proof } })
  const proofOf = async (person: string, appId?: string) => ({
    code: await world.code(person, appId),
    ...(appId ? { appId } : {}),
  })
  const me = async (token: string) => world.call('GET /v1/me', { token })

  it.each(['password', 'wechat'] as const)(
    'keeps the account that was registered earlier, whichever asks (the elder has a %s)',
    async (kind) => {
      const { person, account, elder, younger, ticket } = await twoAccounts(kind)
      const answer = await merge(account.accessToken, ticket, await proofOf(person))
      expect(answer).toMatchObject({
        status: 200,
        body: { user: { id: elder.user.id, username: account.username } },
      })
      expect((await me(answer.body.accessToken)).body.id).toBe(elder.user.id)
      expect((await world.login(person)).user.id).toBe(elder.user.id)
      const again = await world.call('POST /v1/auth/password-login', {
        body: { username: account.username, password },
      })
      expect(again.body.user.id).toBe(elder.user.id)
      expect(await userOf(younger.user.id)).toMatchObject({ status: 'erased' })
    },
  )

  it('can be asked for as the other account, which then proves the first by its password', async () => {
    const { account, wechat, ticket } = await twoAccounts()
    const answer = await merge(wechat.accessToken, ticket, { password })
    expect(answer).toMatchObject({ status: 200, body: { user: { id: account.user.id } } })
    // It goes on as the session that asked: with its mini program.
    const session = await prisma().session.findUniqueOrThrow({ where: { id: sessionIdOf(answer.body) } })
    expect(session).toMatchObject({ appId: firstApp, openid: expect.any(String) })
  })

  it('ends all sessions of the account that goes but the one that asked, and leaves those of the elder', async () => {
    const { person, account, wechat, ticket } = await twoAccounts()
    const elsewhere = await world.call('POST /v1/auth/password-login', {
      body: { username: account.username, password },
    })
    const second = await world.login(person)
    const { body } = await merge(account.accessToken, ticket, await proofOf(person))
    for (const { accessToken, refreshToken } of [wechat, second]) {
      expect(await me(accessToken)).toMatchObject(problem('session_revoked', 401))
      const refreshed = await world.call('POST /v1/auth/refresh', { body: { refreshToken } })
      expect(refreshed).toMatchObject(problem('session_revoked', 401))
    }
    expect((await me(elsewhere.body.accessToken)).status).toBe(200)
    expect((await me(body.accessToken)).status).toBe(200)
    expect(sessionIdOf(body)).toBe(sessionIdOf(account))
    const ended = await prisma().session.findMany({
      where: { userId: account.user.id, revokedReason: 'merged' },
    })
    expect(ended.map(({ id }) => id).sort()).toEqual([wechat, second].map(sessionIdOf).sort())
  })

  it('lets a phone that missed the answer go on, by a refresh, as the account that stays', async () => {
    const { account, wechat, ticket } = await twoAccounts()
    await merge(wechat.accessToken, ticket, { password })
    expect(await me(wechat.accessToken)).toMatchObject(problem('access_token_expired', 401))
    const { body } = await world.call('POST /v1/auth/refresh', {
      body: { refreshToken: wechat.refreshToken },
    })
    expect(body.user.id).toBe(account.user.id)
    expect((await me(body.accessToken)).body.id).toBe(account.user.id)
  })

  it('moves what there is to move, keeps what the elder chose, and leaves nothing personal behind', async () => {
    const { person, account, wechat, ticket } = await twoAccounts()
    const [elder, gone] = [account.user.id, wechat.user.id]
    const guest = await world.login(nextPerson(), { inviterId: gone })
    const inviter = await world.login(nextPerson())
    const keys = world.config.dataKeys
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
    await prisma().user.update({ where: { id: elder }, data: { gender: 'female', level: 1 } })

    const answer = await merge(account.accessToken, ticket, await proofOf(person))
    expect(answer.body.user).toMatchObject({
      nickname: '小明',
      avatarUrl: expect.stringContaining('avatars/gone.jpg'),
      gender: 'female',
      birthday: '1990-05-17',
      phoneMasked: '138******00',
      level: 2,
    })
    const answered = await me(answer.body.accessToken)
    expect(answered.body).toMatchObject({ inviter: { id: inviter.user.id }, invitedCount: 1 })
    expect((await me(guest.accessToken)).body.inviter.id).toBe(elder)
    const phone = await prisma().phone.findUniqueOrThrow({ where: { userId: elder } })
    const moved = { bytes: phone.numberEncrypted, keyId: phone.keyId }
    expect(createDataCipher(keys).decrypt(moved, `phone ${elder}`)).toBe('+8613800138000')

    expect(await userOf(gone)).toMatchObject({
      status: 'erased',
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
    const events = await prisma().auditEvent.findMany({ where: { userId: elder }, orderBy: { id: 'asc' } })
    expect(events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['login', 'session_revoked', 'accounts_merged']),
    )
    expect(events.find(({ type }) => type === 'accounts_merged')?.data).toEqual({ mergedUserId: gone })
    expect(events.some(({ sessionId }) => sessionId === sessionIdOf(wechat))).toBe(true)
  })

  it('keeps the own nickname, avatar, phone and password of the elder where both have one', async () => {
    const { person, account, wechat } = await twoAccounts()
    const [elder, gone] = [account.user.id, wechat.user.id]
    const put = {
      newPassword: 'another horse battery',
      username: `gone-${people}`,
      code: await world.code(person),
    }
    expect((await world.call('PUT /v1/me/password', { token: wechat.accessToken, body: put })).status).toBe(
      204,
    )
    for (const [userId, name] of [
      [elder, 'elder'],
      [gone, 'gone'],
    ] as const) {
      await prisma().phone.create({
        data: {
          userId,
          hash: Buffer.from(`${name} ${people}`),
          numberEncrypted: Buffer.from('x'),
          keyId: 'data-1',
          boundAt: new Date(),
        },
      })
      const data = { nickname: name, avatarKey: `avatars/${name}.jpg`, phoneMasked: `${name}**` }
      await prisma().user.update({ where: { id: userId }, data })
    }
    const ticket = await ticketOf(account, person)
    const { body } = await merge(account.accessToken, ticket, await proofOf(person))
    expect(body.user).toMatchObject({ nickname: 'elder', phoneMasked: 'elder**', username: account.username })
    expect((await userOf(elder)).avatarKey).toBe('avatars/elder.jpg')
    const phones = await prisma().phone.findMany({ where: { userId: { in: [elder, gone] } } })
    expect(phones.map(({ userId }) => userId)).toEqual([elder])
    const logIn = (username: string, typed: string) =>
      world.call('POST /v1/auth/password-login', { body: { username, password: typed } })
    expect((await logIn(account.username, password)).status).toBe(200)
    expect((await logIn(put.username, put.newPassword)).status).toBe(400)
    // The username is free again.
    expect((await register({ username: put.username })).user.username).toBe(put.username)
  })

  it('keeps a generated nickname where neither chose one', async () => {
    const { person, account, ticket } = await twoAccounts()
    const { body } = await merge(account.accessToken, ticket, await proofOf(person))
    expect(body.user.nickname).toBe(defaultNickname(account.user.id))
  })

  it('makes nobody their own inviter', async () => {
    const person = nextPerson()
    const elder = await register()
    const younger = await world.login(person, { inviterId: elder.user.id })
    const ticket = await ticketOf(elder, person)
    const { body } = await merge(elder.accessToken, ticket, await proofOf(person))
    expect((await me(body.accessToken)).body).toMatchObject({ inviter: null, invitedCount: 0 })
    expect((await userOf(younger.user.id)).inviterId).toBeNull()
  })

  it('leads both openids of one mini program to the account that stays', async () => {
    const [one, two] = [nextPerson(), nextPerson()]
    const elder = await register({ code: await world.code(one) })
    await world.login(two)
    const ticket = await ticketOf(elder, two)
    expect((await merge(elder.accessToken, ticket, await proofOf(two))).status).toBe(200)
    expect((await world.login(one)).user.id).toBe(elder.user.id)
    expect((await world.login(two)).user.id).toBe(elder.user.id)
    expect(await prisma().wechatIdentity.count({ where: { userId: elder.user.id } })).toBe(2)
  })

  it('works once', async () => {
    const { person, account, ticket } = await twoAccounts()
    const { body } = await merge(account.accessToken, ticket, await proofOf(person))
    expect(await merge(body.accessToken, ticket, await proofOf(person))).toMatchObject(
      problem('merge_ticket_invalid', 400),
    )
  })

  it('ends all other tickets of either account', async () => {
    const { person, account, ticket } = await twoAccounts()
    const other = nextPerson()
    const third = await world.login(other)
    const another = await ticketOf(account, other)
    const { body } = await merge(account.accessToken, ticket, await proofOf(person))
    expect(await merge(body.accessToken, another, await proofOf(other))).toMatchObject(
      problem('merge_ticket_invalid', 400),
    )
    expect((await me(third.accessToken)).status).toBe(200)
  })

  it('is for the two alone, for five minutes, and for the ticket as it was given', async () => {
    const { person, account, ticket } = await twoAccounts()
    const stranger = await world.login(nextPerson())
    const proof = { code: 'not even looked at' }
    const invalid = problem('merge_ticket_invalid', 400)
    expect(await merge(stranger.accessToken, ticket, proof)).toMatchObject(invalid)
    const [id, secret = ''] = ticket.split('.')
    for (const garbled of [
      'x',
      `${id}.${secret.slice(1)}A`,
      `${id}`,
      `${id}.${secret}x`,
      `${id?.toUpperCase()}.${secret}`,
    ])
      expect(await merge(account.accessToken, garbled, proof)).toMatchObject(invalid)
    await prisma().mergeTicket.update({ where: { id: id ?? '' }, data: { expiresAt: new Date() } })
    expect(await merge(account.accessToken, ticket, await proofOf(person))).toMatchObject(invalid)
    expect((await me(account.accessToken)).status).toBe(200)
  })

  it('changes nothing for a wrong proof, leaves the ticket alive, and hears five proofs', async () => {
    const { person, account, wechat, ticket } = await twoAccounts()
    const before = [await userOf(account.user.id), await userOf(wechat.user.id)]
    const { accessToken } = account
    const other = nextPerson()
    await world.login(other)
    expect(await merge(accessToken, ticket, { password })).toMatchObject(problem('password_not_set', 409))
    expect(await merge(accessToken, ticket, await proofOf(other))).toMatchObject(
      problem('different_account', 409),
    )
    expect(await merge(accessToken, ticket, await proofOf(nextPerson()))).toMatchObject(
      problem('different_account', 409),
    )
    expect(await merge(accessToken, ticket, { code: 'unknown' })).toMatchObject(problem('code_invalid', 400))
    expect(await merge(wechat.accessToken, ticket, { password: 'wrong' })).toMatchObject(
      problem('credentials_invalid', 400),
    )
    const refused = await merge(accessToken, ticket, await proofOf(person))
    expect(refused).toMatchObject(problem('rate_limited', 429))
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(200)
    expect([await userOf(account.user.id), await userOf(wechat.user.id)]).toEqual(before)
    const again = await ticketOf(account, person)
    expect((await merge(accessToken, again, await proofOf(person))).status).toBe(200)
  })

  it.each([{}, { password: 'x', code: 'x' }, { appId: firstApp }])(
    'refuses %o as no proof',
    async (proof) => {
      const { account, ticket } = await twoAccounts()
      const answer = await merge(account.accessToken, ticket, proof)
      expect(answer.body).toMatchObject({
        code: 'invalid_request',
        detail: 'body/proof must have either password or code',
      })
    },
  )

  it.each([
    ['an admin', { role: 'admin' }],
    ['banned', { status: 'banned' }],
    ['erased', { status: 'erased' }],
  ] as const)('is refused when the other became %s after the ticket was given', async (_, change) => {
    const { person, account, wechat, ticket } = await twoAccounts()
    await prisma().user.update({ where: { id: wechat.user.id }, data: change })
    expect(await merge(account.accessToken, ticket, await proofOf(person))).toMatchObject(
      problem('merge_ticket_invalid', 400),
    )
    expect(await prisma().wechatIdentity.count({ where: { userId: wechat.user.id } })).toBe(1)
    expect((await me(account.accessToken)).status).toBe(200)
  })

  it('is not offered for an admin or somebody banned', async () => {
    const person = nextPerson()
    const account = await register()
    const { user } = await world.login(person)
    await prisma().user.update({ where: { id: user.id }, data: { role: 'admin' } })
    const answer = await world.call('PUT /v1/me/wechat', {
      token: account.accessToken,
      body: { code: await world.code(person) },
    })
    expect(answer).toMatchObject(problem('account_conflict', 409))
    expect(answer.body.conflict).toMatchObject({ ticket: null, ticketExpiresAt: null })
  })

  it('is void when the WeChat account that asked belongs to somebody else by now', async () => {
    const { person, account, wechat, ticket } = await twoAccounts()
    const third = await world.login(nextPerson())
    const { openid } = await prisma().wechatIdentity.findFirstOrThrow({ where: { userId: wechat.user.id } })
    const where = { appId_openid: { appId: firstApp, openid } }
    await prisma().wechatIdentity.update({ where, data: { userId: third.user.id } })
    expect(await merge(wechat.accessToken, ticket, { password })).toMatchObject(
      problem('merge_ticket_invalid', 400),
    )
    expect(await merge(account.accessToken, ticket, await proofOf(person))).toMatchObject(
      problem('different_account', 409),
    )
  })

  describe('when a unionid joins two accounts', () => {
    it('offers the merge with the one login that brought it, and joins them', async () => {
      const person = nextPerson()
      const other = await world.login(person, { appId: unboundApp })
      const known = await world.login(person, { appId: firstApp })
      await world.control('PUT', 'app', { appId: unboundApp, openPlatform: 'company' })
      onTestFinished(() =>
        world.control('PUT', 'app', { appId: unboundApp, openPlatform: null }).then(() => undefined),
      )
      const login = await world.login(person, { appId: unboundApp })
      expect(login).toMatchObject({
        isNewUser: false,
        user: { id: other.user.id },
        conflict: { ticket: expect.any(String), other: { hasWechat: true } },
      })
      expect(await world.login(person, { appId: unboundApp })).not.toHaveProperty('conflict')
      const answer = await merge(
        login.accessToken,
        String(login.conflict?.ticket),
        await proofOf(person, firstApp),
      )
      expect(answer).toMatchObject({ status: 200, body: { user: { id: other.user.id } } })
      expect((await world.login(person, { appId: firstApp })).user.id).toBe(other.user.id)
      expect(await userOf(known.user.id)).toMatchObject({ status: 'erased' })
    })

    it('does not bind an identity whose person another account knows, but offers the merge', async () => {
      const person = nextPerson()
      await world.login(person, { appId: secondApp })
      const account = await register()
      const ticket = await ticketOf(account, person, firstApp)
      // Any of the mini programs of the company can prove it.
      expect((await merge(account.accessToken, ticket, await proofOf(person, firstApp))).status).toBe(200)
    })

    it('leaves it to the next login when a session_key is renewed meanwhile', async () => {
      const person = nextPerson()
      const { accessToken } = await world.login(person, { appId: unboundApp })
      await world.login(person, { appId: firstApp })
      await world.control('PUT', 'app', { appId: unboundApp, openPlatform: 'company' })
      onTestFinished(() =>
        world.control('PUT', 'app', { appId: unboundApp, openPlatform: null }).then(() => undefined),
      )
      const body = { code: await world.code(person, unboundApp) }
      expect((await world.call('PUT /v1/me/wechat-session', { token: accessToken, body })).status).toBe(204)
      expect(await world.login(person, { appId: unboundApp })).toHaveProperty('conflict')
    })
  })

  it('leaves the audit log as it was for everybody else, and closed', async () => {
    const { person, account, ticket } = await twoAccounts()
    await merge(account.accessToken, ticket, await proofOf(person))
    await expect(prisma().auditEvent.updateMany({ data: { code: 'x' } })).rejects.toThrow('append-only')
    vi.useRealTimers()
  })
})
