import { afterEach, describe, expect, it } from 'vitest'
import { password, register } from '../support/accounts.ts'
import { hasDatabase } from '../support/database.ts'
import { callsOf } from '../support/moderation.ts'
import { nextUser } from '../support/next-user.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

const shared = '100.64.9.9'

describe.runIf(hasDatabase)('invalid codes', () => {
  let testApp: TestApp
  let codes = 0
  afterEach(() => testApp?.close())

  const garbage = () => {
    codes += 1
    return `garbage-${codes}`
  }
  const send = (key: string, body: object, remoteAddress = shared) =>
    testApp.call(key, { body, remoteAddress })
  const logIn = async (person: string, remoteAddress = shared, more: object = {}) =>
    send('POST /v1/auth/login', { code: await testApp.code(person), ...more }, remoteAddress)
  const asked = () => callsOf(testApp, '/sns/jscode2session')

  it('do not keep a new user behind the same IP out', { timeout: 180_000 }, async () => {
    testApp = await createTestApp({ LIMIT_FAILED_LOGIN_PER_IP: '60', LIMIT_LOGIN_PER_IP: '60' })
    for (let sent = 0; sent < 100; sent += 20) {
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => send('POST /v1/auth/login', { code: garbage() })),
      )
      expect(new Set(answers.map(({ body }) => body.code))).toEqual(new Set(['code_invalid']))
    }
    expect((await logIn(nextUser())).status).toBe(200)
    const body = { loginCode: await testApp.code('person-1'), phoneCode: await testApp.phoneCode('person-1') }
    expect((await send('POST /v1/auth/phone-login', body)).status).toBe(200)
  })

  it('do not count as logins of an IP', async () => {
    testApp = await createTestApp({ LIMIT_LOGIN_PER_IP: '2' })
    for (let sent = 0; sent < 5; sent += 1)
      expect((await send('POST /v1/auth/login', { code: garbage() })).body.code).toBe('code_invalid')
    const statuses = [await logIn(nextUser()), await logIn(nextUser()), await logIn(nextUser())]
    expect(statuses.map(({ status }) => status)).toEqual([200, 200, 429])
  })

  it('are sent to WeChat once each', async () => {
    testApp = await createTestApp()
    for (const [code, expected] of [
      ['garbage', 'code_invalid'],
      [await usedCode(), 'code_used'],
    ] as const) {
      expect((await send('POST /v1/auth/login', { code })).body.code).toBe(expected)
      const before = await asked()
      const other = { username: 'other-user', password, code }
      expect((await send('POST /v1/auth/login', { code })).body.code).toBe(expected)
      expect((await send('POST /v1/auth/register', other)).body.code).toBe(expected)
      expect(await asked()).toBe(before)
    }
  })
  async function usedCode(): Promise<string> {
    const code = await testApp.code(nextUser())
    await send('POST /v1/auth/login', { code })
    return code
  }

  it('share one count among all operations that take a code', async () => {
    testApp = await createTestApp()
    const { accessToken: token } = await testApp.login(nextUser())
    const requests: [string, (code: string) => object][] = [
      ['POST /v1/auth/login', (code) => ({ code })],
      ['POST /v1/auth/phone-login', (loginCode) => ({ loginCode, phoneCode: 'x' })],
      ['POST /v1/auth/register', (code) => ({ username: 'some-user', password, code })],
      ['POST /v1/auth/password-reset', (code) => ({ code, newPassword: password })],
      ['POST /v1/auth/delete', (code) => ({ code })],
      ['PUT /v1/me/wechat-session', (code) => ({ code })],
      ['PUT /v1/me/wechat', (code) => ({ code })],
      ['POST /v1/me/export', (code) => ({ proof: { code } })],
    ]
    const known = garbage()
    await send('POST /v1/auth/login', { code: known })
    const before = await asked()
    for (const [key, body] of requests) {
      const answer = await testApp.call(key, { token, body: body(known), remoteAddress: shared })
      expect(answer.body.code, key).toBe('code_invalid')
    }
    // What all of them ask is one and the same: a code that failed anywhere is known to each.
    expect(await asked()).toBe(before)
  })

  it('do not concern known devices: every login method returns a device token, the same one per device', async () => {
    testApp = await createTestApp()
    const person = nextUser()
    const first = (await logIn(person)).body.deviceToken
    expect((await logIn(person, shared, { deviceToken: first })).body.deviceToken).toBe(first)
    expect((await logIn(nextUser(), shared, { deviceToken: first })).body.deviceToken).not.toBe(first)
    const registered = await register(testApp, { username: 'with-a-device' })
    const byPassword = await send('POST /v1/auth/password-login', {
      username: 'with-a-device',
      password,
      deviceToken: registered.deviceToken,
    })
    expect(byPassword.body.deviceToken).toBe(registered.deviceToken)
    const phoneLogin = await send('POST /v1/auth/phone-login', {
      loginCode: await testApp.code(person),
      phoneCode: await testApp.phoneCode(person),
      deviceToken: first,
    })
    expect(phoneLogin.body.deviceToken).toBe(first)
  })
})
