import { api, type EndpointKey } from '@repo/shared'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { hasDatabase } from '../support/database.ts'
import { type FakeS3, startFakeS3 } from '../support/fake-s3.ts'
import { createLeakDetector, type LeakDetector } from '../support/secrets.ts'
import { apps, createTestApp, firstApp, type TestApp } from '../support/test-app.ts'
import { picture, uploadOf } from '../support/uploads.ts'

/** Somebody who is logged in, has a phone number, and the code of another login and of the phone button at hand. */
type Guest = {
  person: string
  id: string
  accessToken: string
  refreshToken: string
  code: string
  phoneCode: string
}
/** What can happen at an endpoint: a success, and failures of its own. `admin` is the token of an admin. */
type Scenario = (leakDetector: LeakDetector, guest: Guest, admin: string) => Promise<unknown>

/** An admin does something to the guest, and the guest tries the same. */
const act =
  (key: EndpointKey, body?: object): Scenario =>
  async ({ call }, { id, accessToken }, admin) => {
    await call(key, { token: admin, id, body })
    await call(key, { token: accessToken, id, body })
  }
/** The guest does something twice. */
const repeat =
  (key: EndpointKey): Scenario =>
  async ({ call }, { accessToken: token }) => {
    await call(key, { token })
    await call(key, { token })
  }
/** The guest does something that takes a proof: with none, with a wrong one, with a right one, with that again. */
const prove =
  (key: EndpointKey): Scenario =>
  async ({ call, code }, { accessToken: token, person, id }) => {
    await call(key, { token, body: {} })
    await call(key, { token, body: { proof: { password: secretPassword } } })
    const proof = { code: await code(person) }
    const sessions = await call('GET /v1/me/sessions', { token })
    const target = key.includes('/sessions/') ? sessions.body?.sessions?.[0]?.id : id
    for (const _ of ['used', 'used again']) await call(key, { token, id: target, body: { proof } })
  }

/** A user without a session proves an account: with a wrong password, a right code, that code again. */
const proveAccount =
  (key: EndpointKey, body: object = {}): Scenario =>
  async ({ call }, { code }) => {
    await call(key, { body: { ...body, username: 'nobody', password: secretPassword } })
    await call(key, { body: { ...body, code } })
    await call(key, { body: { ...body, code } })
  }
const ban = ({ call }: LeakDetector, { id }: Guest, token: string) =>
  call('PUT /v1/admin/users/:id/ban', { token, id, body: { reason: 'spam', note: 'reported' } })
/** The id of the appeal of a banned guest. */
async function fileAppeal(leakDetector: LeakDetector, guest: Guest, admin: string): Promise<string> {
  const { call, code } = leakDetector
  await ban(leakDetector, guest, admin)
  await call('POST /v1/auth/appeal', { body: { code: await code(guest.person), text: '我没有刷单' } })
  const { body } = await call('GET /v1/admin/appeals', { token: admin })
  return body?.appeals?.find(({ userId }: { userId: string }) => userId === guest.id)?.id ?? guest.id
}

/** An admin decides about a nickname of the guest, twice; then the guest tries. */
const decideScenario =
  (key: EndpointKey): Scenario =>
  async ({ call, pendingReview }, { id: userId, accessToken }, admin) => {
    const id = await pendingReview(userId)
    for (const token of [admin, admin, accessToken]) await call(key, { token, id })
  }

const secretPassword = 'Zq7-correct-horse-battery'
const otherPassword = 'Xv9-another-horse-staple'
const usernameOf = (id: string) => `guest-${id.slice(-12)}`

/** Gives the guest a password, and brings somebody else in. */
async function withPassword({ call, code }: LeakDetector, { id, accessToken: token, person }: Guest) {
  const username = usernameOf(id)
  const body = { username, newPassword: secretPassword, proof: { code: await code(person) } }
  const changed = await call('PUT /v1/me/password', { token, body })
  const other = `person-${200 + Number(person.slice('person-'.length))}`
  await call('POST /v1/auth/login', { body: { code: await code(other) } })
  return { username, other, token: String(changed.body?.accessToken) }
}

const aPicture = await picture('#336699').png().toBuffer()

