import type { AuditEvent } from '@repo/shared'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { loginAsAdmin, sessionIdOf } from '../support/admin.ts'
import { hasDatabase } from '../support/database.ts'
import { createTestApp, firstApp, problem, type TestApp } from '../support/test-app.ts'

describe.runIf(hasDatabase)('GET /v1/me/login-history', () => {
  let testApp: TestApp
  beforeAll(async () => {
    testApp = await createTestApp()
  })
  afterAll(() => testApp?.close())
  afterEach(() => void vi.useRealTimers())

  const events = async (token: string): Promise<AuditEvent[]> =>
    (await testApp.call('GET /v1/me/login-history', { token })).body.events
  const summary = async (token: string) =>
    (await events(token)).map(({ type, code, reason }) => [type, code ?? reason])

  it('returns the time, mini program and masked IP of logins, newest first', async () => {
    const first = await testApp.login('person-0')
    const second = await testApp.login('person-0')
    const login = {
      id: expect.any(String),
      type: 'login',
      at: expect.any(String),
      ipMasked: '127.0.*.*',
      appId: firstApp,
      code: null,
      reason: null,
    }
    expect(await events(second.accessToken)).toEqual([
      { ...login, sessionId: sessionIdOf(second) },
      { ...login, sessionId: sessionIdOf(first) },
    ])
  })

  it('returns rejected logins with their error code', async () => {
    const admin = await loginAsAdmin(testApp, 'person-1')
    const login = await testApp.login('person-2')
    const ban = `/v1/admin/users/${login.user.id}/ban`
    await testApp.call(`PUT ${ban}`, { token: admin.accessToken, body: { reason: '刷单' } })
    const refused = await testApp.call('POST /v1/auth/login', {
      body: { code: await testApp.code('person-2') },
    })
    expect(refused).toMatchObject({ status: 403 })
    await testApp.call(`DELETE ${ban}`, { token: admin.accessToken })
    const another = { code: await testApp.code('person-2'), expectedUserId: admin.user.id }
    expect(await testApp.call('POST /v1/auth/login', { body: another })).toMatchObject(
      problem('different_account', 409),
    )
    const { accessToken } = await testApp.login('person-2')
    expect(await summary(accessToken)).toEqual([
      ['login', null],
      ['login_rejected', 'different_account'],
      ['login_rejected', 'account_banned'],
      ['session_revoked', 'banned'],
      ['login', null],
    ])
  })

  it('returns the reuse of a refresh token, and every ended session', async () => {
    const { refreshToken } = await testApp.login('person-3')
    const refresh = () => testApp.call('POST /v1/auth/refresh', { body: { refreshToken } })
    expect((await refresh()).status).toBe(200)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 25 * 60 * 60 * 1000 })
    expect(await refresh()).toMatchObject(problem('refresh_token_reused', 401))
    vi.useRealTimers()
    const second = await testApp.login('person-3')
    await testApp.call('POST /v1/auth/logout', { token: second.accessToken })
    await testApp.login('person-3')
    const fourth = await testApp.login('person-3')
    await testApp.call('POST /v1/auth/logout-all', {
      token: fourth.accessToken,
      body: { proof: await testApp.proofOf(fourth.accessToken) },
    })
    const { accessToken } = await testApp.login('person-3')
    expect((await summary(accessToken)).sort()).toEqual(
      [
        ...Array.from({ length: 5 }, () => ['login', null]),
        ['refresh_token_reused', 'refresh_token_reused'],
        ['session_revoked', 'logout'],
        ['session_revoked', 'logout_all'],
        ['session_revoked', 'logout_all'],
      ].sort(),
    )
  })

  it('returns every change of the login methods', async () => {
    let { accessToken: token } = await testApp.login('person-6')
    const code = () => testApp.code('person-6')
    const callOk = async (key: string, body?: object) => {
      const answer = await testApp.call(key, { token, body })
      expect(answer.status, answer.text).toBeLessThan(300)
      token = answer.body.accessToken
      return answer.body
    }
    await callOk('PUT /v1/me/password', {
      username: 'ways-in',
      newPassword: 'correct horse battery',
      proof: { code: await code() },
    })
    const proof = { password: 'correct horse battery' }
    await callOk('POST /v1/me/wechat/unbind', { proof })
    await testApp.login('person-6')
    const conflict = await testApp.call('PUT /v1/me/wechat', { token, body: { code: await code(), proof } })
    const { ticket } = conflict.body.conflict
    const merged = await callOk('POST /v1/me/merge', {
      ticket,
      proof,
      otherProof: { code: await code() },
    })
    const types = (await events(merged.accessToken)).map(({ type }) => type)
    for (const type of ['password_changed', 'wechat_unbound', 'accounts_merged'])
      expect(types).toContain(type)
  })

  it("returns nothing about other users, and no admin's IP", async () => {
    const admin = await loginAsAdmin(testApp, 'person-4')
    const before = await testApp.login('person-5')
    await testApp.call(`DELETE /v1/admin/users/${before.user.id}/sessions`, { token: admin.accessToken })
    const { accessToken } = await testApp.login('person-5')
    const own = await events(accessToken)
    expect(own.map(({ type, reason, ipMasked }) => [type, reason, ipMasked])).toEqual([
      ['login', null, '127.0.*.*'],
      ['session_revoked', 'revoked_by_admin', null],
      ['login', null, '127.0.*.*'],
    ])
    expect(JSON.stringify(own)).not.toContain(admin.user.id)
  })

  it('pages by kind, so that logins never hide changes of login methods', async () => {
    const { user, accessToken: token } = await testApp.login('person-7')
    const { prisma } = testApp.database
    const add = (type: string) =>
      prisma.auditEvent.create({
        data: { id: uuidv7(), type, at: new Date(), userId: user.id, ip: '127.0.0.1' },
      })
    await add('phone_bound')
    for (let index = 0; index < 119; index += 1) await add(index % 2 ? 'login' : 'session_revoked')
    await add('wechat_bound')
    for (const type of ['refresh_token_repeated', 'proof_rejected']) await add(type)
    const page = async (query: string) =>
      (await testApp.call(`GET /v1/me/login-history${query}`, { token })).body
    const first = await page('')
    expect(first.events).toHaveLength(52)
    expect(first.events.map(({ id }: AuditEvent) => id)).toEqual(
      first.events
        .map(({ id }: AuditEvent) => id)
        .sort()
        .reverse(),
    )
    const types = first.events.map(({ type }: AuditEvent) => type)
    expect(types.slice(0, 3)).toEqual(['proof_rejected', 'refresh_token_repeated', 'wechat_bound'])
    expect(types).toContain('phone_bound')
    expect(first.nextChanges).toBeNull()

    const seen = new Set<string>(first.events.map(({ id }: AuditEvent) => id))
    const sizes: number[] = []
    for (let before = first.nextLogins; before !== null; ) {
      const next = await page(`?kind=logins&before=${before}`)
      expect(next.nextChanges).toBeNull()
      for (const { id } of next.events) seen.add(id)
      sizes.push(next.events.length)
      before = next.nextLogins
    }
    expect(sizes).toEqual([50, 22])
    expect(seen.size).toBe(124)
    const changes = await page('?kind=changes')
    expect(changes).toMatchObject({ nextLogins: null, nextChanges: null })
    expect(changes.events.map(({ type }: AuditEvent) => type)).toEqual(['wechat_bound', 'phone_bound'])
    const { status } = await testApp.call(`GET /v1/me/login-history?before=${user.id}`, { token })
    expect(status).toBe(400)
  })

  it("returns a registration with the user's WeChat account", async () => {
    const { user, accessToken } = await testApp.login('person-8')
    const body = {
      username: 'second-account',
      password: 'correct horse battery',
      code: await testApp.code('person-8'),
    }
    expect(await testApp.call('POST /v1/auth/register', { body })).toMatchObject(
      problem('account_conflict', 409),
    )
    expect(await summary(accessToken)).toEqual([
      ['login_rejected', 'account_conflict'],
      ['login', null],
    ])
    // So it goes with them.
    const { prisma } = testApp.database
    expect(await prisma.auditEvent.count({ where: { code: 'account_conflict', userId: user.id } })).toBe(1)
  })

  it('omits rejected logins that lead to no user, which are counted by hour, network and error', async () => {
    const another = await createTestApp()
    onTestFinished(another.close)
    const { prisma } = another.database
    const before = await prisma.auditEvent.count()
    const remote = (last: number) => ({ remoteAddress: `100.64.9.${last}` })
    for (let index = 0; index < 30; index += 1) {
      const login = { body: { code: `garbage ${index}` }, ...remote(index) }
      expect((await another.call('POST /v1/auth/login', login)).body.code).toBe('code_invalid')
      const unknown = { body: { username: `no-such-${index}`, password: 'x' }, ...remote(index) }
      expect((await another.call('POST /v1/auth/password-login', unknown)).body.code).toBe(
        'credentials_invalid',
      )
    }
    const other = { body: { code: 'garbage' }, remoteAddress: '2001:db8:1:2::3' }
    await another.call('POST /v1/auth/login', other)
    expect(await prisma.auditEvent.count()).toBe(before)
    await another.app.close()
    const rows = await prisma.rejectedLogin.findMany({ orderBy: [{ code: 'asc' }, { network: 'asc' }] })
    expect(rows.map(({ network, appId, code, count }) => [network, appId, code, count])).toEqual([
      ['100.64.9.0/24', firstApp, 'code_invalid', 30],
      ['2001:db8:1::/48', firstApp, 'code_invalid', 1],
      ['100.64.9.0/24', '', 'credentials_invalid', 30],
    ])
  })
})
