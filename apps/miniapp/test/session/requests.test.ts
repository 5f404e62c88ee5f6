import { beforeEach, describe, expect, it, vi } from 'vitest'
import { consent } from '../fakes/consent.ts'
import { accessTokenLifeMs, apiError, transientErrors } from './fake-server.ts'
import { ada, bob, createPhone, errorOf } from './phone.ts'

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-11-20T08:00:00Z') })
})

function loggedInPhone() {
  const phone = createPhone()
  phone.storeSession()
  return { phone, session: phone.launch() }
}

describe('a request with an expired access token', () => {
  it('refreshes before sending when the clock says so', async () => {
    const { phone, session } = loggedInPhone()
    vi.advanceTimersByTime(accessTokenLifeMs - 5_000)
    await session.request('GET /v1/me', {})
    expect(phone.server.count('POST /v1/auth/refresh')).toBe(1)
    expect(phone.server.count('GET /v1/me')).toBe(1)
  })

  it.each([
    ['access_token_invalid', 401],
    ['access_token_expired', 401],
  ] as const)('is refreshed and replayed once after %s', async (code, status) => {
    const { phone, session } = loggedInPhone()
    phone.server.failNext('GET /v1/me', apiError(code, status))
    await expect(session.request('GET /v1/me', {})).resolves.toMatchObject({ id: ada })
    expect(phone.server.count('POST /v1/auth/refresh')).toBe(1)
    expect(phone.server.count('GET /v1/me')).toBe(2)
  })

  it('is not replayed twice, and the user stays logged in', async () => {
    const { phone, session } = loggedInPhone()
    phone.server.failNext('GET /v1/me', apiError('access_token_invalid', 401), 2)
    expect(await errorOf(session.request('GET /v1/me', {}))).toMatchObject({ code: 'access_token_invalid' })
    expect(phone.server.count('GET /v1/me')).toBe(2)
    expect(phone.server.count('POST /v1/auth/refresh')).toBe(1)
    expect(session.state().kind).toBe('user')
    expect(phone.openLogin).not.toHaveBeenCalled()
  })

  it('shares one refresh with parallel requests', async () => {
    const { phone, session } = loggedInPhone()
    phone.server.invalidateAccessTokens()
    const users = await Promise.all(Array.from({ length: 8 }, () => session.request('GET /v1/me', {})))
    expect(users).toHaveLength(8)
    expect(phone.server.count('POST /v1/auth/refresh')).toBe(1)
    expect(phone.server.count('GET /v1/me')).toBe(16)
  })

  it('shares the refresh of the launch', async () => {
    const { phone, session } = loggedInPhone()
    vi.advanceTimersByTime(accessTokenLifeMs)
    await Promise.all([session.start(), session.request('GET /v1/me', {}), session.reloadUser()])
    expect(phone.server.count('POST /v1/auth/refresh')).toBe(1)
  })

  it('uses tokens that arrived meanwhile', async () => {
    const { phone, session } = loggedInPhone()
    phone.server.invalidateAccessTokens()
    const release = phone.server.holdNext('GET /v1/me')
    const slow = session.request('GET /v1/me', {})
    await session.request('GET /v1/me', {})
    release()
    await expect(slow).resolves.toMatchObject({ id: ada })
    expect(phone.server.count('POST /v1/auth/refresh')).toBe(1)
  })

  it('is never replayed for another user', async () => {
    const { phone, session } = loggedInPhone()
    phone.server.invalidateAccessTokens()
    const release = phone.server.holdNext('GET /v1/me')
    const late = session.request('GET /v1/me', {})
    await session.logout()
    phone.wechatUserId = bob
    await session.login(consent)
    const countBefore = phone.server.count('GET /v1/me')
    release()
    expect(await errorOf(late)).toMatchObject({ code: 'logged_out_meanwhile' })
    expect(phone.server.count('GET /v1/me')).toBe(countBefore)
    expect(session.state()).toMatchObject({ kind: 'user', user: { id: bob } })
  })

  it('refreshes again after a failed refresh', async () => {
    const { phone, session } = loggedInPhone()
    phone.server.invalidateAccessTokens()
    phone.server.failNext('POST /v1/auth/refresh', transientErrors[0] as Error)
    expect(await errorOf(session.request('GET /v1/me', {}))).toMatchObject({ code: 'network_unreachable' })
    await expect(session.request('GET /v1/me', {})).resolves.toMatchObject({ id: ada })
    expect(phone.server.count('POST /v1/auth/refresh')).toBe(2)
  })
})