/** Besides what `abuse` tries at every endpoint; a new endpoint needs an entry here. */
const scenarios: Record<EndpointKey, Scenario> = {
  'GET /v1/data-practices': ({ call }) => call('GET /v1/data-practices'),
  'POST /v1/auth/login': async ({ call }, { code }) => {
    await call('POST /v1/auth/login', { body: { code } })
    await call('POST /v1/auth/login', { body: { code } })
    await call('POST /v1/auth/login', { body: { code, appId: 'unknown' } })
  },
  'POST /v1/auth/phone-login': async ({ call }, { code, phoneCode }) => {
    await call('POST /v1/auth/phone-login', { body: { loginCode: code, phoneCode } })
    await call('POST /v1/auth/phone-login', { body: { loginCode: code, phoneCode } })
    await call('POST /v1/auth/phone-login', { body: { loginCode: phoneCode, phoneCode: code } })
  },
  'POST /v1/auth/refresh': async ({ call }, { refreshToken }) => {
    await call('POST /v1/auth/refresh', { body: { refreshToken } })
    await call('POST /v1/auth/refresh', { body: { refreshToken } })
    await call('POST /v1/auth/refresh', { body: { refreshToken: refreshToken.slice(0, -1) } })
  },
  'POST /v1/auth/register': async ({ call, code }, { id, person }) => {
    const body = { username: usernameOf(id), password: secretPassword }
    await call('POST /v1/auth/register', { body: { ...body, code: await code(person) } })
    await call('POST /v1/auth/register', { body })
    await call('POST /v1/auth/register', { body })
  },
  'POST /v1/auth/password-login': async (leakDetector, guest) => {
    const { call, code } = leakDetector
    const { username, other } = await withPassword(leakDetector, guest)
    await call('POST /v1/auth/password-login', { body: { username, password: secretPassword } })
    await call('POST /v1/auth/password-login', { body: { username, password: otherPassword } })
    // The password where the username belongs.
    await call('POST /v1/auth/password-login', {
      body: { username: secretPassword, password: otherPassword },
    })
    const conflicting = { username, password: secretPassword, code: await code(other) }
    await call('POST /v1/auth/password-login', { body: conflicting })
  },
  'PUT /v1/me/password': async ({ call, code }, { id, accessToken: token, person }) => {
    const newPassword = otherPassword
    const first = { newPassword, username: usernameOf(id), proof: { code: await code(person) } }
    const { body } = await call('PUT /v1/me/password', { token, body: first })
    const renewed = String(body?.accessToken)
    const wrong = { newPassword, proof: { password: secretPassword } }
    await call('PUT /v1/me/password', { token: renewed, body: wrong })
    await call('PUT /v1/me/password', { token: renewed, body: first })
  },
  'POST /v1/auth/password-reset': async (leakDetector, guest) => {
    const { call, code } = leakDetector
    const { other } = await withPassword(leakDetector, guest)
    const reset = { code: await code(guest.person), newPassword: otherPassword }
    await call('POST /v1/auth/password-reset', { body: reset })
    await call('POST /v1/auth/password-reset', { body: reset })
    const stranger = { code: await code(other), newPassword: otherPassword }
    await call('POST /v1/auth/password-reset', { body: stranger })
  },
  'PUT /v1/me/wechat': async (leakDetector, guest) => {
    const { call, code } = leakDetector
    const { other, token: before } = await withPassword(leakDetector, guest)
    const own = { code: await code(guest.person) }
    const { body } = await call('PUT /v1/me/wechat', { token: before, body: own })
    const token = String(body?.accessToken)
    await call('PUT /v1/me/wechat', { token, body: { code: await code(other) } })
    const proof = { password: secretPassword }
    await call('PUT /v1/me/wechat', { token, body: { code: await code(other), proof } })
  },
  'POST /v1/me/wechat/unbind': async (leakDetector, guest) => {
    const key = 'POST /v1/me/wechat/unbind'
    const byCode = { proof: { code: await leakDetector.code(guest.person) } }
    await leakDetector.call(key, { token: guest.accessToken, body: byCode })
    const { token } = await withPassword(leakDetector, guest)
    await leakDetector.call(key, { token, body: { proof: { password: secretPassword } } })
  },
  'POST /v1/me/merge': async (leakDetector, guest) => {
    const { call, code } = leakDetector
    const { other, token } = await withPassword(leakDetector, guest)
    const proof = { password: secretPassword }
    const binding = { code: await code(other), proof }
    const { body } = await call('PUT /v1/me/wechat', { token, body: binding })
    const ticket = body?.conflict?.ticket
    const merge = async (otherProof: object) =>
      call('POST /v1/me/merge', { token, body: { ticket, proof, otherProof } })
    await merge({ password: otherPassword })
    await merge({ code: await code(guest.person) })
    await merge({ code: await code(other) })
    await merge({ code: await code(other) })
  },
  'POST /v1/auth/logout': repeat('POST /v1/auth/logout'),
  'POST /v1/auth/logout-all': prove('POST /v1/auth/logout-all'),
  'GET /v1/me': repeat('GET /v1/me'),
  'PUT /v1/me/profile': async ({ call }, { accessToken: token }) => {
    await call('PUT /v1/me/profile', { token, body: { nickname: '小明', gender: 'male' } })
    await call('PUT /v1/me/profile', { token, body: { nickname: 'risky' } })
    await call('PUT /v1/me/profile', { token, body: { birthday: '2001-02-30' } })
  },
  'POST /v1/me/avatar': async ({ call }, { accessToken: token }) => {
    await call('POST /v1/me/avatar', { token, ...uploadOf({ content: aPicture }) })
    await call('POST /v1/me/avatar', { token, ...uploadOf({ content: '<html>' }) })
    await call('POST /v1/me/avatar', { token, ...uploadOf({ content: aPicture, name: 'other' }) })
  },
  'DELETE /v1/me/avatar': repeat('DELETE /v1/me/avatar'),
  'PUT /v1/me/wechat-session': async ({ call }, { accessToken: token, code }) => {
    await call('PUT /v1/me/wechat-session', { token, body: { code } })
    await call('PUT /v1/me/wechat-session', { token, body: { code } })
  },
  'POST /v1/me/phone': async (leakDetector, { accessToken, phoneCode, code, person }) => {
    const { call, phoneCode: press } = leakDetector
    const proven = async (body: object) => ({ ...body, proof: { code: await leakDetector.code(person) } })
    await call('POST /v1/me/phone', { token: accessToken, body: { code: phoneCode } })
    const bound = await call('POST /v1/me/phone', {
      token: accessToken,
      body: await proven({ code: phoneCode }),
    })
    const token = String(bound.body?.accessToken)
    await call('POST /v1/me/phone', { token, body: await proven({ code: phoneCode }) })
    await call('POST /v1/me/phone', { token, body: await proven({ code }) })
    await call('POST /v1/me/phone', { token, body: await proven({ code: await press('person-0') }) })
    const encryptedData = Buffer.alloc(160, 7).toString('base64')
    const garbage = await proven({ encryptedData, iv: 'AAAAAAAAAAAAAAAAAAAAAA==' })
    await call('POST /v1/me/phone', { token, body: garbage })
  },
  'POST /v1/me/phone/delete': prove('POST /v1/me/phone/delete'),
  'POST /v1/me/wechat-profile': async ({ call, wechatProfile }, { accessToken: token, person, code }) => {
    await call('PUT /v1/me/wechat-session', { token, body: { code } })
    const body = await wechatProfile(person)
    await call('POST /v1/me/wechat-profile', { token, body })
    await call('POST /v1/me/wechat-profile', { token, body: { ...body, rawData: '{}' } })
  },
  'GET /v1/me/sessions': repeat('GET /v1/me/sessions'),
  'POST /v1/me/sessions/:id/revoke': prove('POST /v1/me/sessions/:id/revoke'),
  'GET /v1/me/login-history': repeat('GET /v1/me/login-history'),
  'POST /v1/me/export': prove('POST /v1/me/export'),
  'POST /v1/me/delete': prove('POST /v1/me/delete'),
  'POST /v1/auth/delete': async ({ call }, { code }) => {
    await call('POST /v1/auth/delete', { body: { username: 'nobody', password: secretPassword } })
    await call('POST /v1/auth/delete', { body: { code } })
    await call('POST /v1/auth/delete', { body: { code } })
  },
  'POST /v1/auth/consent/withdraw': async ({ call }, { code }) => {
    const key = 'POST /v1/auth/consent/withdraw'
    await call(key, { body: { username: 'nobody', password: secretPassword } })
    await call(key, { body: { code } })
    await call(key, { body: { code } })
  },
  'POST /v1/auth/export': proveAccount('POST /v1/auth/export'),
  'POST /v1/auth/ban-notice': async (leakDetector, guest, admin) => {
    await ban(leakDetector, guest, admin)
    await proveAccount('POST /v1/auth/ban-notice')(leakDetector, guest, admin)
  },
  'POST /v1/auth/appeal': async (leakDetector, guest, admin) => {
    await ban(leakDetector, guest, admin)
    await proveAccount('POST /v1/auth/appeal', { text: '我没有刷单' })(leakDetector, guest, admin)
  },
  'GET /v1/admin/appeals': async (leakDetector, guest, admin) => {
    await fileAppeal(leakDetector, guest, admin)
    for (const token of [admin, guest.accessToken])
      await leakDetector.call('GET /v1/admin/appeals', { token })
  },
  'POST /v1/admin/appeals/:id/accept': async (leakDetector, guest, admin) => {
    const id = await fileAppeal(leakDetector, guest, admin)
    for (const token of [guest.accessToken, admin, admin])
      await leakDetector.call('POST /v1/admin/appeals/:id/accept', { token, id })
  },
  'POST /v1/admin/appeals/:id/reject': async (leakDetector, guest, admin) => {
    const id = await fileAppeal(leakDetector, guest, admin)
    for (const token of [guest.accessToken, admin, admin])
      await leakDetector.call('POST /v1/admin/appeals/:id/reject', {
        token,
        id,
        body: { response: '证据属实' },
      })
  },
  'GET /v1/admin/users': act('GET /v1/admin/users'),
  'GET /v1/admin/users/:id': async ({ call }, { id, accessToken }, admin) => {
    const query = { reason: 'ticket 1' }
    for (const token of [admin, accessToken]) await call('GET /v1/admin/users/:id', { token, id, query })
    await call('GET /v1/admin/users/:id', { token: admin, id })
  },
  'POST /v1/admin/users/:id/reveal': act('POST /v1/admin/users/:id/reveal', { reason: 'ticket 1' }),
  'GET /v1/admin/reviews': act('GET /v1/admin/reviews'),
  'POST /v1/admin/reviews/:id/approve': decideScenario('POST /v1/admin/reviews/:id/approve'),
  'POST /v1/admin/reviews/:id/reject': decideScenario('POST /v1/admin/reviews/:id/reject'),
  'PUT /v1/admin/users/:id/ban': act('PUT /v1/admin/users/:id/ban', { reason: 'spam' }),
  'DELETE /v1/admin/users/:id/ban': act('DELETE /v1/admin/users/:id/ban'),
  'PUT /v1/admin/users/:id/role': async ({ call, code }, { id, accessToken }, admin) => {
    const key = 'PUT /v1/admin/users/:id/role'
    const body = { role: 'admin', proof: { code: await code('person-0') } }
    for (const token of [accessToken, admin, admin]) await call(key, { token, id, body })
  },
  'PUT /v1/admin/users/:id/level': act('PUT /v1/admin/users/:id/level', { level: 1 }),
  'POST /v1/admin/users/:id/session-key-reset': act('POST /v1/admin/users/:id/session-key-reset'),
  'PUT /v1/admin/users/:id/profile': act('PUT /v1/admin/users/:id/profile', { nickname: '小明' }),
  'POST /v1/admin/users/:id/avatar': async ({ call }, { id, accessToken }, admin) => {
    for (const token of [admin, accessToken])
      await call('POST /v1/admin/users/:id/avatar', { token, id, ...uploadOf({ content: aPicture }) })
  },
  'DELETE /v1/admin/users/:id/avatar': act('DELETE /v1/admin/users/:id/avatar'),
  'DELETE /v1/admin/users/:id/sessions': act('DELETE /v1/admin/users/:id/sessions'),
  'GET /v1/admin/jobs': act('GET /v1/admin/jobs'),
  'POST /v1/admin/jobs/:id/retry': async ({ call, deadJob }, { accessToken }, admin) => {
    const id = await deadJob()
    for (const token of [admin, admin, accessToken])
      await call('POST /v1/admin/jobs/:id/retry', { token, id })
  },
}

