import { createCipheriv, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDataCipher } from '../../src/infra/crypto.ts'
import { followTokens } from '../support/accounts.ts'
import { hasDatabase } from '../support/database.ts'
import { createTestApp, firstApp, problem, secondApp, type TestApp } from '../support/test-app.ts'

const day = 24 * 60 * 60 * 1000

/** Somebody who is logged in by WeChat, with the session_key that belongs to it. */
describe.runIf(hasDatabase)('encrypted or signed data of old phones', () => {
  let testApp: TestApp
  let tokens: ReturnType<typeof followTokens>
  beforeAll(async () => {
    testApp = await createTestApp({ PHONE_ENCRYPTED_DATA: 'on' })
    tokens = followTokens(testApp)
  })
  afterAll(() => testApp?.close())

  type Encrypted = { encryptedData: string; iv: string }
  const encryptedPhone = (person: string, more: object = {}) =>
    testApp.control('POST', 'encrypted-phone', { appId: firstApp, person, ...more }) as Promise<Encrypted>
  const bind = (token: string, body: object) => tokens.send('POST /v1/me/phone', token, body)
  const takeOver = (token: string, body: unknown) =>
    testApp.call('POST /v1/me/wechat-profile', { token, body })
  const expireKey = (person: string) =>
    testApp.control('POST', 'expire-session-key', { appId: firstApp, person })
  const makeKeyOld = (userId: string, ageMs: number) =>
    testApp.database.prisma.wechatIdentity.updateMany({
      where: { userId },
      data: { sessionKeyUpdatedAt: new Date(Date.now() - ageMs) },
    })
  const me = async (token: string) =>
    (await testApp.call('GET /v1/me', { token: tokens.tokenOf(token) })).body
  const seconds = (offset: number) => Math.floor(Date.now() / 1000) + offset

  describe('a phone number', () => {
    it('is decrypted with the stored session_key, and bound like any other', async () => {
      const { accessToken: token } = await testApp.login('person-0')
      const answer = await bind(token, await encryptedPhone('person-0'))
      expect(answer).toMatchObject({ status: 200, body: { user: { phoneMasked: '120******01' } } })
      expect(await me(token)).toMatchObject({ phoneMasked: '120******01' })
    })

    it('is decrypted with the session_key from before the proof, whose code makes WeChat replace it', async () => {
      const { accessToken: token, user } = await testApp.login('person-390')
      const tapped = await encryptedPhone('person-390')
      await expireKey('person-390')
      const keyOf = async () =>
        (await testApp.database.prisma.wechatIdentity.findFirstOrThrow({ where: { userId: user.id } }))
          .sessionKeyEncrypted
      const before = await keyOf()
      expect((await bind(token, tapped)).status).toBe(200)
      expect(await keyOf()).not.toEqual(before)
    })

    it('is not decrypted before the proof is accepted', async () => {
      const { accessToken: token } = await testApp.login('person-391')
      const { iv } = await encryptedPhone('person-391')
      const answers = []
      const right = (await encryptedPhone('person-391')).encryptedData
      for (const encryptedData of ['A'.repeat(64), randomBytes(160).toString('base64'), right]) {
        const body = { encryptedData, iv, proof: { password: 'any password' } }
        const { status, body: answer } = await testApp.call('POST /v1/me/phone', { token, body })
        answers.push({ ...answer, status, requestId: '' })
      }
      for (const answer of answers) expect(answer).toEqual(answers[0])
      expect(answers[0]).toMatchObject({ code: 'password_not_set' })
    })

    it('of another account returns a conflict', async () => {
      const { accessToken: token } = await testApp.login('person-1')
      await testApp.control('PUT', 'phone', { person: 'person-1', phoneNumber: '12066600001' })
      const answer = await bind(token, await encryptedPhone('person-1'))
      expect(answer).toMatchObject(problem('account_conflict', 409))
      expect(answer.body.conflict.ticket).not.toBeNull()
    })

    it('comes from the code when the request has both', async () => {
      const { accessToken: token } = await testApp.login('person-2')
      const both = {
        ...(await encryptedPhone('person-2')),
        iv: 'broken',
        code: await testApp.phoneCode('person-2'),
      }
      expect((await bind(token, both)).status).toBe(200)
    })

    it('under a key that WeChat replaced asks for a login and one more tap, which then works', async () => {
      const { accessToken: token } = await testApp.login('person-4')
      await testApp.code('person-4')
      const tapped = await encryptedPhone('person-4')
      expect(await bind(token, tapped)).toMatchObject(problem('session_key_expired', 409))
      const body = { code: await testApp.code('person-4') }
      await testApp.call('PUT /v1/me/wechat-session', { token, body })
      expect((await bind(token, await encryptedPhone('person-4'))).status).toBe(200)
    })

    it('of another user is not decrypted', async () => {
      const { accessToken: token } = await testApp.login('person-5')
      await testApp.login('person-6')
      expect(await bind(token, await encryptedPhone('person-6'))).toMatchObject(
        problem('session_key_expired', 409),
      )
    })

    it.each([
      ['of another mini program', { watermarkAppId: secondApp }],
      ['older than a code of the button would live', { watermarkTimestamp: seconds(-400) }],
      ['from the future', { watermarkTimestamp: seconds(400) }],
    ])('%s is rejected, and nothing changes', async (_, more) => {
      const { accessToken: token } = await testApp.login('person-7')
      const answer = await bind(token, await encryptedPhone('person-7', more))
      expect(answer).toMatchObject(problem('session_key_expired', 409))
      expect((await me(token)).phoneMasked).toBeNull()
    })

    it('is not decrypted when its key of DATA_KEYS was removed, until the user logs in again', async () => {
      const { accessToken: token, user } = await testApp.login('person-10')
      const tapped = await encryptedPhone('person-10')
      await testApp.database.prisma.wechatIdentity.updateMany({
        where: { userId: user.id },
        data: { sessionKeyId: 'gone' },
      })
      expect(await bind(token, tapped)).toMatchObject(problem('session_key_expired', 409))
    })
  })

  describe('a profile', () => {
    it('sets nickname and gender of a user who has chosen none, and no avatar', async () => {
      const { accessToken: token, user } = await testApp.login('person-20')
      const answer = await takeOver(token, await testApp.wechatProfile('person-20'))
      expect(answer).toMatchObject({
        status: 200,
        body: { id: user.id, nickname: 'Person 20', gender: 'male', avatarUrl: user.avatarUrl },
      })
      const row = await testApp.database.prisma.user.findUniqueOrThrow({ where: { id: user.id } })
      expect(row).toMatchObject({ nickname: 'Person 20', nicknameUnchecked: false })
      const events = await testApp.database.prisma.auditEvent.findMany({
        where: { userId: user.id, type: 'profile_changed' },
      })
      expect(events.map(({ data }) => data)).toEqual([{ nickname: true, gender: true, from: 'wechat' }])
    })

    it('changes nothing that the user has chosen', async () => {
      const { accessToken: token, user } = await testApp.login('person-21')
      await testApp.database.prisma.user.update({
        where: { id: user.id },
        data: { nickname: '自己起的', gender: 'female' },
      })
      const { body } = await takeOver(token, await testApp.wechatProfile('person-21'))
      expect(body).toMatchObject({ nickname: '自己起的', gender: 'female' })
      const row = await testApp.database.prisma.user.findUniqueOrThrow({ where: { id: user.id } })
      expect(row.nicknameUnchecked).toBe(false)
    })

    it('with the placeholder 微信用户 is not imported', async () => {
      const { accessToken: token, user } = await testApp.login('person-22')
      const answer = await takeOver(token, await testApp.wechatProfile('person-22', { anonymous: true }))
      expect(answer).toMatchObject({ status: 200, body: { nickname: user.nickname, gender: null } })
    })

    it('works without an encrypted part', async () => {
      const { accessToken: token } = await testApp.login('person-23')
      const { rawData, signature } = await testApp.wechatProfile('person-23')
      expect(await takeOver(token, { rawData, signature })).toMatchObject({
        status: 200,
        body: { nickname: 'Person 23' },
      })
    })

    it('that was changed is rejected, also with a signature of another text', async () => {
      const { accessToken: token, user } = await testApp.login('person-24')
      const { rawData, signature } = await testApp.wechatProfile('person-24')
      const other = await testApp.wechatProfile('person-24', { anonymous: true })
      for (const body of [
        { rawData: rawData.replace('Person', 'Parson'), signature },
        { rawData, signature: other.signature },
      ])
        expect(await takeOver(token, body)).toMatchObject(problem('session_key_expired', 409))
      expect((await me(token)).nickname).toBe(user.nickname)
    })

    it('under an old key is accepted if WeChat still confirms that key', async () => {
      const { accessToken: token, user } = await testApp.login('person-8')
      const profile = await testApp.wechatProfile('person-8')
      await makeKeyOld(user.id, 2 * day)
      expect((await takeOver(token, profile)).status).toBe(200)
      await expireKey('person-8')
      expect(await takeOver(token, profile)).toMatchObject(problem('session_key_expired', 409))
      await makeKeyOld(user.id, day / 2)
      expect((await takeOver(token, profile)).status, 'a young one costs no question').toBe(200)
    })

    it("under an old key waits for WeChat like any call, and returns WeChat's error", async () => {
      const { accessToken: token, user } = await testApp.login('person-9')
      const profile = await testApp.wechatProfile('person-9')
      await makeKeyOld(user.id, 2 * day)
      await testApp.control('PUT', 'fault', { fault: '45011', path: '/wxa/checksession' })
      expect(await takeOver(token, profile)).toMatchObject(problem('wechat_rate_limited', 429))
      await testApp.control('PUT', 'fault', { fault: 'hang', path: '/wxa/checksession' })
      expect(await takeOver(token, profile)).toMatchObject(problem('wechat_unavailable', 503))
      await testApp.control('DELETE', 'fault')
    })

    it('that was signed under a newer key asks for a login', async () => {
      const { accessToken: token } = await testApp.login('person-25')
      await testApp.code('person-25')
      const { rawData, signature } = await testApp.wechatProfile('person-25')
      expect(await takeOver(token, { rawData, signature })).toMatchObject(problem('session_key_expired', 409))
    })

    it.each([
      ['another mini program', { watermarkAppId: secondApp }],
      ['a time long ago', { watermarkTimestamp: seconds(-400) }],
    ])('with an encrypted part of %s is rejected', async (_, more) => {
      const { accessToken: token, user } = await testApp.login('person-26')
      const answer = await takeOver(token, await testApp.wechatProfile('person-26', more))
      expect(answer).toMatchObject(problem('session_key_expired', 409))
      expect((await me(token)).nickname).toBe(user.nickname)
    })

    it('with an encrypted part of another user is rejected, even under the same key', async () => {
      const { accessToken: token, user } = await testApp.login('person-27')
      const { rawData, signature } = await testApp.wechatProfile('person-27')
      const row = await testApp.database.prisma.wechatIdentity.findFirstOrThrow({
        where: { userId: user.id },
      })
      const sessionKey = createDataCipher(testApp.config.dataKeys).decrypt(
        { bytes: row.sessionKeyEncrypted, keyId: row.sessionKeyId },
        `session_key ${row.appId} ${row.openid}`,
      )
      const encrypt = (openId: string) => {
        const iv = randomBytes(16)
        const cipher = createCipheriv('aes-128-cbc', Buffer.from(sessionKey ?? '', 'base64'), iv)
        const watermark = { appid: firstApp, timestamp: seconds(0) }
        const text = JSON.stringify({ openId, ...JSON.parse(rawData), watermark })
        const encryptedData = Buffer.concat([cipher.update(text), cipher.final()]).toString('base64')
        return { rawData, signature, encryptedData, iv: iv.toString('base64') }
      }
      expect(await takeOver(token, encrypt(`${row.openid}x`))).toMatchObject(
        problem('session_key_expired', 409),
      )
      expect((await me(token)).nickname).toBe(user.nickname)
      expect((await takeOver(token, encrypt(row.openid))).status).toBe(200)
    })

    it.each<
      [string, (profile: { rawData: string; signature: string; encryptedData: string; iv: string }) => object]
    >([
      ['no signature', ({ rawData }) => ({ rawData })],
      ['a signature of another form', ({ rawData }) => ({ rawData, signature: 'x'.repeat(40) })],
      ['no data', ({ signature }) => ({ signature })],
      ['an iv alone', ({ rawData, signature, iv }) => ({ rawData, signature, iv })],
      ['too much', ({ signature }) => ({ rawData: 'x'.repeat(4097), signature })],
    ])('with %s is rejected', async (_, change) => {
      const { accessToken: token } = await testApp.login('person-29')
      const answer = await takeOver(token, change(await testApp.wechatProfile('person-29')))
      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
    })

    it('needs a login by WeChat, and is rejected for a banned user', async () => {
      const { accessToken: token, user } = await testApp.login('person-30')
      const profile = await testApp.wechatProfile('person-30')
      expect(await takeOver('', profile)).toMatchObject({ status: 401 })
      await testApp.database.prisma.session.updateMany({
        where: { userId: user.id },
        data: { appId: null, openid: null },
      })
      expect(await takeOver(token, profile)).toMatchObject(problem('session_key_expired', 409))
      await testApp.database.prisma.user.update({ where: { id: user.id }, data: { status: 'banned' } })
      expect(await takeOver(token, profile)).toMatchObject(problem('account_banned', 403))
    })
  })
})
