import { api, type LoginResult } from '@repo/shared'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { addJob } from '../../src/jobs/jobs.ts'
import { loginAsAdmin } from '../support/admin.ts'
import { hasDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { searchEverywhere, type Traces } from '../support/search.ts'
import { picture, uploadOf } from '../support/uploads.ts'
import { apps, firstApp, problem, secondApp, startWorld, unboundApp, type World } from '../support/world.ts'

const password = 'correct horse battery'
const push = { token: 'AAAAA', encodingAesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG' }

/** What each part does for itself is tested there; here they meet. */
describe.runIf(hasDatabase)('an account through all its life', () => {
  let world: World
  let admin: LoginResult
  let persons = 0
  beforeAll(async () => {
    world = await startWorld({
      WECHAT_TIMEOUT_MS: '1500',
      PUBLIC_URL: 'https://api.example.com',
      WECHAT_APPS: JSON.stringify(
        apps.map(({ appId, secret }) => ({ appId, secret, ...(appId === firstApp ? { push } : {}) })),
      ),
    })
    const url = await world.app.listen({ port: 0, host: '127.0.0.1' })
    await world.control('PUT', 'push', {
      appId: firstApp,
      url: `${url}/v1/wechat/push/${firstApp}`,
      ...push,
      mode: 'aes',
    })
    admin = await loginAsAdmin(world, 'person-0')
  })
  afterAll(() => world?.close())

  const prisma = () => world.database.prisma
  const nextPerson = () => {
    persons += 1
    return `person-${persons}`
  }
  type Options = { token?: string; remoteAddress?: string }
  const must = async (key: string, body: object | undefined, options: Options = {}) => {
    const answer = await world.call(key, { body, ...options })
    if (answer.status >= 300) throw new Error(`${key}: ${answer.status} ${answer.text}`)
    return answer.body
  }
  const codeOf = async (person: string, appId?: string) => ({
    code: await world.code(person, appId),
    ...(appId ? { appId } : {}),
  })
  const setPhone = (person: string, phoneNumber: string) =>
    world.control('PUT', 'phone', { person, phoneNumber })
  const upload = async (colour: string, options: Options): Promise<string> => {
    const content = await picture(colour).png().toBuffer()
    const answer = await world.call('POST /v1/me/avatar', { ...options, ...uploadOf({ content }) })
    expect(answer.status, answer.text).toBe(200)
    return new URL(answer.body.avatarUrl).pathname.replace('/files/', '')
  }
  const userOf = (id: string) => prisma().user.findUniqueOrThrow({ where: { id } })
  const register = async (body: object = {}, options: Options = {}): Promise<LoginResult> =>
    must('POST /v1/auth/register', { username: `user-${nextPerson()}`, password, ...body }, options)
  const phoneLogin = async (person: string, appId?: string) =>
    world.call('POST /v1/auth/phone-login', {
      body: {
        loginCode: await world.code(person, appId),
        phoneCode: await world.phoneCode(person, appId),
        ...(appId ? { appId } : {}),
      },
    })
  const jobsDone = async () => {
    await prisma().job.updateMany({ data: { runAt: new Date(0) } })
    await eventually(async () => expect(await prisma().job.count()).toBe(0), 10_000)
  }

  /** Somebody with all that the endpoints give, in two accounts that have become one. */
  async function settle(remoteAddress: string) {
    const person = nextPerson()
    const label = person.slice('person-'.length)
    const birthday = `1991-06-${label.padStart(2, '0')}`
    const number = `139${label.padStart(8, '7')}`
    const [elderUsername, youngerUsername] = [`elder-${label}`, `younger-${label}`]
    const device = { model: `Trace ${label}`, system: `TraceOS ${label}` }
    const from = (login: LoginResult) => ({ token: login.accessToken, remoteAddress })
    const inviter = await world.login(nextPerson())
    const elder = await register(
      { username: elderUsername, inviterId: inviter.user.id, device },
      { remoteAddress },
    )
    const younger: LoginResult = await must(
      'POST /v1/auth/login',
      { ...(await codeOf(person)), device },
      { remoteAddress },
    )
    await must('POST /v1/auth/login', { ...(await codeOf(person, secondApp)), device }, { remoteAddress })
    const nickname = `痕迹 trace ${label}`
    await must('PUT /v1/me/profile', { nickname, gender: 'female', birthday }, from(younger))
    await setPhone(person, number)
    await must('POST /v1/me/phone', { code: await world.phoneCode(person) }, from(younger))
    await must(
      'PUT /v1/me/password',
      { username: youngerUsername, newPassword: password, ...(await codeOf(person)) },
      from(younger),
    )
    const replaced = await upload(`#a${label.padStart(5, '0')}`, from(younger))
    const avatarKey = await upload(`#${label.padStart(6, '0')}`, from(younger))
    const guest = await world.login(nextPerson(), { inviterId: younger.user.id })
    for (const username of [elderUsername, youngerUsername])
      await world.call('POST /v1/auth/password-login', {
        body: { username, password: 'mistyped mistyped' },
        remoteAddress,
      })
    const asked = await world.call('PUT /v1/me/wechat', { ...from(elder), body: await codeOf(person) })
    const { ticket } = asked.body.conflict
    const merged: LoginResult = await must(
      'POST /v1/me/merge',
      { ticket, proof: await codeOf(person) },
      from(elder),
    )
    // Somebody else who wants the number: a ticket that names both.
    const rival = nextPerson()
    await setPhone(rival, number)
    const other = await world.login(rival)
    const conflict = await world.call('POST /v1/me/phone', {
      token: other.accessToken,
      body: { code: await world.phoneCode(rival) },
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
    const found = new Set((await searchEverywhere(world, traces)).map((finding) => finding.split(' in ')[0]))
    expect([...found].sort()).toEqual(Object.keys(traces).sort())
    // These never were there, or went with the merge.
    const gone: Traces = { number, replaced, 'username that went': youngerUsername }
    return {
      person,
      birthday,
      rival,
      number,
      elder,
      younger,
      merged,
      inviter,
      guest,
      other,
      traces: { ...traces, ...gone },
    }
  }

  it('is exported whole after a merge: valid, with the whole number, no secret, and nothing of others', async () => {
    const { number, merged, younger, elder, inviter, guest, other, birthday } = await settle('203.0.113.81')
    const { status, body, text } = await world.call('GET /v1/me/export', { token: merged.accessToken })
    expect(status).toBe(200)
    expect([...Value.Errors(api['GET /v1/me/export'].response, body)]).toEqual([])
    expect(body.user).toMatchObject({
      id: elder.user.id,
      phone: `+86${number}`,
      hasPassword: true,
      inviterId: inviter.user.id,
      gender: 'female',
      birthday,
    })
    expect(body.wechatIdentities.map(({ appId }: { appId: string }) => appId).sort()).toEqual([
      firstApp,
      secondApp,
    ])
    expect(body.invitedIds).toEqual([guest.user.id])
    expect(body.avatarChecks.length).toBeGreaterThan(0)
    // The history of both.
    const events = body.auditEvents.map(({ type }: { type: string }) => type)
    for (const type of ['login', 'login_refused', 'phone_bound', 'password_changed', 'avatar_changed'])
      expect(events).toContain(type)
    expect(body.auditEvents).toContainEqual(
      expect.objectContaining({ type: 'accounts_merged', data: { mergedUserId: younger.user.id } }),
    )
    expect(body.sessions.length).toBe(3)
    const identities = await prisma().wechatIdentity.findMany()
    for (const { userId, openid, sessionKeyEncrypted } of identities) {
      if (userId !== elder.user.id) expect(text).not.toContain(openid)
      expect(text).not.toContain(Buffer.from(sessionKeyEncrypted).toString('base64').slice(0, 20))
    }
    expect(text).not.toMatch(/argon2|session_?key"|sessionKeyEncrypted|ecretHash/)
    for (const { user } of [inviter, guest, other]) expect(text).not.toContain(user.nickname)
    expect(text).not.toContain(other.user.id)
  })

  it('leaves nothing behind when it is erased after a merge, in no table and no file', async () => {
    const { person, rival, merged, younger, traces, other } = await settle('203.0.113.82')
    const token = merged.accessToken
    await must('POST /v1/me/erase', { password }, { token })
    await jobsDone()
    expect(await searchEverywhere(world, traces)).toEqual([])
    for (const id of [merged.user.id, younger.user.id])
      expect(await userOf(id)).toMatchObject({ status: 'erased', nickname: null, username: null })
    // The number is free, and the person somebody new.
    await must('POST /v1/me/phone', { code: await world.phoneCode(rival) }, { token: other.accessToken })
    expect((await world.login(person)).isNewUser).toBe(true)
    expect(world.log()).not.toContain('"hidden":')
  })

  it('that is erased leaves the picture to who has the same, and takes it when it was the last', async () => {
    const [one, two] = [nextPerson(), nextPerson()]
    const [first, second] = [await world.login(one), await world.login(two)]
    const key = await upload('#123456', { token: first.accessToken })
    expect(await upload('#123456', { token: second.accessToken })).toBe(key)
    await must('POST /v1/me/erase', await codeOf(one), { token: first.accessToken })
    await jobsDone()
    expect((await world.call(`GET /files/${key}`)).status).toBe(200)
    await must('POST /v1/me/erase', await codeOf(two), { token: second.accessToken })
    await jobsDone()
    expect((await world.call(`GET /files/${key}`)).status).toBe(404)
  })

  it('that is erased is asked about no more: not its nickname, and its picture leaves no question', async () => {
    const person = nextPerson()
    const { user, accessToken: token } = await world.login(person)
    await world.control('PUT', 'fault', { fault: 'hang', path: '/wxa/media_check_async', times: 1 })
    onTestFinished(() => world.control('DELETE', 'fault').then(() => undefined))
    await upload('#654321', { token })
    await eventually(async () => expect(await prisma().job.count({ where: { attempts: 1 } })).toBe(1))
    await must('POST /v1/me/erase', await codeOf(person), { token })
    await addJob(prisma(), 'check_nickname', { userId: user.id })
    await jobsDone()
    expect(await prisma().avatarCheck.count({ where: { userId: user.id } })).toBe(0)
    expect(await userOf(user.id)).toMatchObject({ status: 'erased', nickname: null, avatarKey: null })
  })

  describe('of somebody who left while banned is closed to them until the ban ends:', () => {
    let person: string
    let token: string
    let ticket: string
    const reason = 'spam'
    beforeAll(async () => {
      person = nextPerson()
      await setPhone(person, '13700000001')
      const banned = await world.login(person)
      const account = await register()
      token = account.accessToken
      const asked = await world.call('PUT /v1/me/wechat', { token, body: await codeOf(person) })
      ticket = asked.body.conflict.ticket
      await must(`PUT /v1/admin/users/${banned.user.id}/ban`, { reason }, { token: admin.accessToken })
      await must('POST /v1/auth/erase', await codeOf(person))
    })

    it.each<[string, () => Promise<{ status: number }>]>([
      ['login', async () => world.call('POST /v1/auth/login', { body: await codeOf(person) })],
      ['one-tap login', () => phoneLogin(person)],
      [
        'registration with a code',
        async () =>
          world.call('POST /v1/auth/register', {
            body: { username: `back-${persons}`, password, ...(await codeOf(person)) },
          }),
      ],
      [
        'login by password with a code',
        async () => {
          const { user } = await register()
          const body = { username: user.username, password, ...(await codeOf(person)) }
          return world.call('POST /v1/auth/password-login', { body })
        },
      ],
      [
        'binding to another account',
        async () => world.call('PUT /v1/me/wechat', { token, body: await codeOf(person) }),
      ],
    ])('%s', async (_, comeBack) => {
      const before = await prisma().wechatIdentity.count()
      expect(await comeBack()).toMatchObject({ ...problem('account_banned', 403), body: { reason } })
      expect(await prisma().wechatIdentity.count()).toBe(before)
    })

    it('a merge, whose ticket went with the account', async () => {
      const body = { ticket, proof: await codeOf(person) }
      expect(await world.call('POST /v1/me/merge', { token, body })).toMatchObject(
        problem('merge_ticket_invalid', 400),
      )
    })

    it('a one-tap login by the number of an account that they could have joined', async () => {
      const other = nextPerson()
      await setPhone(other, '13700000001')
      expect((await phoneLogin(other, unboundApp)).status).toBe(200)
      expect(await phoneLogin(person)).toMatchObject(problem('account_banned', 403))
    })
  })

  it('is offered for a merge by a one-tap login, too, when that brings the unionid of another', async () => {
    const person = nextPerson()
    await setPhone(person, '13700000002')
    const other = await world.login(person, { appId: unboundApp })
    const known = await world.login(person)
    await world.control('PUT', 'app', { appId: unboundApp, openPlatform: 'company' })
    onTestFinished(() =>
      world.control('PUT', 'app', { appId: unboundApp, openPlatform: null }).then(() => undefined),
    )
    const { body } = await phoneLogin(person, unboundApp)
    expect(body).toMatchObject({ isNewUser: false, user: { id: other.user.id } })
    expect(body.conflict).toMatchObject({ ticket: expect.any(String), other: { hasWechat: true } })
    const merged = await must(
      'POST /v1/me/merge',
      { ticket: body.conflict.ticket, proof: await codeOf(person) },
      { token: body.accessToken },
    )
    expect(merged.user.id).toBe(other.user.id)
    expect(await userOf(known.user.id)).toMatchObject({ status: 'erased' })
  })

  it('brings to the account that stays what was still to be done about the one that goes', async () => {
    const person = nextPerson()
    const elder = await register()
    const younger = await world.login(person)
    const { id: userId } = younger.user
    const later = { dueInSeconds: 3600 }
    const key = await upload('#777777', { token: younger.accessToken })
    await eventually(async () => expect(await prisma().avatarCheck.count({ where: { userId } })).toBe(1))
    await addJob(prisma(), 'check_avatar', { userId, key }, later)
    await addJob(prisma(), 'forget_wechat_data', { userId, parts: ['avatar'] }, later)
    const asked = await world.call('PUT /v1/me/wechat', {
      token: elder.accessToken,
      body: await codeOf(person),
    })
    const { ticket } = asked.body.conflict
    await must('POST /v1/me/merge', { ticket, proof: await codeOf(person) }, { token: elder.accessToken })
    const jobs = await prisma().job.findMany({ where: { runAt: { gt: new Date() } }, orderBy: { id: 'asc' } })
    expect(jobs.map(({ kind, payload }) => [kind, payload])).toEqual([
      ['check_avatar', { userId: elder.user.id, key }],
      ['forget_wechat_data', { userId: elder.user.id, parts: ['avatar'] }],
    ])
    expect(await userOf(elder.user.id)).toMatchObject({ avatarKey: key })
    await jobsDone()
    expect(await userOf(elder.user.id)).toMatchObject({ avatarKey: null })
    expect((await world.call(`GET /files/${key}`)).status).toBe(404)
  })

  it('is found by what WeChat pushes about an openid that a merge brought to it', async () => {
    const person = nextPerson()
    await setPhone(person, '13700000003')
    const elder = await register()
    const younger = await world.login(person)
    await must('POST /v1/me/phone', { code: await world.phoneCode(person) }, { token: younger.accessToken })
    const asked = await world.call('PUT /v1/me/wechat', {
      token: elder.accessToken,
      body: await codeOf(person),
    })
    const { ticket } = asked.body.conflict
    await must('POST /v1/me/merge', { ticket, proof: await codeOf(person) }, { token: elder.accessToken })
    const event = (name: string, more: object = {}) =>
      world.control('POST', 'push-event', { appId: firstApp, person, event: name, ...more })
    expect(await userOf(elder.user.id)).toMatchObject({ phoneMasked: '137******03' })
    await event('user_authorization_revoke', { revokeInfo: '8' })
    await eventually(async () => expect(await userOf(elder.user.id)).toMatchObject({ phoneMasked: null }))
    // Given anew, it goes anew.
    const { accessToken: token } = await world.login(person)
    await must('POST /v1/me/phone', { code: await world.phoneCode(person) }, { token })
    await event('user_authorization_revoke', { revokeInfo: '8', overrides: { CreateTime: 1 } })
    await eventually(async () => expect(await userOf(elder.user.id)).toMatchObject({ phoneMasked: null }))
    expect(await prisma().phone.count({ where: { userId: elder.user.id } })).toBe(0)
    await event('user_authorization_cancellation')
    await eventually(async () => expect(await userOf(elder.user.id)).toMatchObject({ status: 'erased' }))
  })

  it('that was erased is touched by no push that comes late', async () => {
    const person = nextPerson()
    const { user, accessToken: token } = await world.login(person)
    await must('POST /v1/me/erase', await codeOf(person), { token })
    const again = await world.login(person)
    await addJob(prisma(), 'erase_account', { userId: user.id })
    await addJob(prisma(), 'forget_wechat_data', { userId: user.id, parts: ['nickname', 'avatar', 'phone'] })
    await jobsDone()
    expect((await world.call('GET /v1/me', { token: again.accessToken })).status).toBe(200)
    const events = await prisma().auditEvent.findMany({ where: { userId: user.id } })
    expect(events.filter(({ type }) => type === 'account_erased')).toHaveLength(1)
  })

  it('is not exported by who asks for the headers alone', async () => {
    const { user, accessToken: token } = await world.login(nextPerson())
    const headers = { authorization: `Bearer ${token}` }
    const { statusCode } = await world.app.inject({ method: 'HEAD', url: '/v1/me/export', headers })
    expect(statusCode).toBe(404)
    expect(await prisma().auditEvent.count({ where: { userId: user.id, type: 'data_exported' } })).toBe(0)
  })
})
