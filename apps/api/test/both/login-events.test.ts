import type { AuditEvent } from '@repo/shared'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { loginAsAdmin, sessionIdOf } from '../support/admin.ts'
import { hasDatabase } from '../support/database.ts'
import { firstApp, problem, startWorld, type World } from '../support/world.ts'

describe.runIf(hasDatabase)('login events', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => world?.close())
  afterEach(() => void vi.useRealTimers())

  const events = async (token: string): Promise<AuditEvent[]> =>
    (await world.call('GET /v1/me/login-events', { token })).body.events
  const summary = async (token: string) =>
    (await events(token)).map(({ type, code, reason }) => [type, code ?? reason])

  it('tell when, in which mini program and from where a person logged in, the newest first', async () => {
    const first = await world.login('person-0')
    const second = await world.login('person-0')
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

  it('tell which logins were refused, and why', async () => {
    const admin = await loginAsAdmin(world, 'person-1')
    const login = await world.login('person-2')
    const ban = `/v1/admin/users/${login.user.id}/ban`
    await world.call(`PUT ${ban}`, { token: admin.accessToken, body: { reason: '刷单' } })
    const refused = await world.call('POST /v1/auth/login', { body: { code: await world.code('person-2') } })
    expect(refused).toMatchObject({ status: 403 })
    await world.call(`DELETE ${ban}`, { token: admin.accessToken })
    const another = { code: await world.code('person-2'), expectedUserId: admin.user.id }
    expect(await world.call('POST /v1/auth/login', { body: another })).toMatchObject(
      problem('different_account', 409),
    )
    const { accessToken } = await world.login('person-2')
    expect(await summary(accessToken)).toEqual([
      ['login', null],
      ['login_refused', 'different_account'],
      ['login_refused', 'account_banned'],
      ['session_revoked', 'banned'],
      ['login', null],
    ])
  })

  it('tell of a refresh token that was used again, and of every session that ended', async () => {
    const { refreshToken } = await world.login('person-3')
    const refresh = () => world.call('POST /v1/auth/refresh', { body: { refreshToken } })
    expect((await refresh()).status).toBe(200)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 })
    expect(await refresh()).toMatchObject(problem('refresh_token_reused', 401))
    vi.useRealTimers()
    const second = await world.login('person-3')
    await world.call('POST /v1/auth/logout', { token: second.accessToken })
    await world.login('person-3')
    const fourth = await world.login('person-3')
    await world.call('POST /v1/auth/logout-all', {
      token: fourth.accessToken,
      body: { proof: await world.proofOf(fourth.accessToken) },
    })
    const { accessToken } = await world.login('person-3')
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

  it('tell of every change of the ways in', async () => {
    let { accessToken: token } = await world.login('person-6')
    const code = () => world.code('person-6')
    const must = async (key: string, body?: object) => {
      const answer = await world.call(key, { token, body })
      expect(answer.status, answer.text).toBeLessThan(300)
      token = answer.body.accessToken
      return answer.body
    }
    await must('PUT /v1/me/password', {
      username: 'ways-in',
      newPassword: 'correct horse battery',
      proof: { code: await code() },
    })
    const proof = { password: 'correct horse battery' }
    await must('POST /v1/me/wechat/unbind', { proof })
    await world.login('person-6')
    const conflict = await world.call('PUT /v1/me/wechat', { token, body: { code: await code(), proof } })
    const { ticket } = conflict.body.conflict
    const merged = await must('POST /v1/me/merge', {
      ticket,
      proof,
      otherProof: { code: await code() },
    })
    const types = (await events(merged.accessToken)).map(({ type }) => type)
    for (const type of ['password_changed', 'wechat_unbound', 'accounts_merged'])
      expect(types).toContain(type)
  })

  it("show nothing of another person, nor an admin's address", async () => {
    const admin = await loginAsAdmin(world, 'person-4')
    const before = await world.login('person-5')
    await world.call(`DELETE /v1/admin/users/${before.user.id}/sessions`, { token: admin.accessToken })
    const { accessToken } = await world.login('person-5')
    const own = await events(accessToken)
    expect(own.map(({ type, reason, ipMasked }) => [type, reason, ipMasked])).toEqual([
      ['login', null, '127.0.*.*'],
      ['session_revoked', 'revoked_by_admin', null],
      ['login', null, '127.0.*.*'],
    ])
    expect(JSON.stringify(own)).not.toContain(admin.user.id)
  })

  it('keep a refused login of nobody we know, without a person', async () => {
    expect(await world.call('POST /v1/auth/login', { body: { code: 'no such code' } })).toMatchObject(
      problem('code_invalid', 400),
    )
    const [event] = await world.database.prisma.auditEvent.findMany({ where: { code: 'code_invalid' } })
    expect(event).toMatchObject({
      type: 'login_refused',
      userId: null,
      ip: expect.stringContaining('127.0.0.1'),
      appId: firstApp,
    })
  })
})
