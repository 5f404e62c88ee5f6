import { createCipheriv, createHash, randomBytes } from 'node:crypto'
import type { LoginResult } from '@repo/shared'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loginAsAdmin } from '../support/admin.ts'
import { hasDatabase } from '../support/database.ts'
import {
  type Answer,
  apps,
  createTestApp,
  firstApp,
  problem,
  secondApp,
  type TestApp,
  unboundApp,
} from '../support/test-app.ts'
import { picture, uploadOf } from '../support/uploads.ts'

const password = 'correct horse battery'
const push = { token: 'AAAAA', encodingAesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG' }

/** Somebody with an account of their own tries everything that could lead into another one, or tell of it. */
describe.runIf(hasDatabase)('an attacker with an account', () => {
  let testApp: TestApp
  let persons = 0
  beforeAll(async () => {
    testApp = await createTestApp({
      WECHAT_APPS: JSON.stringify(
        apps.map(({ appId, secret }) => ({ appId, secret, ...(appId === firstApp ? { push } : {}) })),
      ),
    })
  })
  afterAll(() => testApp?.close())

  const prisma = () => testApp.database.prisma
  const nextUser = () => {
    persons += 1
    return `person-${persons}`
  }
  const post = (key: string, body?: object, token?: string): Promise<Answer> =>
    testApp.call(key, { ...(body ? { body } : {}), ...(token ? { token } : {}) })
  const setPhone = (person: string, phoneNumber: string) =>
    testApp.control('PUT', 'phone', { person, phoneNumber })
  async function register(body: object = {}): Promise<LoginResult & { username: string }> {
    const username = `user-${nextUser()}`
    const answer = await post('POST /v1/auth/register', { username, password, ...body })
    if (answer.status !== 200) throw new Error(answer.text)
    return { ...answer.body, username }
  }
  /** Two who have nothing to do with each other: each with WeChat, a number and a password. */
  async function two() {
    const persons = [nextUser(), nextUser()] as const
    const accounts: (LoginResult & { username: string })[] = []
    for (const person of persons) {
      await setPhone(person, `136${person.slice('person-'.length).padStart(8, '3')}`)
      const account = await register({ code: await testApp.code(person) })
      const phone = { code: await testApp.phoneCode(person), proof: { password } }
      const bound = await post('POST /v1/me/phone', phone, account.accessToken)
      accounts.push({ ...bound.body, username: account.username })
    }
    const [victim, attacker] = accounts as [(typeof accounts)[0], (typeof accounts)[0]]
    return { victim, attacker, ofVictim: persons[0], ofAttacker: persons[1] }
  }

  /** But for the session_key, which every code renews. */
  const stateOf = async (userId: string) => [
    await prisma().user.findUnique({ where: { id: userId } }),
    await prisma().wechatIdentity.findMany({ where: { userId }, select: { appId: true, openid: true } }),
    await prisma().phone.findUnique({ where: { userId } }),
    await prisma().password.findUnique({ where: { userId } }),
  ]

  it('does not get into another account by codes of their own, of whichever kind and at whichever endpoint', async () => {
    const { victim, attacker, ofAttacker } = await two()
    const before = await stateOf(victim.user.id)
    const token = attacker.accessToken
    const mine = () => testApp.code(ofAttacker)
    const tap = () => testApp.phoneCode(ofAttacker)
    const refused: [Answer, string][] = [
      // The code of one button at the other's place.
      [await post('POST /v1/auth/login', { code: await tap() }), 'code_invalid'],
      [
        await post('POST /v1/me/phone', { code: await mine(), proof: { password } }, token),
        'phone_code_invalid',
      ],
      [
        await post('POST /v1/auth/phone-login', { loginCode: await tap(), phoneCode: await mine() }),
        'code_invalid',
      ],
      // A code of one mini program at another.
      [await post('POST /v1/auth/login', { code: await mine(), appId: unboundApp }), 'code_invalid'],
      [
        await post('POST /v1/auth/password-reset', {
          code: await testApp.code(ofAttacker, secondApp),
          newPassword: 'another horse staple',
        }),
        'code_invalid',
      ],
      [
        await post('POST /v1/auth/password-reset', {
          code: await testApp.code(ofAttacker, unboundApp),
          appId: unboundApp,
          newPassword: 'another horse staple',
        }),
        'password_not_set',
      ],
      // Of another person than the one who asks, or whom they claim to be.
      [
        await post('POST /v1/me/delete', { proof: { code: await mine() } }, victim.accessToken),
        'different_account',
      ],
      [
        await post(
          'PUT /v1/me/password',
          { proof: { code: await mine() }, newPassword: 'another horse staple' },
          victim.accessToken,
        ),
        'different_account',
      ],
      [
        await post('PUT /v1/me/wechat-session', { code: await mine() }, victim.accessToken),
        'different_account',
      ],
      [
        await post('POST /v1/auth/login', { code: await mine(), expectedUserId: victim.user.id }),
        'different_account',
      ],
      [await post('PUT /v1/me/wechat', { code: await mine() }, victim.accessToken), 'proof_required'],
    ]
    for (const [{ body }, code] of refused) expect(body?.code).toBe(code)
    const after = await stateOf(victim.user.id)
    expect(after).toEqual(before)
  })

  it('has no use for a merge ticket of others, a guessed one, a used one, or a proof of the wrong account', async () => {
    const { victim, attacker, ofVictim, ofAttacker } = await two()
    const account = await register()
    const binding = { code: await testApp.code(ofVictim), proof: { password } }
    const asked = await post('PUT /v1/me/wechat', binding, account.accessToken)
    const { ticket } = asked.body.conflict
    const [id = ''] = ticket.split('.')
    const guess = `${id}.${randomBytes(24).toString('base64url')}`
    const token = attacker.accessToken
    const merge = async (given: string, otherProof: object, as = token) =>
      (await post('POST /v1/me/merge', { ticket: given, proof: { password }, otherProof }, as)).body
    const mine = async () => ({ code: await testApp.code(ofAttacker) })
    const before = [await stateOf(victim.user.id), await stateOf(attacker.user.id)]
    expect(await merge(ticket, await mine())).toMatchObject({ code: 'merge_ticket_invalid' })
    expect(await merge(guess, { password })).toMatchObject({ code: 'merge_ticket_invalid' })
    expect(await merge(guess, { password }, account.accessToken)).toMatchObject({
      code: 'merge_ticket_invalid',
    })
    // With the ticket of another's phone number one has to prove the other account, not the own.
    await setPhone(ofAttacker, `136${ofVictim.slice('person-'.length).padStart(8, '3')}`)
    const phone = { code: await testApp.phoneCode(ofAttacker), proof: { password } }
    const conflict = await post('POST /v1/me/phone', phone, token)
    const own = conflict.body.conflict.ticket
    expect(await merge(own, await mine())).toMatchObject({ code: 'different_account' })
    expect(await merge(own, { password: 'guessed guessed' })).toMatchObject({ code: 'credentials_invalid' })
    expect([await stateOf(victim.user.id), await stateOf(attacker.user.id)]).toEqual(before)
    // What is shown of the other is no more than this.
    expect(conflict.body.conflict.other).toEqual({
      nicknameMasked: expect.stringMatching(/^.{1,4}\*\*$/u),
    })
    expect(conflict.text).not.toContain(victim.user.id)
    expect(conflict.text).not.toContain(victim.username)
  })

  it('cannot merge with an admin, as an admin, nor out of a ban', async () => {
    const { victim, attacker, ofAttacker } = await two()
    const admin = await loginAsAdmin(testApp, 'person-0')
    const conflictOf = async (token: string, proof: object = { password }) =>
      (await post('PUT /v1/me/wechat', { code: await testApp.code(ofAttacker), proof }, token)).body
    const byCode = { code: await testApp.code('person-0') }
    expect((await conflictOf(admin.accessToken, byCode)).conflict.ticket).toBeNull()
    await prisma().user.update({ where: { id: victim.user.id }, data: { role: 'admin' } })
    expect((await conflictOf(victim.accessToken)).conflict.ticket).toBeNull()
    await prisma().user.update({ where: { id: attacker.user.id }, data: { status: 'banned' } })
    const account = await register()
    expect((await conflictOf(account.accessToken)).conflict.ticket).toBeNull()
  })

  it('has dead tokens after a change of the password, an unbinding, a merge, copies of the same session too', async () => {
    const person = nextUser()
    const owner = await register({ code: await testApp.code(person) })
    const stolen = await testApp.login(person)
    const me = (token: string) => post('GET /v1/me', undefined, token)
    const expectDead = async ({
      accessToken,
      refreshToken,
    }: Pick<LoginResult, 'accessToken' | 'refreshToken'>) => {
      expect((await me(accessToken)).status).toBe(401)
      expect((await post('POST /v1/auth/refresh', { refreshToken })).status).toBe(401)
    }
    const proof = { password: 'another horse staple' }
    const change = { proof: { password }, newPassword: proof.password }
    const { body: changed } = await post('PUT /v1/me/password', change, owner.accessToken)
    for (const copy of [owner, stolen]) await expectDead(copy)
    const second = await testApp.login(person)
    const { body: unbound } = await post('POST /v1/me/wechat/unbind', { proof }, changed.accessToken)
    for (const copy of [changed, second]) await expectDead(copy)
    const third = await testApp.login(person)
    const binding = { code: await testApp.code(person), proof }
    const asked = await post('PUT /v1/me/wechat', binding, unbound.accessToken)
    const otherProof = { code: await testApp.code(person) }
    const body = { ticket: asked.body.conflict.ticket, proof, otherProof }
    const { body: merged } = await post('POST /v1/me/merge', body, unbound.accessToken)
    for (const copy of [unbound, third]) await expectDead(copy)
    expect((await me(merged.accessToken)).body.id).toBe(owner.user.id)
  })

  describe('with a stolen access token', () => {
    it('merges nothing with an account of their own, and gets no ticket', async () => {
      for (const appId of [firstApp, unboundApp]) {
        const { victim, ofVictim } = await two()
        const thief = nextUser()
        const own = await testApp.login(thief, { appId })
        const before = await stateOf(victim.user.id)
        const mine = async () => ({ code: await testApp.code(thief, appId), appId })
        const token = victim.accessToken
        expect(await post('PUT /v1/me/wechat', await mine(), token)).toMatchObject(
          problem('proof_required', 403),
        )
        // The thief asks from the own account instead, by a number that the victim has.
        await setPhone(thief, `136${ofVictim.slice('person-'.length).padStart(8, '3')}`)
        const phone = { code: await testApp.phoneCode(thief, appId), proof: await mine() }
        const asked = await post('POST /v1/me/phone', phone, own.accessToken)
        const { ticket } = asked.body.conflict
        for (const [as, proof] of [
          [token, await mine()],
          [own.accessToken, await mine()],
        ] as const) {
          const merge = { ticket, proof, otherProof: await mine() }
          expect(await post('POST /v1/me/merge', merge, as)).toMatchObject(problem('different_account', 409))
        }
        expect(await stateOf(victim.user.id)).toEqual(before)
        expect((await testApp.login(thief, { appId })).user.id).toBe(own.user.id)
      }
    })

    it('binds no WeChat account to one that has none, and resets no password by it', async () => {
      const victim = await register()
      const thief = nextUser()
      for (const appId of [firstApp, secondApp, unboundApp]) {
        const mine = async () => ({ code: await testApp.code(thief, appId), appId })
        const bound = await post('PUT /v1/me/wechat', await mine(), victim.accessToken)
        expect(bound).toMatchObject(problem('proof_required', 403))
        const reset = { ...(await mine()), newPassword: 'now it is mine 1' }
        expect(await post('POST /v1/auth/password-reset', reset)).toMatchObject(
          problem('password_not_set', 409),
        )
      }
      const login = { username: victim.username, password }
      expect((await post('POST /v1/auth/password-login', login)).status).toBe(200)
      const entries = await prisma().auditEvent.findMany({
        where: { userId: victim.user.id, type: 'proof_rejected' },
      })
      expect(entries.map(({ code }) => code)).toEqual(Array(3).fill('proof_required'))
    })

    it('puts the user out of nothing: no device, no number, no WeChat account', async () => {
      const { victim, ofVictim } = await two()
      const other = await testApp.login(ofVictim)
      const before = await stateOf(victim.user.id)
      const [id] = other.refreshToken.split('.')
      for (const key of [
        'POST /v1/auth/logout-all',
        'POST /v1/me/phone/delete',
        'POST /v1/me/wechat/unbind',
        `POST /v1/me/sessions/${id}/revoke`,
        'POST /v1/me/export',
      ]) {
        expect((await post(key, {}, victim.accessToken)).status, key).toBe(400)
        expect((await post(key, undefined, victim.accessToken)).status, key).toBe(400)
      }
      expect(await stateOf(victim.user.id)).toEqual(before)
      expect((await post('GET /v1/me', undefined, other.accessToken)).status).toBe(200)
    })

    it('of an admin, makes nobody an admin', async () => {
      const admin = await loginAsAdmin(testApp, nextUser())
      const thief = nextUser()
      const own = await testApp.login(thief)
      const path = `PUT /v1/admin/users/${own.user.id}/role`
      for (const proof of [undefined, { code: await testApp.code(thief) }, { password }])
        expect((await post(path, { role: 'admin', proof }, admin.accessToken)).status).toBeGreaterThanOrEqual(
          400,
        )
      expect(await prisma().user.findUnique({ where: { id: own.user.id } })).toMatchObject({ role: 'user' })
    })
  })

  it('cannot have a username that looks the same to the database in another form', async () => {
    const { username } = await register()
    const fullWidth = [...username]
      .map((letter) =>
        /[a-z0-9]/.test(letter) ? String.fromCodePoint((letter.codePointAt(0) ?? 0) + 0xfee0) : letter,
      )
      .join('')
    for (const form of [fullWidth, fullWidth.toUpperCase(), username.toUpperCase()])
      expect(await post('POST /v1/auth/register', { username: form, password })).toMatchObject(
        problem('username_taken', 409),
      )
    for (const form of [`${username}\u200b`, ` ${username}`, username.replace('u', 'ս'), `${username}\u0301`])
      expect(await post('POST /v1/auth/register', { username: form, password })).toMatchObject(
        problem('invalid_request', 400),
      )
    // Typed so, it is the same.
    expect((await post('POST /v1/auth/password-login', { username: fullWidth, password })).status).toBe(200)
  })

  it('hears the same of a wrong password and of a username that nobody has, wherever a password is asked for', async () => {
    const { username } = await register()
    for (const key of ['POST /v1/auth/password-login', 'POST /v1/auth/delete']) {
      const answers = []
      for (const typed of [username, 'nobody-has-this']) {
        const { status, body } = await post(key, { username: typed, password: 'guessed guessed' })
        answers.push({ ...body, status, requestId: '' })
      }
      expect(answers[0]).toEqual(answers[1])
      expect(answers[0]).toMatchObject({ code: 'credentials_invalid' })
    }
  })

  it('does not get another file by the path of a picture', async () => {
    const { accessToken: token } = await register()
    const content = await picture('#010203').png().toBuffer()
    const { body } = await testApp.call('POST /v1/me/avatar', { token, ...uploadOf({ content }) })
    const { pathname } = new URL(body.avatarUrl)
    expect((await testApp.call(`GET ${pathname}`)).status).toBe(200)
    const name = pathname.split('/').at(-1)
    for (const path of [
      `/files/avatars/../avatars/../../package.json`,
      '/files/avatars/..%2f..%2fpackage.json',
      '/files/avatars/%2e%2e%2f%2e%2e%2fetc%2fpasswd',
      `/files/avatars/..%5c${name}`,
      `/files/avatars/${name}%00.png`,
      `/files/avatars//${name}`,
      `/files/avatars/.%2f${name}`,
      `/files/${name}`,
      `/files/default-avatars/${name}`,
      `/files/avatars/${name?.toUpperCase()}`,
      '/files/avatars/',
      '/files/',
    ])
      expect((await testApp.call(`GET ${path}`)).status, path).toBeGreaterThanOrEqual(400)
  })

  describe('who knows the URL of the push,', () => {
    const signature = (...texts: string[]) => createHash('sha1').update(texts.sort().join('')).digest('hex')
    function sealed(plain: Buffer): string {
      const key = Buffer.from(`${push.encodingAesKey}=`, 'base64')
      const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
      return Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64')
    }
    async function send(encrypted: string, more: Record<string, string> = {}): Promise<Answer> {
      const [timestamp, nonce] = [String(Math.floor(Date.now() / 1000)), 'nonce']
      const query = new URLSearchParams({
        timestamp,
        nonce,
        msg_signature: signature(push.token, timestamp, nonce, encrypted),
        ...more,
      })
      return testApp.call(`POST /v1/wechat/push/${firstApp}?${query}`, {
        body: JSON.stringify({ Encrypt: encrypted }),
      })
    }

    it('learns nothing of what a ciphertext decrypts to: one answer for a padding, a length, an AppID', async () => {
      const blocks = (bytes: number, last: number) => {
        const plain = Buffer.alloc(bytes, 7)
        plain[bytes - 1] = last
        return plain
      }
      const foreign = Buffer.concat([
        Buffer.alloc(16),
        Buffer.from([0, 0, 0, 2]),
        Buffer.from(`{}${secondApp}`),
      ])
      const padding = 32 - (foreign.length % 32)
      const texts = [
        randomBytes(64).toString('base64'),
        sealed(blocks(64, 0)),
        sealed(blocks(64, 33)),
        sealed(blocks(64, 1)),
        sealed(blocks(64, 2)),
        sealed(Buffer.alloc(32, 32)),
        sealed(Buffer.concat([foreign, Buffer.alloc(padding, padding)])),
        'AAAA',
        '',
        '!',
      ]
      const answers = []
      for (const text of texts) {
        const { status, body } = await send(text)
        answers.push({ ...body, status, requestId: '' })
      }
      for (const answer of answers) expect(answer).toEqual(answers[0])
      expect(answers[0]).toMatchObject({ status: 403, code: 'forbidden' })
    })

    it('is refused with a signature over other parts, of another time, or none', async () => {
      const text = sealed(Buffer.alloc(32, 32))
      const [timestamp, nonce] = [String(Math.floor(Date.now() / 1000)), 'nonce']
      const old = String(Number(timestamp) - 3600)
      for (const more of [
        { msg_signature: signature(push.token, timestamp, nonce), timestamp },
        { msg_signature: signature(push.token, old, nonce, text), timestamp: old },
        { msg_signature: '' },
        { msg_signature: signature(timestamp, nonce, text), timestamp },
      ])
        expect(await send(text, more)).toMatchObject(problem('forbidden', 403))
    })
  })

  it('makes no request cost more than its limits by parts, names and lengths of a form', async () => {
    const { accessToken: token, user } = await register()
    const content = await picture('#040506').png().toBuffer()
    const upload = (form: { headers: Record<string, string>; body: Buffer | string }) =>
      testApp.call('POST /v1/me/avatar', { token, ...form })
    const one = uploadOf({ content })
    const header = one.headers['content-type'] ?? ''
    const refused = [
      uploadOf({ content }, { content: 'x'.repeat(2_000_000), name: 'field', filename: null }),
      uploadOf({ content, name: 'x'.repeat(10_000) }),
      uploadOf({ content, name: 'file[file]' }),
      uploadOf({ content, name: '__proto__' }),
      uploadOf({ content, name: 'constructor', filename: null }),
      uploadOf(
        ...Array.from({ length: 1000 }, (_, index) => ({ content: 'x', name: `f${index}`, filename: null })),
      ),
      uploadOf(...Array.from({ length: 50 }, () => ({ content }))),
      { ...one, headers: { 'content-type': 'multipart/form-data' } },
      { ...one, headers: { 'content-type': `${header}-another` } },
      { ...one, headers: { 'content-type': `multipart/form-data; boundary=${'b'.repeat(5000)}` } },
      { ...one, body: one.body.subarray(0, 60) },
      { ...one, body: Buffer.concat([Buffer.from('x'.repeat(100_000)), one.body.subarray(20)]) },
      { ...one, body: '' },
    ]
    for (const [index, form] of refused.entries()) {
      const { status, body } = await upload(form)
      expect([status, body?.status], String(index)).toEqual([expect.any(Number), status])
      expect(status, String(index)).toBeGreaterThanOrEqual(400)
      expect(status, String(index)).toBeLessThan(500)
    }
    expect(await prisma().user.findUnique({ where: { id: user.id } })).toMatchObject({ avatarKey: null })
    expect((await upload(one)).status).toBe(200)
  })

  it('reads of others nothing in their own events and export, not even of who brought them or whom they met', async () => {
    const { victim, attacker, ofVictim, ofAttacker } = await two()
    const token = attacker.accessToken
    await setPhone(ofAttacker, `136${ofVictim.slice('person-'.length).padStart(8, '3')}`)
    const proof = { password }
    await post('POST /v1/me/phone', { code: await testApp.phoneCode(ofAttacker), proof }, token)
    await post('PUT /v1/me/wechat', { code: await testApp.code(ofVictim), proof }, token)
    await post('POST /v1/auth/phone-login', {
      loginCode: await testApp.code(ofAttacker),
      phoneCode: await testApp.phoneCode(ofAttacker),
    })
    const identities = await prisma().wechatIdentity.findMany({ where: { userId: victim.user.id } })
    const secrets = [
      victim.user.id,
      victim.username,
      String(victim.user.nickname),
      `136${ofVictim.slice('person-'.length).padStart(8, '3')}`,
      ...identities.flatMap(({ openid, unionid }) => [openid, unionid ?? openid]),
    ]
    for (const path of [
      'GET /v1/me/login-history',
      'POST /v1/me/export',
      'GET /v1/me',
      'GET /v1/me/sessions',
    ]) {
      const { status, text } = await post(path, path.startsWith('POST') ? { proof } : undefined, token)
      expect(status).toBe(200)
      for (const secret of secrets) expect(text).not.toContain(secret)
    }
  })

  it('makes no row grow with what they send', async () => {
    const { accessToken: token } = await register()
    const jobs = await prisma().job.count()
    const nickname = '👨‍👩‍👧‍👦'.repeat(32)
    for (let round = 0; round < 5; round += 1) await post('PUT /v1/me/profile', { nickname }, token)
    const grown = await prisma().job.findMany()
    expect(grown.length - jobs).toBeLessThan(6)
    for (const { payload } of grown) expect(JSON.stringify(payload).length).toBeLessThan(300)
    const events = await prisma().auditEvent.findMany()
    for (const { data } of events) expect(JSON.stringify(data ?? {}).length).toBeLessThan(300)
  })
})
