import { beforeEach, describe, expect, it, vi } from 'vitest'
import { SessionError } from '../../src/session/errors.ts'
import type { SessionEvent } from '../../src/session/store.ts'
import { apiError, transientErrors } from './fake-server.ts'
import { ada, bob, createPhone, errorOf } from './phone.ts'

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-11-20T08:00:00Z') })
})

function phoneWithAgedSession(
  code: 'refresh_token_expired' | 'refresh_token_reused' = 'refresh_token_expired',
) {
  const phone = createPhone()
  phone.storeSession()
  phone.server.invalidateAccessTokens()
  phone.server.failNext('POST /v1/auth/refresh', apiError(code, 401))
  return { phone, session: phone.launch() }
}

describe('silent login', () => {
  it.each(['refresh_token_expired', 'refresh_token_reused'] as const)(
    'follows %s once and expects the same user',
    async (code) => {
      const { phone, session } = phoneWithAgedSession(code)
      await Promise.all([session.request('GET /v1/me', {}), session.reloadUser(), session.start()])
      expect(phone.platform.login).toHaveBeenCalledTimes(1)
      expect(phone.server.count('POST /v1/auth/login')).toBe(1)
      expect(phone.server.lastBody('POST /v1/auth/login')).toMatchObject({
        expectedUserId: ada,
        device: { model: 'Phone', system: 'OS 1' },
      })
      expect(session.state()).toMatchObject({ kind: 'user', user: { id: ada } })
      expect(phone.openLogin).not.toHaveBeenCalled()
    },
  )

  it.each(['wechat', 'password'] as const)(
    'reports a reused refresh token once for a %s session',
    async (loginMethod) => {
      const phone = createPhone()
      phone.storeSession(undefined, loginMethod)
      phone.server.invalidateAccessTokens()
      const session = phone.launch()
      const events: SessionEvent[] = []
      session.on((event) => events.push(event))
      const reused = apiError('refresh_token_reused', 401)
      phone.server.failNext('POST /v1/auth/refresh', reused, 2)
      phone.server.failNext('POST /v1/auth/login', transientErrors[0] as Error)
      await session.load('GET /v1/me', {}).catch(() => {})
      await session.load('GET /v1/me', {}).catch(() => {})
      expect(events.filter(({ type }) => type === 'token_reused')).toHaveLength(1)
      expect(session.state()).toMatchObject(
        loginMethod === 'wechat'
          ? { kind: 'user' }
          : { kind: 'guest', endedBy: { code: 'refresh_token_reused' } },
      )
    },
  )

  it('reports a reused refresh token after a rejected access token', async () => {
    const phone = createPhone()
    phone.storeSession()
    const session = phone.launch()
    const listener = vi.fn()
    session.on(listener)
    phone.server.failNext('GET /v1/me', apiError('refresh_token_reused', 401))
    phone.server.failNext('POST /v1/auth/refresh', apiError('refresh_token_reused', 401))
    await expect(session.load('GET /v1/me', {})).resolves.toMatchObject({ id: ada })
    expect(listener).toHaveBeenCalledWith({ type: 'token_reused' })
  })

  it('ends the session when WeChat has another user', async () => {
    const { phone, session } = phoneWithAgedSession()
    phone.wechatUserId = bob
    expect(await errorOf(session.request('GET /v1/me', {}))).toMatchObject({ code: 'different_account' })
    expect(session.state()).toMatchObject({ kind: 'guest', endedBy: { code: 'different_account' } })
    expect(phone.openLogin).toHaveBeenCalledTimes(1)
    expect(phone.storedSession()).toBeUndefined()
  })

  it.each([
    ['code_invalid', 400],
    ['code_used', 400],
    ['unknown_app', 400],
    ['account_banned', 403],
    ['wechat_login_blocked', 403],
  ] as const)('ends the session when rejected with %s, and is not repeated', async (code, status) => {
    const { phone, session } = phoneWithAgedSession()
    phone.server.failNext('POST /v1/auth/login', apiError(code, status))
    expect(await errorOf(session.request('GET /v1/me', {}))).toMatchObject({ code })
    expect(session.state()).toMatchObject({ kind: 'guest', endedBy: { code } })
    expect(phone.platform.login).toHaveBeenCalledTimes(1)
  })

  it.each(transientErrors.map((error) => [error.code, error] as const))(
    'keeps the session after %s, and the next request tries again',
    async (code, error) => {
      const { phone, session } = phoneWithAgedSession()
      phone.server.failNext('POST /v1/auth/login', error)
      expect(await errorOf(session.request('GET /v1/me', {}))).toMatchObject({ code })
      expect(session.state().kind).toBe('user')
      phone.server.failNext('POST /v1/auth/refresh', apiError('refresh_token_expired', 401))
      await expect(session.request('GET /v1/me', {})).resolves.toMatchObject({ id: ada })
    },
  )

  it('keeps the session when wx.login fails', async () => {
    const { phone, session } = phoneWithAgedSession()
    phone.platform.login.mockRejectedValueOnce(new SessionError('wechat_login_offline'))
    expect(await errorOf(session.request('GET /v1/me', {}))).toMatchObject({ code: 'wechat_login_offline' })
    expect(session.state().kind).toBe('user')
    expect(phone.storedSession()?.refreshToken).toBe('refresh-1')
  })

  it('keeps the session when wx.login hangs', async () => {
    const { phone, session } = phoneWithAgedSession()
    phone.platform.login.mockReturnValueOnce(new Promise(() => {}))
    const failed = errorOf(session.request('GET /v1/me', {}))
    await vi.advanceTimersByTimeAsync(8_000)
    expect(await failed).toMatchObject({ code: 'wechat_login_timeout' })
    expect(session.state().kind).toBe('user')
  })
})
