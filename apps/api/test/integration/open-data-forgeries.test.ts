import { createCipheriv, createHash, randomBytes } from 'node:crypto'
import type { LoginResult } from '@repo/shared'
import { describe, expect, it } from 'vitest'
import { createDataCipher } from '../../src/infra/crypto.ts'
import { proven } from '../support/accounts.ts'
import { hasDatabase } from '../support/database.ts'
import { callsOf } from '../support/moderation.ts'
import { nextUser } from '../support/next-user.ts'
import {
  type Answer,
  createTestApp,
  firstApp,
  problem,
  secondApp,
  type TestApp,
} from '../support/test-app.ts'
import { timed } from '../support/timed.ts'
import { useTestApp } from '../support/use-test-app.ts'

const json = JSON.stringify
const seconds = () => Math.floor(Date.now() / 1000)

describe.runIf(hasDatabase)('forged data of WeChat', () => {
  const testApp: TestApp = useTestApp(() => createTestApp({ PHONE_ENCRYPTED_DATA: 'on' }))

  /** What a forger would like to have, and the tests read from the database. */
  async function sessionKeyOf({ user }: LoginResult): Promise<string> {
    const row = await testApp.database.prisma.wechatIdentity.findFirstOrThrow({ where: { userId: user.id } })
    const encrypted = { bytes: row.sessionKeyEncrypted, keyId: row.sessionKeyId }
    const context = `session_key ${row.appId} ${row.openid}`
    return createDataCipher(testApp.config.dataKeys).decrypt(encrypted, context) ?? ''
  }
  function encryptUnder(sessionKey: string, plain: string | Buffer) {
    const iv = randomBytes(16)
    const cipher = createCipheriv('aes-128-cbc', Buffer.from(sessionKey, 'base64'), iv)
    const encryptedData = Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64')
    return { encryptedData, iv: iv.toString('base64') }
  }
  const watermark = () => ({ timestamp: seconds(), appid: firstApp })
  const phone = () => ({
    phoneNumber: '13900001234',
    purePhoneNumber: '13900001234',
    countryCode: '86',
    watermark: watermark(),
  })
  const bind = async ({ accessToken: token }: LoginResult, encrypted: object) =>
    testApp.call('POST /v1/me/phone', { token, body: await proven(testApp, token, encrypted) })
  const takeOver = ({ accessToken: token }: LoginResult, body: object) =>
    testApp.call('POST /v1/me/wechat-profile', { token, body })
  /** All that an answer says, but for the id of the request. */
  const said = ({ body: { requestId, ...body } }: Answer) => body
  const expired = { title: 'Conflict', status: 409, code: 'session_key_expired' }

  const plainTexts: [string, () => string | Buffer][] = [
    ['no JSON', () => 'not JSON'],
    ['invalid UTF-8', () => Buffer.from(`${json(phone()).slice(0, -1)},"a":"\xff"}`, 'latin1')],
    ['JSON without a watermark', () => json({ purePhoneNumber: '13900001234', countryCode: '86' })],
    ['JSON with an unknown key', () => json({ ...phone(), a: 'aaaaaaaaaa' })],
    ['JSON without a number', () => json({ watermark: watermark() })],
    ['the pure number alone', () => json({ purePhoneNumber: '13900001234', watermark: watermark() })],
    ['another type', () => json({ ...phone(), phoneNumber: 13900001234 })],
    ['a key twice', () => `{"purePhoneNumber":"13900001235",${json(phone()).slice(1)}`],
    ['spaces that fill a block', () => `{${' '.repeat(11)}${json(phone()).slice(1)}`],
    ['something behind it', () => `${json(phone())} {}`],
    ['another mini program', () => json({ ...phone(), watermark: { ...watermark(), appid: secondApp } })],
    ['a time long ago', () => json({ ...phone(), watermark: { ...watermark(), timestamp: 1 } })],
    ['an empty text', () => ''],
  ]
  const ciphertexts: [string, { encryptedData: string; iv: string }][] = [
    ['no base64', { encryptedData: '{"a":1}', iv: 'AAAAAAAAAAAAAAAAAAAAAA==' }],
    ['spaces', { encryptedData: 'AAAA AAA', iv: 'AAAAAAAAAAAAAAAAAAAAAA==' }],
    ['part of a block', { encryptedData: 'AAAA', iv: 'AAAAAAAAAAAAAAAAAAAAAA==' }],
    ['a short iv', { encryptedData: 'AAAAAAAAAAAAAAAAAAAAAA==', iv: 'AAAA' }],
    ['a wrong padding', { encryptedData: 'AAAAAAAAAAAAAAAAAAAAAA==', iv: 'AAAAAAAAAAAAAAAAAAAAAA==' }],
  ]

  it.each(ciphertexts)('POST /v1/me/phone returns the same error for %s', async (_, encrypted) => {
    const { answer, durationMs } = await timed(async () => bind(await testApp.login(nextUser()), encrypted))
    expect(answer).toMatchObject(problem('session_key_expired', 409))
    expect(said(answer)).toEqual(expired)
    expect(durationMs).toBeGreaterThan(95)
  })

  it.each(plainTexts)(
    'POST /v1/me/phone returns the same error for %s under the right key',
    async (_, plain) => {
      const login = await testApp.login(nextUser())
      const { answer, durationMs } = await timed(async () =>
        bind(login, encryptUnder(await sessionKeyOf(login), plain())),
      )
      expect(said(answer)).toEqual(expired)
      expect(durationMs).toBeGreaterThan(95)
      expect((await testApp.call('GET /v1/me', { token: login.accessToken })).body.phoneMasked).toBeNull()
    },
  )

  it("POST /v1/me/phone accepts the same data in WeChat's form", async () => {
    const login = await testApp.login(nextUser())
    const answer = await bind(login, encryptUnder(await sessionKeyOf(login), json(phone())))
    expect(answer).toMatchObject({ status: 200, body: { user: { phoneMasked: '139******34' } } })
  })

  it.each([...plainTexts.map(([name]) => name), ...ciphertexts.map(([name]) => name)])(
    'POST /v1/me/wechat-profile returns the same error for an encrypted part of %s',
    async (name) => {
      const person = nextUser()
      const login = await testApp.login(person)
      const { rawData, signature } = await testApp.wechatProfile(person)
      const plain = plainTexts.find(([other]) => other === name)?.[1]
      const encrypted = plain
        ? encryptUnder(await sessionKeyOf(login), plain())
        : ciphertexts.find(([other]) => other === name)?.[1]
      const answer = await takeOver(login, { rawData, signature, ...encrypted })
      expect(said(answer)).toEqual(expired)
    },
  )

  it.each([
    ['no JSON', 'not JSON'],
    ['an unknown key', json({ nickName: 'x', gender: 1, a: 1 })],
    ['part of the keys', json({ nickName: 'x', gender: 1 })],
    ['null', 'null'],
  ])('POST /v1/me/wechat-profile returns the same error for signed rawData of %s', async (_, rawData) => {
    const login = await testApp.login(nextUser())
    const signature = createHash('sha1')
      .update(rawData + (await sessionKeyOf(login)))
      .digest('hex')
    const answers = [await takeOver(login, { rawData, signature })]
    // And without the right signature, of which WeChat is not asked either.
    const before = await callsOf(testApp, '/wxa/checksession')
    answers.push(await takeOver(login, { rawData, signature: '0'.repeat(40) }))
    expect(await callsOf(testApp, '/wxa/checksession')).toBe(before)
    for (const answer of answers) expect(said(answer)).toEqual(expired)
  })

  const forgery = { encryptedData: 'AAAAAAAAAAAAAAAAAAAAAA==', iv: 'AAAAAAAAAAAAAAAAAAAAAA==' }

  it('is rejected for an hour after five failures of a user, counted over both operations', async () => {
    const person = nextUser()
    const login = await testApp.login(person)
    const profile = await testApp.wechatProfile(person)
    const altered = { ...profile, signature: '0'.repeat(40) }
    const statuses: number[] = []
    for (let round = 0; round < 2; round += 1) {
      statuses.push((await bind(login, forgery)).status)
      statuses.push((await takeOver(login, altered)).status)
      // A success in between resets nothing.
      expect((await takeOver(login, await testApp.wechatProfile(person))).status).toBe(200)
    }
    statuses.push((await bind(login, forgery)).status)
    expect(statuses).toEqual([409, 409, 409, 409, 409])
    const refused = [
      await bind(login, forgery),
      await takeOver(login, altered),
      await takeOver(login, profile),
    ]
    for (const answer of refused) {
      expect(answer).toMatchObject(problem('rate_limited', 429))
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(3500)
      expect(Number(answer.headers['retry-after'])).toBeLessThanOrEqual(3600)
    }
    const other = nextUser()
    expect((await takeOver(await testApp.login(other), await testApp.wechatProfile(other))).status).toBe(200)
  })

  it('is verified at most five times when requests come in parallel', async () => {
    const login = await testApp.login(nextUser())
    const profile = { rawData: 'x', signature: '0'.repeat(40) }
    const answers = await Promise.all(Array.from({ length: 30 }, () => takeOver(login, profile)))
    const statuses = answers.map(({ status }) => status)
    expect(statuses.filter((status) => status === 409)).toHaveLength(5)
    expect(statuses.filter((status) => status === 429)).toHaveLength(25)
  })
})

describe.runIf(hasDatabase)('encrypted phone numbers, when the configuration disables them,', () => {
  const testApp: TestApp = useTestApp(() => createTestApp())

  it('are rejected by POST /v1/me/phone with the remedy, while a code still works', async () => {
    const person = nextUser()
    const { accessToken: token } = await testApp.login(person)
    const encrypted = (await testApp.control('POST', 'encrypted-phone', {
      appId: firstApp,
      person,
    })) as object
    const bind = async (body: object) =>
      testApp.call('POST /v1/me/phone', { token, body: await proven(testApp, token, body) })
    const refused = await bind(encrypted)
    expect(refused).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
    expect(refused.body.detail).toContain('PHONE_ENCRYPTED_DATA')
    expect((await bind({ ...encrypted, code: await testApp.phoneCode(person) })).status).toBe(200)
  })
})
