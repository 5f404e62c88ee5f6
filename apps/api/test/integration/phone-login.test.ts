import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { proven } from '../support/accounts.ts'
import { hasDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { createTestApp, firstApp, problem, type TestApp, unboundApp } from '../support/test-app.ts'

const day = 24 * 60 * 60 * 1000

describe.runIf(hasDatabase)('POST /v1/auth/phone-login', () => {
  let testApp: TestApp
  beforeAll(async () => {
    testApp = await createTestApp()
  })
  afterAll(() => testApp?.close())

  type More = {
    appId?: string
    loginCode?: string
    phoneCode?: string
    inviterId?: string
    device?: object
    sharedAccount?: string
  }
  /** The phone of a person sends the code of `wx.login` and that of the button. */
  const phoneLogin = async (person: string, more: More = {}) =>
    testApp.call('POST /v1/auth/phone-login', {
      body: {
        loginCode: await testApp.code(person, more.appId),
        phoneCode: await testApp.phoneCode(person, more.appId),
        ...more,
      },
    })
  const setPhone = (person: string, phoneNumber: string) =>
    testApp.control('PUT', 'phone', { person, phoneNumber })
  const bind = async (token: string, person: string) =>
    testApp.call('POST /v1/me/phone', {
      token,
      body: { code: await testApp.phoneCode(person), proof: await testApp.proofOf(token) },
    })
  /** How much there is of everybody: nothing may be created where a login is refused. */
  const counts = async () => {
    const { prisma } = testApp.database
    return Promise.all([
      prisma.user.count(),
      prisma.wechatIdentity.count(),
      prisma.phone.count(),
      prisma.session.count(),
    ])
  }
  const events = (userId: string) =>
    testApp.database.prisma.auditEvent.findMany({ where: { userId }, orderBy: { id: 'asc' } })
  /** An account with a number that is logged out, and a WeChat user who is new here with the same number. */
  async function ownerAndStranger(owner: number, stranger: number) {
    const number = `1360000${String(owner).padStart(4, '0')}`
    await setPhone(`person-${owner}`, number)
    await setPhone(`person-${stranger}`, number)
    const answer = await phoneLogin(`person-${owner}`, { appId: unboundApp })
    await testApp.call('POST /v1/auth/logout', { token: answer.body.accessToken })
    return { owner: answer.body, stranger: `person-${stranger}` }
  }

  it('registers a user with the number, and finds them at the next login', async () => {
    await setPhone('person-0', '13500000000')
    const first = await phoneLogin('person-0', { device: { model: 'iPhone', system: 'iOS 18' } })
    expect(first).toMatchObject({
      status: 200,
      body: { isNewUser: true, user: { phoneMasked: '135******00' } },
    })
    const second = await phoneLogin('person-0')
    expect(second).toMatchObject({
      status: 200,
      body: { isNewUser: false, user: { id: first.body.user.id } },
    })
    const kept = (await events(first.body.user.id)).map(({ type, data }) => [type, data])
    expect(kept).toEqual([
      ['phone_bound', { replaced: false }],
      ['consent_given', expect.objectContaining({ method: 'phone' })],
      ['login', { method: 'phone', isNewUser: true, wechatMs: expect.any(Number) }],
      ['login', { method: 'phone', isNewUser: false, wechatMs: expect.any(Number) }],
    ])
    const session = await testApp.call('GET /v1/me', { token: second.body.accessToken })
    expect(session).toMatchObject({ status: 200, body: { phoneMasked: '135******00' } })
  })

  it('stores the inviter of a new user, and ignores one who does not exist', async () => {
    const inviter = await testApp.login('person-1')
    const answer = await phoneLogin('person-2', { inviterId: inviter.user.id })
    const me = await testApp.call('GET /v1/me', { token: answer.body.accessToken })
    expect(me.body.inviter).toMatchObject({ nicknameMasked: expect.stringMatching(/\*\*$/) })
    const inviting = await testApp.call('GET /v1/me', { token: inviter.accessToken })
    expect(inviting.body.invitedCount).toBe(1)
    const other = await phoneLogin('person-3', { inviterId: '00000000-0000-7000-8000-000000000000' })
    expect(other.status).toBe(200)
  })

  it('binds the number to an existing user who has none', async () => {
    const { user } = await testApp.login('person-4')
    const answer = await phoneLogin('person-4')
    expect(answer).toMatchObject({
      status: 200,
      body: { isNewUser: false, user: { id: user.id, phoneMasked: '120******05' } },
    })
  })

  it('keeps the number of an existing user', async () => {
    const { accessToken: token } = await testApp.login('person-5')
    await bind(token, 'person-5')
    await setPhone('person-5', '13500000005')
    const answer = await phoneLogin('person-5')
    expect(answer).toMatchObject({ status: 200, body: { user: { phoneMasked: '120******06' } } })
    // Also where the new one is somebody else's: nobody takes it from them.
    const other = await testApp.login('person-6')
    await setPhone('person-6', '13500000006')
    await bind(other.accessToken, 'person-6')
    await setPhone('person-5', '13500000006')
    expect(await phoneLogin('person-5')).toMatchObject({
      status: 200,
      body: { user: { phoneMasked: '120******06' } },
    })
  })

  it('returns a conflict with a ticket when the number belongs to another account, and changes nothing', async () => {
    const owner = await testApp.login('person-7')
    await setPhone('person-7', '13500000007')
    await bind(owner.accessToken, 'person-7')
    const known = await testApp.login('person-8')
    await setPhone('person-8', '13500000007')
    const [before, row] = [
      await counts(),
      await testApp.database.prisma.user.findUnique({ where: { id: known.user.id } }),
    ]
    const answer = await phoneLogin('person-8')
    expect(answer).toMatchObject(problem('account_conflict', 409))
    expect(answer.text).not.toContain('oken"')
    expect(answer.body.conflict).toMatchObject({
      ticket: expect.any(String),
      other: { nicknameMasked: expect.stringMatching(/^.\*\*$/u) },
    })
    expect(await counts()).toEqual(before)
    expect(await testApp.database.prisma.user.findUnique({ where: { id: known.user.id } })).toEqual(row)
    const ticket = await testApp.database.prisma.mergeTicket.findFirstOrThrow({
      where: { userId: known.user.id },
    })
    expect(ticket).toMatchObject({ otherUserId: owner.user.id, appId: firstApp, openid: expect.any(String) })
  })

  it('gives a new WeChat user the account that has the number, and audits it there', async () => {
    const { owner, stranger } = await ownerAndStranger(10, 11)
    const before = await counts()
    const answer = await phoneLogin(stranger)
    expect(answer).toMatchObject({ status: 200, body: { isNewUser: false, user: { id: owner.user.id } } })
    const [users, identities, phones, sessions] = before
    expect(await counts()).toEqual([users, identities, phones, (sessions ?? 0) + 1])
    const shown = await testApp.call('GET /v1/me/login-history', { token: answer.body.accessToken })
    expect(shown.body.events.slice(0, 3)).toMatchObject([
      { type: 'login', appId: firstApp },
      { type: 'wechat_bound', appId: firstApp, reason: 'phone' },
      { type: 'wechat_unbound', reason: 'phone' },
    ])
    // From now on they are known.
    expect((await testApp.login(stranger)).user.id).toBe(owner.user.id)
  })

  let people = 100
  /** Why an account is not joined, though its number is the stranger's. */
  it.each<[string, (userId: string) => Promise<unknown>]>([
    [
      'WeChat verified the number for 91 days ago',
      (userId) =>
        testApp.database.prisma.phone.update({
          where: { userId },
          data: { verifiedAt: new Date(Date.now() - 91 * day) },
        }),
    ],
    [
      'is banned',
      (id) =>
        testApp.database.prisma.user.update({
          where: { id },
          data: { status: 'banned', bannedReason: 'spam' },
        }),
    ],
    [
      'is an admin’s',
      (id) => testApp.database.prisma.user.update({ where: { id }, data: { role: 'admin' } }),
    ],
    [
      'has a password',
      (userId) =>
        testApp.database.prisma.password.create({ data: { userId, hash: 'x', changedAt: new Date() } }),
    ],
  ])(
    'returns a conflict without tokens and ticket, and creates nothing, for an account that %s',
    async (_, prepare) => {
      people += 2
      const { owner, stranger } = await ownerAndStranger(people, people + 1)
      await prepare(owner.user.id)
      const before = await counts()
      const answer = await phoneLogin(stranger)
      expect(answer).toMatchObject(problem('account_conflict', 409))
      expect(answer.body.conflict).toMatchObject({ ticket: null })
      expect(answer.text).not.toMatch(/oken"|spam|banned|admin/)
      expect(await counts()).toEqual(before)
      // Without the number they are somebody new.
      expect((await testApp.login(stranger)).isNewUser).toBe(true)
    },
  )

  it('finds the user by unionid first, and then returns a conflict for the number of another account', async () => {
    const known = await testApp.login('person-20')
    const other = await testApp.login('person-21', { appId: unboundApp })
    await testApp.database.prisma.wechatIdentity.updateMany({
      where: { userId: other.user.id },
      data: { unionid: null },
    })
    const { body } = await testApp.call('POST /v1/me/phone', {
      token: other.accessToken,
      body: await proven(testApp, other.accessToken, {
        code: await testApp.phoneCode('person-21', unboundApp),
      }),
    })
    expect(body.user.phoneMasked).toBe('120******22')
    await setPhone('person-20', '12066600022')
    const before = await counts()
    const answer = await phoneLogin('person-20', { appId: 'wx2222222222222222', sharedAccount: 'join' })
    expect(answer).toMatchObject(problem('account_conflict', 409))
    expect(answer.body.conflict.ticket).toMatch(/./)
    expect(await counts()).toEqual(before)
    const ticket = await testApp.database.prisma.mergeTicket.findFirstOrThrow({
      where: { userId: known.user.id },
    })
    expect(ticket.otherUserId).toBe(other.user.id)
  })

  it('rejects a banned user with the reason', async () => {
    const { body } = await phoneLogin('person-22')
    await testApp.database.prisma.user.update({
      where: { id: body.user.id },
      data: { status: 'banned', bannedReason: 'spam' },
    })
    expect(await phoneLogin('person-22')).toMatchObject({
      status: 403,
      body: { code: 'account_banned', reason: 'spam' },
    })
  })

  it.each<[string, () => Promise<More>, string, number]>([
    [
      'a phone code of another person',
      async () => ({ phoneCode: await testApp.phoneCode('person-31') }),
      'phone_code_invalid',
      400,
    ],
    [
      'a phone code of another mini program',
      async () => ({ phoneCode: await testApp.phoneCode('person-30', unboundApp) }),
      'phone_code_invalid',
      400,
    ],
    [
      'a login code in its place',
      async () => ({ phoneCode: await testApp.code('person-30') }),
      'phone_code_invalid',
      400,
    ],
    [
      'a phone code in place of the login code',
      async () => ({ loginCode: await testApp.phoneCode('person-30') }),
      'code_invalid',
      400,
    ],
    [
      'an unknown app',
      async () => ({ appId: 'wx0000000000000000', loginCode: 'x', phoneCode: 'x' }),
      'unknown_app',
      400,
    ],
    ['a busy WeChat', async () => ({ loginCode: 'fault:-1' }), 'wechat_busy', 503],
  ])('creates nothing with %s', async (_, more, code, status) => {
    const before = await counts()
    const answer =
      _ === 'an unknown app'
        ? await testApp.call('POST /v1/auth/phone-login', { body: await more() })
        : await phoneLogin('person-30', await more())
    expect(answer).toMatchObject(problem(code as 'code_invalid', status))
    expect(await counts()).toEqual(before)
  })

  it('creates nothing when the phone endpoint fails, and counts the reason', async () => {
    const before = await counts()
    await testApp.control('PUT', 'fault', { fault: '48001', path: '/wxa/business/getuserphonenumber' })
    const answer = await phoneLogin('person-32')
    await testApp.control('DELETE', 'fault')
    expect(answer).toMatchObject(problem('phone_not_permitted', 502))
    expect(await counts()).toEqual(before)
    await eventually(async () => {
      const [rejected] = await testApp.database.prisma.rejectedLogin.findMany({
        where: { code: 'phone_not_permitted' },
      })
      expect(rejected).toMatchObject({ appId: firstApp, network: '127.0.0.0/24', count: 1 })
    }, 15_000)
  })

  it.each<[unknown]>([
    [undefined],
    [{}],
    [{ loginCode: 'x' }],
    [{ phoneCode: 'x' }],
    [{ loginCode: 'x', phoneCode: 5 }],
    [{ loginCode: '', phoneCode: 'x' }],
    [{ loginCode: 'x', phoneCode: 'a\u0000b' }],
  ])('rejects %j', async (body) => {
    expect(await testApp.call('POST /v1/auth/phone-login', { body })).toMatchObject(
      problem('invalid_request', 400),
    )
  })

  it("requests as many numbers per minute as the user's limit", async () => {
    const limited = await createTestApp({ LIMIT_PHONE_PER_USER: '2' })
    try {
      const logIn = async (person: string) =>
        limited.call('POST /v1/auth/phone-login', {
          body: { loginCode: await limited.code(person), phoneCode: await limited.phoneCode(person) },
        })
      const answers = [await logIn('person-0'), await logIn('person-0'), await logIn('person-0')]
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 429])
      expect((await logIn('person-1')).status).toBe(200)
      expect((await limited.login('person-0')).isNewUser, 'a plain login goes on').toBe(false)
    } finally {
      await limited.close()
    }
  })

  it('claims no account by the number when the configuration disables it', async () => {
    const strict = await createTestApp({ PHONE_RECLAIM_DAYS: '0' })
    try {
      const logIn = async (person: string, appId: string) =>
        strict.call('POST /v1/auth/phone-login', {
          body: {
            appId,
            loginCode: await strict.code(person, appId),
            phoneCode: await strict.phoneCode(person, appId),
          },
        })
      await strict.control('PUT', 'phone', { person: 'person-1', phoneNumber: '12066600001' })
      const owner = await logIn('person-0', unboundApp)
      expect(owner.status).toBe(200)
      await strict.call('POST /v1/auth/logout', { token: owner.body.accessToken })
      expect(await logIn('person-1', firstApp)).toMatchObject(problem('account_conflict', 409))
    } finally {
      await strict.close()
    }
  })
})