const keys = Object.keys(api) as EndpointKey[]
/** The endpoints that exchange a code with WeChat. */
const exchanges = [
  'POST /v1/auth/login',
  'POST /v1/auth/phone-login',
  'PUT /v1/me/wechat-session',
  'PUT /v1/me/wechat',
] as const
/** The code goes where each of them expects one. */
const bodyWith = (code: string) => ({ code, loginCode: code, phoneCode: code })

const s3Keys = { accessKeyId: 'AKIDSECRETSTEST', secretAccessKey: 'wJalrXUtnFEMIK7MDENGbPxRfiCYSECRET' }
const push = {
  token: 'a-token-of-message-push',
  encodingAesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
}
const variables = {
  LOG_LEVEL: 'debug',
  WECHAT_TIMEOUT_MS: '1000',
  S3_ACCESS_KEY_ID: s3Keys.accessKeyId,
  S3_SECRET_ACCESS_KEY: s3Keys.secretAccessKey,
  WECHAT_APPS: JSON.stringify(
    apps.map(({ appId, secret }) => ({ appId, secret, ...(appId === firstApp ? { push } : {}) })),
  ),
}

describe.runIf(hasDatabase)('no secret is in a response, the log or a table', () => {
  let s3: FakeS3
  let shared: TestApp
  let testApp: TestApp
  let leakDetector: LeakDetector
  let persons = 0
  beforeAll(async () => {
    s3 = await startFakeS3({ bucket: 'pictures', accessKeyId: s3Keys.accessKeyId })
    shared = await createTestApp({ ...variables, S3_BUCKET_URL: `${s3.url}/pictures` })
  })
  beforeEach(() => {
    testApp = shared
    leakDetector = createLeakDetector(testApp)
  })
  afterAll(async () => {
    await shared?.close()
    await s3?.close()
  })

  /** For what cannot be undone, or needs a WeChat of its own. */
  async function startOwnWorld(more: Record<string, string> = {}): Promise<void> {
    testApp = await createTestApp({ ...variables, S3_BUCKET_URL: `${s3.url}/pictures`, ...more })
    leakDetector = createLeakDetector(testApp)
    onTestFinished(testApp.close)
  }

  async function welcome(): Promise<Guest> {
    persons += 1
    const person = `person-${persons}`
    const login = await leakDetector.login(person)
    const body = {
      code: await leakDetector.phoneCode(person),
      proof: { code: await leakDetector.code(person) },
    }
    const bound = await leakDetector.call('POST /v1/me/phone', { token: login.accessToken, body })
    expect(bound.status).toBe(200)
    const { accessToken, refreshToken } = bound.body
    const [code, phoneCode] = [await leakDetector.code(person), await leakDetector.phoneCode(person)]
    return { person, id: login.user.id, accessToken, refreshToken, code, phoneCode }
  }

  async function welcomeAdmin(): Promise<string> {
    const { user } = await leakDetector.login('person-0')
    await testApp.database.prisma.user.update({ where: { id: user.id }, data: { role: 'admin' } })
    return (await leakDetector.login('person-0')).accessToken
  }

  /** What anybody can do at any endpoint. */
  async function abuse(key: EndpointKey, { accessToken, refreshToken, code }: Guest): Promise<void> {
    const forged = `${accessToken.slice(0, -6)}AAAAAA`
    const body = { code, loginCode: code, phoneCode: code, refreshToken, extra: { accessToken } }
    await leakDetector.call(key, { body })
    await leakDetector.call(key, { token: forged, body })
    await leakDetector.call(key, { token: `${accessToken} ${refreshToken}`, body })
    await leakDetector.call(key, {
      token: accessToken,
      body: { code: [code], refreshToken: { refreshToken } },
    })
    await leakDetector.call(key, {
      token: accessToken,
      body: `{"code":"${code}","refreshToken":"${refreshToken}"`,
    })
    await leakDetector.call(key, { token: accessToken, body: JSON.stringify([code, 'x'.repeat(20_000)]) })
    await leakDetector.call(key, { token: accessToken, body, headers: { 'content-type': `text/${code}` } })
    await leakDetector.call(`${key}/${encodeURIComponent(code)}`, { token: accessToken })
  }

  async function expectNoFindings(): Promise<void> {
    expect(await leakDetector.findings()).toEqual([])
    expect(testApp.log(), 'a field is missing in the list of log.ts').not.toContain('"hidden":')
  }

  it.each(keys)('%s, whether it succeeds or fails', async (key) => {
    await scenarios[key](leakDetector, await welcome(), await welcomeAdmin())
    await abuse(key, await welcome())
    const statuses = leakDetector.statuses(key)
    expect(statuses.some((status) => status < 300)).toBe(true)
    // A public request without input cannot be rejected.
    if (key !== 'GET /v1/data-practices') expect(statuses.some((status) => status >= 400)).toBe(true)
    await expectNoFindings()
  })

  it('when a message of WeChat is valid, or wrong in any way', async () => {
    await startOwnWorld()
    const { person } = await welcome()
    const url = await testApp.app.listen({ port: 0, host: '127.0.0.1' })
    const path = `/v1/wechat/push/${firstApp}`
    await testApp.control('PUT', 'push', { appId: firstApp, url: `${url}${path}`, ...push, mode: 'aes' })
    await testApp.control('POST', 'push-check', { appId: firstApp })
    const event = { appId: firstApp, person, event: 'user_authorization_revoke', revokeInfo: '8' }
    expect(await testApp.control('POST', 'push-event', event)).toMatchObject({ status: 200 })
    const query = `timestamp=${Math.floor(Date.now() / 1000)}&nonce=1&signature=x&msg_signature=x`
    for (const body of ['{}', 'x', '{"Encrypt":"AAAA"}', '{"Encrypt":5}'])
      await leakDetector.call(`POST ${path}?${query}`, { body })
    await leakDetector.call(`GET ${path}?${query}&echostr=x`)
    await leakDetector.call(`GET ${path}?echostr=x`)
    expect(await testApp.database.prisma.phone.count()).toBe(0)
    await expectNoFindings()
  })

  it('when the bucket of avatars fails', async () => {
    const { accessToken: token } = await welcome()
    for (const fault of ['403', '500', 'html', 'reset'] as const) {
      s3.fail(fault)
      const { status } = await leakDetector.call('POST /v1/me/avatar', {
        token,
        ...uploadOf({ content: aPicture }),
      })
      expect(status).toBe(503)
    }
    s3.fail(null)
    await expectNoFindings()
  })

  it('when the database rejects a statement', async () => {
    await startOwnWorld()
    const admin = await welcomeAdmin()
    const guests: Guest[] = []
    for (const _ of keys) guests.push(await welcome())
    for (const table of ['users', 'sessions', 'wechat_identities', 'audit_events'])
      await testApp.database.prisma.$executeRawUnsafe(
        `ALTER TABLE ${table} ADD CONSTRAINT never CHECK (false) NOT VALID`,
      )
    for (const [index, key] of keys.entries())
      await scenarios[key](leakDetector, guests[index] as Guest, admin)
    expect(leakDetector.statuses('POST /v1/auth/login')).toContain(500)
    expect(testApp.log()).toContain('"code":"23514"')
    await expectNoFindings()
  })

  it.each([
    ['hangs', 'hang'],
    ['stops halfway', 'stall'],
    ['resets the connection', 'reset'],
    ['closes the connection', 'cut'],
    ['answers half a JSON', 'broken-json'],
    ['answers with a page', 'html'],
    ['answers 502', '502'],
    ['answers too much', 'huge'],
    ['answers without session_key', 'incomplete'],
    ['refuses the AppSecret', '40125'],
    ['refuses the code', '40029'],
    ['is busy', '-1'],
  ])('when WeChat %s', async (_, fault) => {
    for (const key of exchanges) {
      const { accessToken: token, code } = await welcome()
      await testApp.control('PUT', 'fault', { fault })
      const { status } = await leakDetector.call(key, { token, body: bodyWith(code) })
      expect(status).toBeGreaterThanOrEqual(400)
      await testApp.control('DELETE', 'fault')
    }
    expect(testApp.log()).toContain('WeChat did not exchange the code')
    await expectNoFindings()
  })

  it.each([
    ['its name is unknown', 'http://does-not-exist.invalid'],
    ['nothing listens there', 'http://127.0.0.1:1'],
  ])('when WeChat cannot be reached: %s', async (_, url) => {
    await startOwnWorld({ WECHAT_API_URL: url })
    const code = await leakDetector.code('person-1')
    const { status, body } = await leakDetector.call('POST /v1/auth/login', { body: { code } })
    expect([status, body.code]).toEqual([503, 'wechat_unavailable'])
    await expectNoFindings()
  })

  it.each([
    ['a quote', '0712cDoV0cfty22"AeloV0daMoV02cDog'],
    ['an apostrophe', "0712cDoV0cfty22'AeloV0daMoV02cDog"],
    ['what has a meaning in URLs', '0712cDoV0&secret=x#?/..%00%0d%0a'],
    ['Chinese characters', '码'.repeat(20)],
  ])('when the code contains %s', async (_, code) => {
    const { accessToken: token } = await welcome()
    for (const key of exchanges)
      expect((await leakDetector.call(key, { token, body: bodyWith(code) })).status).toBe(400)
    await expectNoFindings()
  })
})
