import { beforeEach, describe, expect, it, vi } from 'vitest'
import { ApiError } from '../../src/session/errors.ts'
import { consent } from '../fakes/consent.ts'
import { accessTokenLifeMs, apiError, transientErrors, userOf } from './fake-server.ts'
import { ada, bob, createPhone, errorOf } from './phone.ts'

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-11-20T08:00:00Z') })
})

const typed = { username: 'ada', password: 'correct horse battery' }
const appId = 'wx0000000000000000'
const unbind = 'POST /v1/me/wechat/unbind'
const proof = { password: typed.password }

function loggedInPhone() {
  const phone = createPhone()
  phone.storeSession()
  return { phone, session: phone.launch() }
}

describe('loginWithPassword', () => {
  const logIn = async (bindsWechat: boolean) => {
    const phone = createPhone()
    const session = phone.launch()
    phone.server.respondNext('POST /v1/auth/password-login', () => ({
      ...phone.server.issue(userOf(ada, { username: 'ada' })),
      isNewUser: false,
    }))
    await session.loginWithPassword({ ...typed, bindsWechat }, consent)
    return { phone, session }
  }

  it('sends no code without bindsWechat and stores no password', async () => {
    const { phone, session } = await logIn(false)
    expect(phone.platform.login).not.toHaveBeenCalled()
    expect(phone.server.lastBody('POST /v1/auth/password-login')).not.toHaveProperty('code')
    expect(session.state()).toMatchObject({ kind: 'user', user: { id: ada } })
    expect(JSON.stringify([...phone.stored])).not.toContain(typed.password)
  })

  it("is never renewed by WeChat, which may be another user's", async () => {
    const { phone, session } = await logIn(false)
    vi.advanceTimersByTime(accessTokenLifeMs)
    phone.server.failNext('POST /v1/auth/refresh', apiError('refresh_token_expired', 401))
    await errorOf(session.load('GET /v1/me', {}))
    expect(session.state()).toMatchObject({ kind: 'guest', endedBy: { code: 'refresh_token_expired' } })
    expect(phone.platform.login).not.toHaveBeenCalled()
  })

  it('with bindsWechat sends a code and starts a WeChat session', async () => {
    const { phone } = await logIn(true)
    expect(phone.server.lastBody('POST /v1/auth/password-login')).toMatchObject({
      ...typed,
      code: `code-of-${ada}-1`,
    })
    expect(phone.storedSession()?.loginMethod).toBe('wechat')
  })
})

describe('resetPassword', () => {
  it('sends a WeChat code and logs no user in', async () => {
    const phone = createPhone()
    const session = phone.launch()
    phone.server.respondNext('POST /v1/auth/password-reset', () => undefined)
    await session.resetPassword('another horse staple')
    expect(phone.server.lastBody('POST /v1/auth/password-reset')).toEqual({
      code: `code-of-${ada}-1`,
      appId,
      newPassword: 'another horse staple',
    })
    expect(session.state()).toEqual({ kind: 'guest', endedBy: null })
    expect(phone.server.total()).toBe(1)
  })

  it('ends the session of the same account', async () => {
    const { phone, session } = loggedInPhone()
    phone.server.respondNext('POST /v1/auth/password-reset', () => undefined)
    phone.server.failNext('GET /v1/me', apiError('session_revoked', 401))
    await session.resetPassword('another horse staple')
    expect(session.state()).toMatchObject({ kind: 'guest', endedBy: { code: 'session_revoked' } })
  })

  it('keeps other sessions, also when the user cannot be loaded', async () => {
    for (const error of [null, ...transientErrors]) {
      const { phone, session } = loggedInPhone()
      phone.server.respondNext('POST /v1/auth/password-reset', () => undefined)
      if (error) phone.server.failNext('GET /v1/me', error)
      await session.resetPassword('another horse staple')
      expect(session.state().kind).toBe('user')
    }
  })

  it('rejects when WeChat or the API does', async () => {
    const { phone, session } = loggedInPhone()
    phone.server.failNext('POST /v1/auth/password-reset', apiError('password_not_set', 409))
    expect(await errorOf(session.resetPassword('another horse staple'))).toMatchObject({
      code: 'password_not_set',
    })
    phone.platform.login.mockResolvedValueOnce({})
    expect(await errorOf(session.resetPassword('another horse staple'))).toMatchObject({
      code: 'wechat_code_missing',
    })
    expect(session.state().kind).toBe('user')
  })
})

describe('getLoginCode', () => {
  it('marks the session key as stale', async () => {
    const { phone, session } = loggedInPhone()
    await expect(session.getLoginCode()).resolves.toEqual({ code: `code-of-${ada}-1`, appId })
    expect(phone.storedSession()?.sessionKeyStale).toBe(true)
  })
})

describe('unbinding WeChat', () => {
  it('continues the session without renewal by WeChat', async () => {
    const { phone, session } = loggedInPhone()
    phone.server.respondNext(unbind, () => phone.server.issue(userOf(ada)))
    await session.load(unbind, { body: { proof } })
    expect(phone.storedSession()?.loginMethod).toBe('password')
    vi.advanceTimersByTime(accessTokenLifeMs)
    phone.server.failNext('POST /v1/auth/refresh', apiError('refresh_token_expired', 401))
    await errorOf(session.load('GET /v1/me', {}))
    expect(session.state().kind).toBe('guest')
    expect(phone.platform.login).not.toHaveBeenCalled()
  })

  it('changes nothing when the API rejects', async () => {
    const { phone, session } = loggedInPhone()
    phone.server.failNext(unbind, apiError('last_login_method', 409))
    expect(await errorOf(session.load(unbind, { body: { proof } }))).toMatchObject({
      code: 'last_login_method',
    })
    expect(phone.storedSession()?.loginMethod).toBe('wechat')
  })
})

describe('merging accounts', () => {
  const body = { ticket: 'ticket', proof, otherProof: proof }

  it('continues as the kept account and reports a login', async () => {
    const { phone, session } = loggedInPhone()
    const listener = vi.fn()
    session.on(listener)
    phone.server.respondNext('POST /v1/me/merge', () => phone.server.issue(userOf(bob)))
    await expect(session.load('POST /v1/me/merge', { body })).resolves.toMatchObject({ user: { id: bob } })
    expect(session.state()).toMatchObject({ kind: 'user', user: { id: bob } })
    expect(phone.launch().state()).toMatchObject({ user: { id: bob } })
    expect(listener.mock.calls).toEqual([
      [{ type: 'logged_in', user: expect.objectContaining({ id: bob }), isNewUser: false }],
    ])
  })

  it('changes nothing when the API rejects', async () => {
    const { phone, session } = loggedInPhone()
    for (const code of ['merge_ticket_invalid', 'credentials_invalid'] as const) {
      phone.server.failNext('POST /v1/me/merge', new ApiError(code, { status: 400 }))
      expect(await errorOf(session.load('POST /v1/me/merge', { body }))).toMatchObject({ code })
      expect(session.state()).toMatchObject({ kind: 'user', user: { id: ada } })
    }
  })
})