describe('a rejected refresh', () => {
  it.each([
    ['refresh_token_invalid', 401],
    ['session_revoked', 401],
    ['account_banned', 403],
    ['invalid_request', 400],
  ] as const)('with %s fails all waiting requests and opens one login page', async (code, status) => {
    const { phone, session } = loggedInPhone()
    phone.server.invalidateAccessTokens()
    phone.server.failNext('POST /v1/auth/refresh', apiError(code, status))
    const errors = await Promise.all(
      Array.from({ length: 5 }, () => errorOf(session.request('GET /v1/me', {}))),
    )
    expect(errors.map((error) => error.code)).toEqual(Array(5).fill(code))
    expect(phone.server.count('POST /v1/auth/refresh')).toBe(1)
    expect(phone.platform.login).not.toHaveBeenCalled()
    expect(session.state()).toMatchObject({ kind: 'guest', endedBy: { code } })
    expect(phone.storedSession()).toBeUndefined()
    expect(phone.openLogin).toHaveBeenCalledTimes(1)
  })

  it('opens the login page again for the next session', async () => {
    const { phone, session } = loggedInPhone()
    for (const times of [1, 2]) {
      phone.server.failNext('GET /v1/me', apiError('session_revoked', 401))
      await errorOf(session.request('GET /v1/me', {}))
      expect(phone.openLogin).toHaveBeenCalledTimes(times)
      await session.login(consent)
    }
  })
})

describe('request', () => {
  it('of a guest opens the login page and sends nothing', async () => {
    const phone = createPhone()
    const session = phone.launch()
    expect(await errorOf(session.request('GET /v1/me', {}))).toMatchObject({ code: 'login_required' })
    expect(phone.server.total()).toBe(0)
    expect(phone.openLogin).toHaveBeenCalledTimes(1)
    await errorOf(session.request('GET /v1/me', {}))
    expect(phone.openLogin).toHaveBeenCalledTimes(2)
  })

  it.each([
    ['session_revoked', 401],
    ['account_banned', 403],
  ] as const)('answered with %s ends the session and opens the login page once', async (code, status) => {
    const { phone, session } = loggedInPhone()
    phone.server.failNext('GET /v1/me', apiError(code, status), 3)
    await Promise.all([1, 2, 3].map(() => errorOf(session.request('GET /v1/me', {}))))
    expect(session.state()).toMatchObject({ kind: 'guest', endedBy: { code } })
    expect(phone.openLogin).toHaveBeenCalledTimes(1)
    expect(phone.server.count('POST /v1/auth/refresh')).toBe(0)
  })

  it('of an ended session does not end the next one', async () => {
    const { phone, session } = loggedInPhone()
    let answer = () => {}
    phone.server.respondNext(
      'GET /v1/me',
      () => new Promise((_resolve, reject) => (answer = () => reject(apiError('session_revoked', 401)))),
    )
    const late = session.request('GET /v1/me', {})
    await vi.advanceTimersByTimeAsync(0)
    await session.logout()
    await session.login(consent)
    answer()
    await errorOf(late)
    expect(session.state().kind).toBe('user')
    expect(phone.openLogin).not.toHaveBeenCalled()
  })

  it('with replaced tokens does not end the session', async () => {
    const { phone, session } = loggedInPhone()
    let answer = () => {}
    phone.server.respondNext(
      'GET /v1/me',
      () =>
        new Promise((_resolve, reject) => {
          answer = () => reject(apiError('session_revoked', 401))
        }),
    )
    const late = session.request('GET /v1/me', {})
    phone.server.invalidateAccessTokens()
    await session.request('GET /v1/me', {})
    answer()
    expect(await errorOf(late)).toMatchObject({ code: 'session_revoked' })
    expect(session.state().kind).toBe('user')
  })

  it('that waited while the session ended rejects with login_required', async () => {
    const { phone, session } = loggedInPhone()
    phone.server.invalidateAccessTokens()
    const release = phone.server.holdNext('GET /v1/me')
    const waiting = errorOf(session.request('GET /v1/me', {}))
    phone.server.failNext('GET /v1/me', apiError('session_revoked', 401))
    await errorOf(session.request('GET /v1/me', {}))
    release()
    expect(await waiting).toMatchObject({ code: 'login_required' })
    expect(phone.openLogin).toHaveBeenCalledTimes(1)
    expect(phone.server.count('POST /v1/auth/refresh')).toBe(0)
  })

  it.each(transientErrors.map((error) => [error.code, error] as const))(
    'rejects with %s and keeps the user logged in',
    async (code, error) => {
      const { phone, session } = loggedInPhone()
      phone.server.failNext('GET /v1/me', error)
      expect(await errorOf(session.request('GET /v1/me', {}))).toMatchObject({ code })
      expect(session.state().kind).toBe('user')
      expect(phone.openLogin).not.toHaveBeenCalled()
      await expect(session.request('GET /v1/me', {})).resolves.toMatchObject({ id: ada })
    },
  )
})
