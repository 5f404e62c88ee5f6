import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { api } from '@repo/shared'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { createDataCipher } from '../../src/infra/crypto.ts'
import { loginAsAdmin } from '../support/admin.ts'
import { hasDatabase } from '../support/database.ts'
import { createTestApp, firstApp, problem, secondApp, type TestApp } from '../support/test-app.ts'

const schema = api['POST /v1/me/export'].response

describe.runIf(hasDatabase)('POST /v1/me/export', () => {
  let testApp: TestApp
  beforeAll(async () => {
    testApp = await createTestApp()
  })
  afterAll(() => testApp?.close())

  const exportOf = async (token: string) =>
    testApp.call('POST /v1/me/export', { token, body: { proof: await testApp.proofOf(token) } })

  it('returns everything about the user as a file that fits the contract', async () => {
    const inviter = await testApp.login('person-0')
    const device = { model: 'iPhone 15', system: 'iOS 18' }
    const { user } = await testApp.login('person-1', { inviterId: inviter.user.id, device })
    const other = await testApp.login('person-1', { appId: secondApp })
    const guest = await testApp.login('person-2', { inviterId: user.id })
    const { prisma } = testApp.database
    const number = '+8613800138000'
    const { bytes, keyId } = createDataCipher(testApp.config.dataKeys).encrypt(number, `phone ${user.id}`)
    await prisma.phone.create({
      data: {
        userId: user.id,
        hash: new Uint8Array(32),
        numberEncrypted: bytes,
        keyId,
        boundAt: new Date(),
      },
    })
    await prisma.password.create({
      data: { userId: user.id, hash: '$argon2id$secret', changedAt: new Date() },
    })
    await prisma.avatarCheck.create({
      data: {
        traceId: 't-1',
        appId: firstApp,
        userId: user.id,
        avatarKey: 'avatars/a.jpg',
        askedAt: new Date(),
      },
    })
    const answer = await exportOf(other.accessToken)
    expect(answer).toMatchObject({ status: 200, body: expect.anything() })
    expect(answer.headers).toMatchObject({
      'content-disposition': 'attachment; filename="account.json"',
      'content-type': 'application/json; charset=utf-8',
    })
    const exported = answer.body
    expect([...Value.Errors(schema, exported)]).toEqual([])
    expect(Object.keys(exported).sort()).toEqual(Object.keys(schema.properties).sort())
    expect(exported).toMatchObject({
      user: {
        ...other.user,
        lastLoginIp: '127.0.0.1',
        hasPassword: true,
        phone: number,
        wasInvited: true,
        invitedCount: 1,
      },
      wechatIdentities: [
        { appId: firstApp, openid: expect.stringMatching(/^o/), unionid: expect.stringMatching(/^o/) },
        { appId: secondApp, openid: expect.stringMatching(/^o/) },
      ],
      avatarChecks: [{ appId: firstApp, avatarUrl: `${testApp.config.publicUrl}/files/avatars/a.jpg` }],
      sessions: [{ deviceModel: 'iPhone 15', deviceSystem: 'iOS 18', ip: '127.0.0.1' }, { appId: secondApp }],
      auditEvents: [
        { type: 'consent_given', data: { method: 'wechat' } },
        { type: 'login', ip: '127.0.0.1', data: { method: 'wechat', isNewUser: true } },
        { type: 'wechat_bound', appId: secondApp, data: { reason: 'shared_account' } },
        { type: 'consent_given', appId: secondApp },
        { type: 'login', appId: secondApp },
        { type: 'data_exported' },
      ],
      adminActions: [],
    })
    for (const { id, nickname } of [inviter.user, guest.user]) {
      expect(answer.text).not.toContain(id)
      expect(answer.text).not.toContain(nickname)
    }
    expect(answer.text).not.toMatch(/argon2|sessionKeyEncrypted|session_key_encrypted/)
  })

  it("hides an admin's IP from the user, and tells the admin what they did", async () => {
    const admin = await loginAsAdmin(testApp, 'person-3')
    const guest = await testApp.login('person-4')
    const path = `/v1/admin/users/${guest.user.id}/level`
    await testApp.call(`PUT ${path}`, {
      token: admin.accessToken,
      body: { level: 2 },
      remoteAddress: '203.0.113.9',
    })
    const { body } = await exportOf(guest.accessToken)
    const changed = { type: 'level_changed', byAdmin: true, ip: null, data: { from: 0, to: 2 } }
    expect(body.auditEvents).toContainEqual(expect.objectContaining(changed))
    const ofAdmin = await exportOf(admin.accessToken)
    expect(ofAdmin.body.adminActions).toEqual([
      expect.objectContaining({ type: 'level_changed', ip: '203.0.113.9' }),
    ])
    expect(ofAdmin.text).not.toContain(guest.user.id)
  })

  it('allows a few exports per hour and user, from any IP', async () => {
    const strict = await createTestApp({ LIMIT_EXPORT_PER_USER: '2' })
    onTestFinished(strict.close)
    const ask = async (token: string, remoteAddress: string) =>
      strict.call('POST /v1/me/export', {
        token,
        body: { proof: await strict.proofOf(token) },
        remoteAddress,
      })
    const [mine, others] = [await strict.login('person-1'), await strict.login('person-2')]
    expect((await ask(mine.accessToken, '203.0.113.1')).status).toBe(200)
    expect((await ask(mine.accessToken, '203.0.113.2')).status).toBe(200)
    const refused = await ask(mine.accessToken, '203.0.113.3')
    expect(refused).toMatchObject(problem('rate_limited', 429))
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(3000)
    expect((await ask(others.accessToken, '203.0.113.3')).status).toBe(200)
  })

  describe('POST /v1/me/export of a user with 100,000 events', () => {
    let url: string
    let token: string
    beforeAll(async () => {
      const { user, accessToken } = await testApp.login('person-5')
      token = accessToken
      await testApp.database.prisma.$executeRaw`
        INSERT INTO audit_events (id, type, at, user_id, ip, data)
        SELECT gen_random_uuid(), 'login', now(), ${user.id}::uuid, '203.0.113.7', '{"method":"wechat"}'
        FROM generate_series(1, 100000)`
      await testApp.app.listen({ port: 0, host: '127.0.0.1' })
      url = `http://127.0.0.1:${(testApp.app.server.address() as AddressInfo).port}/v1/me/export`
    })

    async function open(): Promise<IncomingMessage> {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
      const asked = request(url, { method: 'POST', headers })
      asked.end(JSON.stringify({ proof: await testApp.proofOf(token) }))
      const [response] = (await once(asked, 'response')) as [IncomingMessage]
      return response
    }

    it('is complete, with bounded memory', async () => {
      const before = process.memoryUsage().heapUsed
      let [peak, size, events, rest] = [0, 0, 0, '']
      for await (const chunk of await open()) {
        const text = rest + String(chunk)
        size += chunk.length
        events += text.split('"type":"login"').length - 1
        rest = text.slice(-13)
        peak = Math.max(peak, process.memoryUsage().heapUsed - before)
      }
      expect(rest.endsWith(']}')).toBe(true)
      expect(events).toBeGreaterThan(100_000)
      expect(size).toBeGreaterThan(19_000_000)
      expect(peak).toBeLessThan(100_000_000)
    }, 60_000)

    it('ends in an invalid file when the database connection breaks', async () => {
      const response = await open()
      onTestFinished(() => void response.destroy())
      const { prisma } = testApp.database
      await prisma.$executeRawUnsafe('ALTER TABLE audit_events RENAME TO away')
      let text = ''
      const reading = (async () => {
        for await (const chunk of response) text += String(chunk)
      })()
      try {
        await expect(reading).rejects.toThrow('aborted')
      } finally {
        await prisma.$executeRawUnsafe('ALTER TABLE away RENAME TO audit_events')
      }
      expect(response.complete).toBe(false)
      expect(() => JSON.parse(text)).toThrow()
      expect(testApp.log()).not.toContain('"hidden":')
    }, 60_000)
  })
})
