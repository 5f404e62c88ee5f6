import { createCipheriv, createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { buildApp } from '../../src/app.ts'
import { defaultNickname } from '../../src/domain/users/nickname.ts'
import { createWechatClient } from '../../src/infra/wechat/client.ts'
import { hasDatabase } from '../support/database.ts'
import { memoryLog } from '../support/memory-log.ts'
import {
  apps,
  createTestApp,
  firstApp,
  problem,
  secondApp,
  type TestApp,
  unboundApp,
} from '../support/test-app.ts'

const token = 'AAAAA'
const encodingAesKey = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG'
/** The first encrypts, the second does not, the third has no push. */
const variables = {
  WECHAT_APPS: JSON.stringify([
    { ...pick(apps[0]), push: { token, encodingAesKey } },
    { ...pick(apps[1]), push: { token } },
    pick(apps[2]),
  ]),
}
function pick({ appId, secret }: { appId: string; secret: string }) {
  return { appId, secret }
}

const sign = (...texts: string[]) => createHash('sha1').update(texts.sort().join('')).digest('hex')
const now = () => String(Math.floor(Date.now() / 1000))

/** What WeChat's documents say, apart from what the simulator makes of it. */
function encrypt(message: string, { key = encodingAesKey, appId = firstApp, pad = 32 } = {}): string {
  const aesKey = Buffer.from(`${key}=`, 'base64')
  const length = Buffer.alloc(4)
  length.writeUInt32BE(Buffer.byteLength(message))
  const plain = Buffer.concat([Buffer.alloc(16, 7), length, Buffer.from(message + appId)])
  const padding = 32 - (plain.length % 32)
  const cipher = createCipheriv('aes-256-cbc', aesKey, aesKey.subarray(0, 16)).setAutoPadding(false)
  const padded = Buffer.concat([plain, Buffer.alloc(padding, pad === 32 ? padding : pad)])
  // The last byte alone says how long the padding is.
  if (pad === 1) padded[padded.length - 1] = padding
  return Buffer.concat([cipher.update(padded), cipher.final()]).toString('base64')
}

describe.runIf(hasDatabase)('the message push of WeChat', () => {
  let testApp: TestApp
  let url: string
  beforeAll(async () => {
    testApp = await createTestApp(variables)
    await testApp.app.listen({ port: 0, host: '127.0.0.1' })
    url = `http://127.0.0.1:${(testApp.app.server.address() as AddressInfo).port}/v1/wechat/push`
    await testApp.control('PUT', 'push', {
      appId: firstApp,
      url: `${url}/${firstApp}`,
      token,
      encodingAesKey,
      mode: 'aes',
    })
    await testApp.control('PUT', 'push', {
      appId: secondApp,
      url: `${url}/${secondApp}`,
      token,
      mode: 'plain',
    })
  })
  afterAll(() => testApp?.close())
  afterEach(() => vi.useRealTimers())

  const push = async (person: string, event: string, more: object = {}) =>
    (await testApp.control('POST', 'push-event', { appId: firstApp, person, event, ...more })) as {
      status: number
      body: string
      attempts: number
    }
  const taken = { status: 200, body: 'success', attempts: 1 }
  const jobsDone = () => expect.poll(() => testApp.database.prisma.job.count(), { timeout: 10_000 }).toBe(0)
  const userOf = (id: string) => testApp.database.prisma.user.findUniqueOrThrow({ where: { id } })
  const messages = () => testApp.database.prisma.wechatMessage.count()

  type Parts = { appId?: string; query?: Record<string, string>; body?: string; contentType?: string }
  /** A message of our own making. */
  function post({ appId = firstApp, query = {}, body = '{}', contentType = 'application/json' }: Parts) {
    const [timestamp, nonce] = [now(), '1514711492']
    const { Encrypt = '' } = body.startsWith('{"E') ? JSON.parse(body) : {}
    const all = {
      timestamp,
      nonce,
      signature: sign(token, timestamp, nonce),
      encrypt_type: 'aes',
      msg_signature: sign(token, query.timestamp ?? timestamp, nonce, Encrypt),
      ...query,
    }
    return testApp.call(`POST /v1/wechat/push/${appId}?${new URLSearchParams(all)}`, {
      body,
      headers: { 'content-type': contentType },
    })
  }
  const get = (query: Record<string, string>, appId = firstApp) =>
    testApp.call(`GET /v1/wechat/push/${appId}?${new URLSearchParams(query)}`)
  const encryptedBody = (text: string, how = {}) => JSON.stringify({ Encrypt: encrypt(text, how) })

  /** Somebody who has a nickname, a picture and a phone. */
  async function settle(person: string) {
    const login = await testApp.login(person)
    const { id: userId } = login.user
    const { storageFolder: folder } = testApp
    await mkdir(join(folder, 'avatars'), { recursive: true })
    const avatarKey = `avatars/${person}.jpg`
    await writeFile(join(folder, avatarKey), 'picture')
    const { prisma } = testApp.database
    await prisma.user.update({
      where: { id: userId },
      data: { nickname: '小明', avatarKey, phoneMasked: '138******00' },
    })
    await prisma.phone.create({
      data: {
        userId,
        hash: new Uint8Array(createHash('sha256').update(person).digest()),
        numberEncrypted: new Uint8Array(32),
        keyId: 'k1',
        boundAt: new Date(),
      },
    })
    const state = async () => {
      const { nickname, avatarKey: key, phoneMasked } = await userOf(userId)
      return {
        nickname: nickname === '小明' ? 'kept' : nickname === defaultNickname(userId) ? 'default' : nickname,
        avatar: key === null ? 'default' : 'kept',
        phone:
          phoneMasked === null && (await prisma.phone.count({ where: { userId } })) === 0 ? 'gone' : 'kept',
        file: await readFile(join(folder, avatarKey)).then(
          () => 'kept',
          () => 'gone',
        ),
      }
    }
    return { ...login, userId, state }
  }
  let persons = 50
  const kept = { nickname: 'kept', avatar: 'kept', phone: 'kept', file: 'kept' }

  describe('GET, the check of the URL,', () => {
    it("returns the echostr of the documentation's example as text", async () => {
      vi.useFakeTimers({ toFake: ['Date'], now: 1714036504_000 })
      const query = {
        signature: 'f464b24fc39322e44b38aa78f5edd27bd1441696',
        timestamp: '1714036504',
        nonce: '1514711492',
        echostr: '4375120948345356249',
      }
      const answer = await get(query)
      expect(answer).toMatchObject({ status: 200, text: query.echostr })
      expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8')
      expect(await get({ ...query, nonce: '1514711493' })).toMatchObject(problem('forbidden', 403))
      vi.setSystemTime((1714036504 + 301) * 1000)
      expect(await get(query)).toMatchObject(problem('forbidden', 403))
    })

    it('accepts the check of the simulator', async () => {
      for (const appId of [firstApp, secondApp])
        expect(await testApp.control('POST', 'push-check', { appId, echostr: '<b>8</b>' })).toEqual({
          status: 200,
          body: '<b>8</b>',
        })
    })

    it.each([
      ['without a signature', { signature: '' }, 403],
      ['with a signature of another length', { signature: 'f4' }, 403],
      ['without an echostr', { echostr: undefined }, 400],
      ['with a timestamp that is none', { timestamp: 'now' }, 400],
    ] as const)('rejects %s', async (_, change, status) => {
      const [timestamp, nonce] = [now(), 'n']
      const query = { timestamp, nonce, signature: sign(token, timestamp, nonce), echostr: 'e', ...change }
      const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined)
      expect((await get(Object.fromEntries(given))).status).toBe(status)
    })

    it('returns 404 when no push is configured', async () => {
      const [timestamp, nonce] = [now(), 'n']
      const query = { timestamp, nonce, signature: sign(token, timestamp, nonce), echostr: 'e' }
      for (const appId of [unboundApp, 'wx0'])
        expect(await get(query, appId)).toMatchObject(problem('not_found', 404))
    })
  })

  describe('POST, a message,', () => {
    it("is accepted in the form of WeChat's documentation, with any content type", async () => {
      for (const contentType of ['application/json', 'text/plain', 'text/xml', 'application/octet-stream']) {
        const answer = await post({
          body: encryptedBody(`{"Event":"x","for":"${contentType}"}`),
          contentType,
        })
        expect(answer).toMatchObject({ status: 200, text: 'success' })
        expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8')
      }
    })

    it.each<[string, () => Parts, string, number]>([
      [
        'with a wrong signature',
        () => ({ body: encryptedBody('{}'), query: { msg_signature: 'a'.repeat(40) } }),
        'forbidden',
        403,
      ],
      [
        'with the plain signature alone',
        () => ({ body: encryptedBody('{}'), query: { msg_signature: '' } }),
        'forbidden',
        403,
      ],
      [
        'with a body that was exchanged',
        () => ({
          body: encryptedBody('{}').replace(/"(.)(.)/, '"$1$2'),
          query: { msg_signature: sign(token, now(), '1514711492', encrypt('{"a":1}')) },
        }),
        'forbidden',
        403,
      ],
      ['for another app', () => ({ body: encryptedBody('{}', { appId: secondApp }) }), 'forbidden', 403],
      [
        'under another key',
        () => ({ body: encryptedBody('{}', { key: `z${encodingAesKey.slice(1)}` }) }),
        'forbidden',
        403,
      ],
      ['with a wrong padding', () => ({ body: encryptedBody('{}', { pad: 33 }) }), 'forbidden', 403],
      [
        'with a padding that only ends as one',
        () => ({ body: encryptedBody('{}', { pad: 1 }) }),
        'forbidden',
        403,
      ],
      ['with no padding', () => ({ body: encryptedBody('{}', { pad: 0 }) }), 'forbidden', 403],
      [
        'that is half a block',
        () => ({ body: JSON.stringify({ Encrypt: 'AAAAAAAAAAAAAAAAAAAAAA==' }) }),
        'forbidden',
        403,
      ],
      ['that is no ciphertext', () => ({ body: JSON.stringify({ Encrypt: '' }) }), 'forbidden', 403],
      [
        'that is not encrypted, though a key is set',
        () => ({ body: '{"Event":"user_info_modified"}' }),
        'forbidden',
        403,
      ],
      [
        'of five minutes ago',
        () => ({ body: encryptedBody('{}'), query: { timestamp: String(Number(now()) - 301) } }),
        'forbidden',
        403,
      ],
      [
        'of in five minutes',
        () => ({ body: encryptedBody('{}'), query: { timestamp: String(Number(now()) + 302) } }),
        'forbidden',
        403,
      ],
      [
        'in XML',
        () => ({ body: '<xml><Encrypt>x</Encrypt></xml>', contentType: 'text/xml' }),
        'invalid_request',
        400,
      ],
      [
        'in XML that WeChat did not sign',
        () => ({ body: '<xml></xml>', contentType: 'text/xml', query: { signature: 'x' } }),
        'forbidden',
        403,
      ],
      ['whose content is no JSON', () => ({ body: encryptedBody('<xml></xml>') }), 'invalid_request', 400],
      ['that is a list', () => ({ body: '[]' }), 'invalid_request', 400],
      ['that is empty', () => ({ body: '' }), 'invalid_request', 400],
      ['that is too large', () => ({ body: `{"E":"${'x'.repeat(70_000)}"}` }), 'body_too_large', 413],
      [
        'for an app without a push',
        () => ({ appId: unboundApp, body: encryptedBody('{}') }),
        'not_found',
        404,
      ],
      ['for an unknown app', () => ({ appId: 'wx0', body: encryptedBody('{}') }), 'not_found', 404],
    ])('is rejected %s, and changes nothing', async (_, parts, code, status) => {
      const before = await messages()
      expect(await post(parts())).toMatchObject(problem(code as 'forbidden', status))
      expect(await messages()).toBe(before)
    })

    it('is logged when it is XML signed by WeChat, once in five minutes', async () => {
      vi.useFakeTimers({ toFake: ['Date'] })
      vi.setSystemTime(Date.now() + 24 * 60 * 60 * 1000)
      const told = () => testApp.log().split('WeChat pushes XML').length - 1
      const before = told()
      const xml = { body: ' <xml><Encrypt>x</Encrypt></xml>', contentType: 'text/xml' }
      await post({ ...xml, query: { signature: 'x' } })
      expect(told()).toBe(before)
      for (const _ of [1, 2, 3])
        expect(await post(xml)).toMatchObject({
          ...problem('invalid_request', 400),
          body: { detail: expect.stringContaining("choose JSON in WeChat's console") },
        })
      expect(told()).toBe(before + 1)
      await post({ ...xml, appId: secondApp })
      expect(told()).toBe(before + 2)
      vi.setSystemTime(Date.now() + 5 * 60 * 1000)
      await post(xml)
      expect(told()).toBe(before + 3)
    })

    it('is accepted in plain mode when configured, but never in production', async () => {
      const plain = { appId: secondApp, body: '{"Event":"x","mode":"plain"}' }
      expect(await post(plain)).toMatchObject({ status: 200, text: 'success' })
      expect(await post({ ...plain, query: { signature: 'x' } })).toMatchObject(problem('forbidden', 403))
      const config = { ...testApp.config, environment: 'production' as const }
      const { log } = memoryLog(config)
      const wechat = createWechatClient(config.wechat, { log })
      const production = await buildApp({ config, database: testApp.database, wechat, log })
      onTestFinished(async () => {
        await production.close()
        await wechat.close()
      })
      const [timestamp, nonce] = [now(), 'n']
      const query = { timestamp, nonce, signature: sign(token, timestamp, nonce) }
      const answer = await production.inject({
        method: 'POST',
        url: `/v1/wechat/push/${secondApp}?${new URLSearchParams(query)}`,
        payload: '{"Event":"x","mode":"production"}',
      })
      expect(answer.statusCode).toBe(403)
    })

    it('is processed once, however often it comes', async () => {
      const { userId, state } = await settle('person-1')
      expect(await push('person-1', 'user_info_modified')).toEqual(taken)
      await jobsDone()
      await testApp.database.prisma.user.update({ where: { id: userId }, data: { nickname: '小明' } })
      for (const _ of [1, 2])
        expect(await testApp.control('POST', 'push-replay', { appId: firstApp })).toEqual({
          status: 200,
          body: 'success',
        })
      await jobsDone()
      expect(await state()).toMatchObject({ nickname: 'kept' })
      expect(testApp.log()).toContain('"outcome":"repeated"')
    })

    it('gets an error while the database is unavailable, so that WeChat sends it again', async () => {
      const { state } = await settle('person-2')
      const { prisma } = testApp.database
      await prisma.$executeRaw`ALTER TABLE jobs RENAME TO away`
      try {
        expect(await push('person-2', 'user_info_modified')).toMatchObject({ status: 500, attempts: 4 })
        expect(await state()).toEqual(kept)
      } finally {
        await prisma.$executeRaw`ALTER TABLE away RENAME TO jobs`
      }
      expect(await testApp.control('POST', 'push-replay', { appId: firstApp })).toMatchObject({ status: 200 })
      await jobsDone()
      expect(await state()).toMatchObject({ nickname: 'default' })
    })

    it('is dropped when the user or the event is unknown', async () => {
      expect(await push('person-300', 'user_authorization_cancellation')).toEqual(taken)
      expect(await push('person-1', 'kf_create_session')).toEqual(taken)
      expect(await push('person-1', 'user_authorization_revoke', { overrides: { OpenID: 5 } })).toEqual(taken)
      expect(
        await push('person-1', 'user_authorization_revoke', { overrides: { OpenID: 'o\u0000' } }),
      ).toMatchObject({ status: 200 })
      expect(testApp.log()).toContain('"outcome":"unknown_user"')
      expect(testApp.log()).toContain('"event":"other","outcome":"nothing_to_do"')
    })
  })

  describe("an event about a user's authorization", () => {
    it('resets nickname and avatar when WeChat has cleared the profile', async () => {
      const { state, userId } = await settle('person-10')
      expect(await push('person-10', 'user_info_modified')).toEqual(taken)
      await jobsDone()
      expect(await state()).toEqual({ nickname: 'default', avatar: 'default', phone: 'kept', file: 'gone' })
      const events = await testApp.database.prisma.auditEvent.findMany({
        where: { userId, type: { notIn: ['login', 'consent_given'] } },
      })
      expect(events.map(({ type }) => type)).toEqual(['profile_changed', 'avatar_changed'])
    })

    it.each([
      ['6', { nickname: 'default', avatar: 'default', phone: 'kept', file: 'gone' }],
      ['8', { ...kept, phone: 'gone' }],
      ['19', { ...kept, nickname: 'default' }],
      ['20', { ...kept, avatar: 'default', file: 'gone' }],
      ['1,8, 19', { ...kept, nickname: 'default', phone: 'gone' }],
      ['13', kept],
      ['', kept],
      ['88', kept],
    ])('deletes what "%s" revoked, and nothing else', async (revokeInfo, expected) => {
      persons += 1
      const person = `person-${persons}`
      const { state } = await settle(person)
      const more = revokeInfo === '' ? {} : { revokeInfo }
      expect(await push(person, 'user_authorization_revoke', more)).toEqual(taken)
      await jobsDone()
      expect(await state()).toEqual(expected)
    })

    it('deletes a user who closed the WeChat account, once, and not a user who came back', async () => {
      const { userId, accessToken, state } = await settle('person-30')
      expect(await push('person-30', 'user_authorization_cancellation')).toEqual(taken)
      await jobsDone()
      expect(await userOf(userId)).toMatchObject({ status: 'deleted', nickname: null })
      expect(await state()).toMatchObject({ file: 'gone' })
      expect((await testApp.call('GET /v1/me', { token: accessToken })).status).toBe(401)
      const again = await testApp.login('person-30')
      await testApp.control('POST', 'push-replay', { appId: firstApp })
      // As after a crash between the work and its end.
      await testApp.database.prisma.job.create({
        data: { id: userId, kind: 'delete_account', payload: { userId }, runAt: new Date() },
      })
      await jobsDone()
      expect(await userOf(again.user.id)).toMatchObject({ status: 'active' })
    })
  })

  it('delivers the verdict on an avatar to its user', async () => {
    const { userId, state } = await settle('person-40')
    const { avatarKey } = await userOf(userId)
    const ask = (traceId: string) =>
      testApp.database.prisma.avatarCheck.create({
        data: { traceId, appId: firstApp, userId, avatarKey: avatarKey ?? '', askedAt: new Date() },
      })
    const tell = async (traceId: string, suggest: string, overrides = {}) => {
      await testApp.control('PUT', 'media-verdict', { suggest })
      const more = { overrides: { trace_id: traceId, ...overrides } }
      expect(await push('person-40', 'wxa_media_check', more)).toEqual(taken)
      await jobsDone()
    }
    await ask('trace-1')
    await tell('trace-1', 'pass')
    expect(await state()).toEqual(kept)
    await ask('trace-2')
    await tell('trace-2', 'risky', { errcode: -1008 })
    await tell('trace-of-nobody', 'risky')
    expect(await state()).toEqual(kept)
    await tell('trace-2', 'risky')
    expect(await state()).toEqual({ ...kept, avatar: 'default', file: 'gone' })
  })

  it('is logged as event and outcome, without the user', async () => {
    const { prisma } = testApp.database
    const identities = await prisma.wechatIdentity.findMany()
    expect(identities.length).toBeGreaterThan(3)
    const log = testApp.log()
    expect(log).toContain('"event":"user_authorization_cancellation","outcome":"accepted"')
    expect(identities.filter(({ openid }) => log.includes(openid))).toEqual([])
    for (const secret of [token, encodingAesKey]) expect(log).not.toContain(secret)
    expect(log).not.toContain('"hidden":')
  })
})
