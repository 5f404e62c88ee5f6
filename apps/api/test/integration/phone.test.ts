import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDataCipher } from '../../src/infra/crypto.ts'
import { followTokens } from '../support/accounts.ts'
import { hasDatabase } from '../support/database.ts'
import { createTestApp, firstApp, problem, secondApp, type TestApp } from '../support/test-app.ts'

describe.runIf(hasDatabase)('POST /v1/me/phone', () => {
  let testApp: TestApp
  let tokens: ReturnType<typeof followTokens>
  beforeAll(async () => {
    testApp = await createTestApp({ PHONE_ENCRYPTED_DATA: 'on' })
    tokens = followTokens(testApp)
  })
  afterAll(() => testApp?.close())

  const bind = (token: string, body: unknown) =>
    tokens.send('POST /v1/me/phone', token, body as object | string)
  const bindCode = async (token: string, person: string, appId = firstApp) =>
    bind(token, { code: await testApp.phoneCode(person, appId) })
  const remove = (token: string) => tokens.send('POST /v1/me/phone/delete', token, {})
  const setPhone = (person: string, phoneNumber: string, countryCode?: string | number) =>
    testApp.control('PUT', 'phone', { person, phoneNumber, ...(countryCode ? { countryCode } : {}) })
  const shown = async (token: string) =>
    (await testApp.call('GET /v1/me', { token: tokens.tokenOf(token) })).body.phoneMasked
  const rowOf = (userId: string) => testApp.database.prisma.phone.findUnique({ where: { userId } })
  const events = (userId: string) =>
    testApp.database.prisma.auditEvent.findMany({
      where: { userId, type: { startsWith: 'phone' } },
      orderBy: { id: 'asc' },
      select: { type: true, appId: true, data: true, ip: true },
    })

  it('binds the number, shows it masked, and stores it encrypted', async () => {
    const { accessToken: token, user } = await testApp.login('person-0')
    await setPhone('person-0', '13800138000')
    const answer = await bindCode(token, 'person-0')
    expect(answer).toMatchObject({ status: 200, body: { user: { phoneMasked: '138******00' } } })
    expect(await shown(token)).toBe('138******00')
    const row = await rowOf(user.id)
    const encrypted = { bytes: row?.numberEncrypted ?? new Uint8Array(), keyId: row?.keyId ?? '' }
    const cipher = createDataCipher(testApp.config.dataKeys)
    expect(cipher.decrypt(encrypted, `phone ${user.id}`)).toBe('+8613800138000')
    expect(cipher.decrypt(encrypted, 'phone of another')).toBeNull()
    const [stored] = await testApp.database.prisma.$queryRaw<{ row: string }[]>`
      SELECT phones::text || users::text AS row FROM phones JOIN users ON id = user_id WHERE id = ${user.id}::uuid`
    expect(stored?.row).not.toContain('13800138000')
    expect(stored?.row).not.toContain(Buffer.from('13800138000').toString('hex'))
    expect(testApp.log() + answer.text).not.toContain('13800138000')
    expect(await events(user.id)).toEqual([
      {
        type: 'phone_bound',
        appId: firstApp,
        data: { replaced: false },
        ip: expect.stringContaining('127.0.0.1'),
      },
    ])
  })

  it.each([
    ['13912345678', '86', '139******78'],
    ['91234567', '852', '91****67'],
    ['91234568', 852, '91****68'],
    ['1234567890', '49', '123*****90'],
    ['12345', '683', '***45'],
  ])('accepts %s of country %s and shows it as %s', async (number, country, masked) => {
    const { accessToken } = await testApp.login('person-1')
    await setPhone('person-1', number, country)
    expect((await bindCode(accessToken, 'person-1')).body.user.phoneMasked).toBe(masked)
    expect(await shown(accessToken)).toBe(masked)
  })

  it('finds the same number in every spelling of its country, and another one in another country', async () => {
    const mine = await testApp.login('person-2')
    const other = await testApp.login('person-3')
    await setPhone('person-2', '5551234', '1')
    await bindCode(mine.accessToken, 'person-2')
    await setPhone('person-3', '5551234', 1)
    expect(await bindCode(other.accessToken, 'person-3')).toMatchObject(problem('account_conflict', 409))
    await setPhone('person-3', '5551234', '7')
    expect((await bindCode(other.accessToken, 'person-3')).status).toBe(200)
  })

  it('replaces the previous number, which is free again', async () => {
    const { accessToken: token, user } = await testApp.login('person-4')
    await setPhone('person-4', '13700000001')
    await bindCode(token, 'person-4')
    await setPhone('person-4', '13700000002')
    expect((await bindCode(token, 'person-4')).body.user.phoneMasked).toBe('137******02')
    expect(await testApp.database.prisma.phone.count({ where: { userId: user.id } })).toBe(1)
    expect((await events(user.id)).map(({ data }) => data)).toEqual([{ replaced: false }, { replaced: true }])
    const next = await testApp.login('person-5')
    await setPhone('person-5', '13700000001')
    expect((await bindCode(next.accessToken, 'person-5')).status).toBe(200)
  })

  it('accepts the same number again, and changes only when it was verified', async () => {
    const { accessToken: token, user } = await testApp.login('person-6')
    await bindCode(token, 'person-6')
    const before = await rowOf(user.id)
    expect((await bindCode(token, 'person-6')).status).toBe(200)
    expect(await rowOf(user.id)).toEqual({ ...before, verifiedAt: expect.any(Date) })
    expect((await rowOf(user.id))?.verifiedAt.getTime()).toBeGreaterThan(before?.verifiedAt.getTime() ?? 0)
    expect(await events(user.id)).toHaveLength(1)
  })

  it('returns a conflict with a ticket when another account has the number, and changes neither', async () => {
    const owner = await testApp.login('person-7')
    await setPhone('person-7', '13700000007')
    await bindCode(owner.accessToken, 'person-7')
    const asker = await testApp.login('person-8')
    await setPhone('person-8', '13700000008')
    await bindCode(asker.accessToken, 'person-8')
    await setPhone('person-8', '13700000007')
    const answer = await bindCode(asker.accessToken, 'person-8')
    expect(answer).toMatchObject(problem('account_conflict', 409))
    expect(answer.body.conflict).toMatchObject({
      ticket: expect.stringMatching(/^[\da-f-]{36}\./),
      other: { nicknameMasked: expect.stringMatching(/^.\*\*$/u) },
    })
    const ticket = await testApp.database.prisma.mergeTicket.findFirstOrThrow({
      where: { userId: asker.user.id },
    })
    const identity = await testApp.database.prisma.wechatIdentity.findFirstOrThrow({
      where: { userId: asker.user.id },
    })
    expect(ticket).toMatchObject({
      otherUserId: owner.user.id,
      appId: identity.appId,
      openid: identity.openid,
    })
    expect(await shown(asker.accessToken)).toBe('137******08')
    expect(await shown(owner.accessToken)).toBe('137******07')
  })

  it('POST /v1/me/phone/delete removes the number, also repeatedly, and frees it', async () => {
    const { accessToken: token, user } = await testApp.login('person-9')
    await setPhone('person-9', '13700000009')
    await bindCode(token, 'person-9')
    expect(await remove(token)).toMatchObject({ status: 200, body: { user: { phoneMasked: null } } })
    expect((await remove(token)).status).toBe(200)
    expect([await shown(token), await rowOf(user.id)]).toEqual([null, null])
    expect((await events(user.id)).map(({ type }) => type)).toEqual(['phone_bound', 'phone_removed'])
    const next = await testApp.login('person-10')
    await setPhone('person-10', '13700000009')
    expect((await bindCode(next.accessToken, 'person-10')).status).toBe(200)
  })

  it('uses the mini program of the session', async () => {
    const { accessToken } = await testApp.login('person-11', { appId: secondApp })
    expect(await bindCode(accessToken, 'person-11', firstApp)).toMatchObject(
      problem('phone_code_invalid', 400),
    )
    expect((await bindCode(accessToken, 'person-11', secondApp)).status).toBe(200)
  })

  it('requests the number without an openid in a session from a password login', async () => {
    const { accessToken, user } = await testApp.login('person-12')
    await testApp.database.prisma.session.updateMany({
      where: { userId: user.id },
      data: { appId: null, openid: null },
    })
    // Whose code it is cannot be known then.
    expect((await bindCode(accessToken, 'person-13')).status).toBe(200)
    const encrypted = await testApp.control('POST', 'encrypted-phone', {
      appId: firstApp,
      person: 'person-12',
    })
    expect(await bind(accessToken, encrypted)).toMatchObject(problem('session_key_expired', 409))
  })

  it('rejects a code that is used, of another user, or not of the button, and changes nothing', async () => {
    const { accessToken: token, user } = await testApp.login('person-14')
    const used = await testApp.phoneCode('person-14')
    await bind(token, { code: used })
    const before = await rowOf(user.id)
    await setPhone('person-14', '13700000014')
    const codes = [
      used,
      await testApp.phoneCode('person-15'),
      await testApp.code('person-14'),
      'garbage',
      '&"%',
    ]
    for (const code of codes)
      expect(await bind(token, { code }), code).toMatchObject(problem('phone_code_invalid', 400))
    expect(await rowOf(user.id)).toEqual(before)
  })

  it.each<[string, number, string]>([
    ['phone_not_permitted', 502, '48001'],
    ['phone_quota_exhausted', 503, '1400001'],
    ['phone_blocked', 403, '1421102'],
    ['wechat_rate_limited', 429, '45011'],
    ['wechat_busy', 503, '-1'],
    ['wechat_unavailable', 503, 'broken-json'],
  ])('fails as %s (%i) when WeChat returns %s', async (code, status, fault) => {
    const { accessToken } = await testApp.login('person-16')
    await testApp.control('PUT', 'fault', { fault, path: '/wxa/business/getuserphonenumber' })
    const answer = await bindCode(accessToken, 'person-16')
    await testApp.control('DELETE', 'fault')
    expect(answer).toMatchObject(problem(code as 'wechat_busy', status))
    expect(await shown(accessToken)).toBeNull()
  })

  it.each<[unknown]>([
    [undefined],
    [{}],
    [{ code: '' }],
    [{ code: 5 }],
    [{ code: null }],
    [{ code: 'a\u0000b' }],
    [{ code: 'x'.repeat(513) }],
    [{ encryptedData: 'AAAA' }],
    [{ iv: 'AAAA' }],
    [[]],
    ['text'],
  ])('rejects %j', async (body) => {
    const { accessToken } = await testApp.login('person-17')
    expect(await bind(accessToken, body)).toMatchObject(problem('invalid_request', 400))
  })

  it('rejects a request without a login and a banned user', async () => {
    const { accessToken, user } = await testApp.login('person-18')
    for (const key of ['POST /v1/me/phone', 'POST /v1/me/phone/delete'])
      expect(await testApp.call(key, { body: { code: 'x' } })).toMatchObject(
        problem('access_token_missing', 401),
      )
    await testApp.database.prisma.user.update({ where: { id: user.id }, data: { status: 'banned' } })
    expect(await bindCode(accessToken, 'person-18')).toMatchObject(problem('account_banned', 403))
    expect(await remove(accessToken)).toMatchObject(problem('account_banned', 403))
  })

  it('allows as many requests per minute as its limit', async () => {
    const limited = await createTestApp({ LIMIT_PHONE_PER_USER: '2' })
    try {
      let { accessToken: token } = await limited.login('person-0')
      const ask = async () => {
        const body = { code: await limited.phoneCode('person-0'), proof: await limited.proofOf(token) }
        const answer = await limited.call('POST /v1/me/phone', { token, body })
        if (answer.status === 200) token = answer.body.accessToken
        return answer.status
      }
      expect([await ask(), await ask(), await ask()]).toEqual([200, 200, 429])
      const { accessToken: other } = await limited.login('person-1')
      const body = { code: await limited.phoneCode('person-1'), proof: await limited.proofOf(other) }
      expect((await limited.call('POST /v1/me/phone', { token: other, body })).status).toBe(200)
    } finally {
      await limited.close()
    }
  })
})
