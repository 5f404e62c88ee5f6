import type { LoginResult } from '@repo/shared'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDataCipher } from '../../src/infra/crypto.ts'
import { proven } from '../support/accounts.ts'
import { loginAsAdmin } from '../support/admin.ts'
import { hasDatabase } from '../support/database.ts'
import { createTestApp, firstApp, problem, secondApp, type TestApp } from '../support/test-app.ts'

const path = '/wxa/resetusersessionkey'

describe.runIf(hasDatabase)('POST /v1/admin/users/:id/session-key-reset', () => {
  let testApp: TestApp
  let admin: LoginResult
  beforeAll(async () => {
    testApp = await createTestApp({ PHONE_ENCRYPTED_DATA: 'on' })
    admin = await loginAsAdmin(testApp, 'person-0')
  })
  afterAll(() => testApp?.close())

  const reset = (id: string, token = admin.accessToken) =>
    testApp.call(`POST /v1/admin/users/${id}/session-key-reset`, { token })
  const keys = async (userId: string) => {
    const cipher = createDataCipher(testApp.config.dataKeys)
    const rows = await testApp.database.prisma.wechatIdentity.findMany({
      where: { userId },
      orderBy: { appId: 'asc' },
    })
    return rows.map(({ appId, openid, sessionKeyEncrypted: bytes, sessionKeyId: keyId }) =>
      cipher.decrypt({ bytes, keyId }, `session_key ${appId} ${openid}`),
    )
  }
  const outcomes = async (userId: string) => {
    const events = await testApp.database.prisma.auditEvent.findMany({
      where: { userId, type: 'session_keys_reset' },
      orderBy: { id: 'asc' },
    })
    return events.map(({ actorId, data }) => ({ actorId, data }))
  }
  const by = (data: object) => ({ actorId: admin.user.id, data })
  const bindOld = async (token: string, person: string) =>
    testApp.call('POST /v1/me/phone', {
      token,
      body: await proven(
        testApp,
        token,
        (await testApp.control('POST', 'encrypted-phone', { appId: firstApp, person })) as object,
      ),
    })

  it('stores new session_keys for every mini program of the user, without any effect for the user', async () => {
    const { user, accessToken } = await testApp.login('person-1')
    await testApp.login('person-1', { appId: secondApp })
    const before = await keys(user.id)
    expect(await reset(user.id)).toMatchObject({ status: 204, text: '' })
    const after = await keys(user.id)
    expect(after).toHaveLength(2)
    for (const [index, key] of after.entries()) {
      expect(Buffer.from(key ?? '', 'base64')).toHaveLength(16)
      expect(key).not.toBe(before[index])
    }
    expect(await outcomes(user.id)).toEqual([by({ reset: 2, dropped: 0, failed: 0 })])
    expect((await bindOld(accessToken, 'person-1')).status, 'WeChat has the same one').toBe(200)
  })

  it('deletes a key that WeChat has replaced itself, so that a copy is useless', async () => {
    const { user, accessToken: token } = await testApp.login('person-2')
    const signed = await testApp.wechatProfile('person-2')
    await testApp.control('POST', 'expire-session-key', { appId: firstApp, person: 'person-2' })
    expect((await reset(user.id)).status).toBe(204)
    expect(await keys(user.id)).toEqual([''])
    expect(await outcomes(user.id)).toEqual([by({ reset: 0, dropped: 1, failed: 0 })])
    const answer = await testApp.call('POST /v1/me/wechat-profile', { token, body: signed })
    expect(answer).toMatchObject(problem('session_key_expired', 409))
    // A second time there is nothing left, and WeChat is not asked.
    await testApp.control('PUT', 'fault', { fault: 'hang', path })
    expect((await reset(user.id)).status).toBe(204)
    await testApp.control('DELETE', 'fault')
    await testApp.login('person-2')
    expect(await keys(user.id)).not.toEqual([''])
  })

  it.each([
    ['87007', 204, undefined],
    ['45011', 429, 'wechat_rate_limited'],
    ['reset', 503, 'wechat_unavailable'],
  ])("returns WeChat's error (%s) after it has reset all others", async (fault, status, code) => {
    const { user } = await testApp.login('person-3')
    await testApp.login('person-3', { appId: secondApp })
    const before = (await outcomes(user.id)).length
    await testApp.control('PUT', 'fault', { fault, path, times: 1 })
    const answer = await reset(user.id)
    await testApp.control('DELETE', 'fault')
    expect([answer.status, answer.body?.code]).toEqual([status, code])
    const failed = code === undefined ? { dropped: 1, failed: 0 } : { dropped: 0, failed: 1 }
    expect((await outcomes(user.id))[before]).toEqual(by({ reset: 1, ...failed }))
  })

  it('returns 404 for an unknown id and a deleted account, and rejects a user who is not an admin', async () => {
    expect(await reset('00000000-0000-7000-8000-000000000000')).toMatchObject(problem('not_found', 404))
    const { user, accessToken } = await testApp.login('person-4')
    expect(await reset(user.id, accessToken)).toMatchObject(problem('forbidden', 403))
    await testApp.database.prisma.user.update({ where: { id: user.id }, data: { status: 'deleted' } })
    expect(await reset(user.id)).toMatchObject(problem('not_found', 404))
    expect(await outcomes(user.id)).toEqual([])
  })
})
