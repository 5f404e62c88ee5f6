import { beforeEach, describe, expect, it, vi } from 'vitest'
import { consent } from '../fakes/consent.ts'
import { accessTokenLifeMs, apiError, transientErrors } from './fake-server.ts'
import { ada, createPhone, errorOf } from './phone.ts'

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-11-20T08:00:00Z') })
})

function loggedInPhone() {
  const phone = createPhone()
  phone.storeSession()
  return { phone, session: phone.launch() }
}

describe('logout', () => {
  it('ends the session here and on the server', async () => {
    const { phone, session } = loggedInPhone()
    await session.logout()
    expect(session.state()).toEqual({ kind: 'guest', endedBy: null })
    expect(phone.storedSession()).toBeUndefined()
    expect(phone.server.sessionCount()).toBe(0)
    expect(phone.launch().state().kind).toBe('guest')
  })

  it('ends the session here before the server responds', () => {
    const { phone, session } = loggedInPhone()
    phone.server.holdNext('POST /v1/auth/logout')
    void session.logout()
    expect(session.state().kind).toBe('guest')
    expect(phone.storedSession()).toBeUndefined()
  })

  it('ends the server session with an expired access token', async () => {
    const { phone, session } = loggedInPhone()
    vi.advanceTimersByTime(accessTokenLifeMs)
    await session.logout()
    expect(phone.server.sessionCount()).toBe(0)
    expect(session.state().kind).toBe('guest')
    expect(phone.storedSession()).toBeUndefined()
  })

  it.each(transientErrors.map((error) => [error.code, error] as const))(
    'ends the session here when the server answers %s',
    async (_code, error) => {
      const { phone, session } = loggedInPhone()
      phone.server.failNext('POST /v1/auth/logout', error)
      await session.logout()
      expect(session.state().kind).toBe('guest')
    },
  )

  it('waits five seconds for the server', async () => {
    const { phone, session } = loggedInPhone()
    phone.server.holdNext('POST /v1/auth/logout')
    const done = vi.fn()
    void session.logout().then(done)
    await vi.advanceTimersByTimeAsync(4_999)
    expect(done).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    expect(done).toHaveBeenCalled()
  })

  it('does nothing for a guest', async () => {
    const phone = createPhone()
    await phone.launch().logout()
    expect(phone.server.total()).toBe(0)
  })
})

describe('a late response after a logout', () => {
  it('to a refresh does not restore the session', async () => {
    const { phone, session } = loggedInPhone()
    phone.server.invalidateAccessTokens()
    const release = phone.server.holdNext('POST /v1/auth/refresh')
    const waiting = errorOf(session.reloadUser())
    await vi.advanceTimersByTimeAsync(0)
    const loggedOut = session.logout()
    release()
    await loggedOut
    expect(await waiting).toMatchObject({ code: 'logged_out_meanwhile' })
    expect(session.state()).toEqual({ kind: 'guest', endedBy: null })
    expect(phone.storedSession()).toBeUndefined()
    expect(phone.openLogin).not.toHaveBeenCalled()
  })

  it('to a silent login is logged out on the server', async () => {
    const { phone, session } = loggedInPhone()
    phone.server.invalidateAccessTokens()
    phone.server.failNext('POST /v1/auth/refresh', apiError('refresh_token_expired', 401), 2)
    const release = phone.server.holdNext('POST /v1/auth/login')
    const waiting = errorOf(session.reloadUser())
    await vi.advanceTimersByTimeAsync(0)
    await session.logout()
    release()
    expect(await waiting).toMatchObject({ code: 'logged_out_meanwhile' })
    await vi.advanceTimersByTimeAsync(0)
    expect(session.state()).toEqual({ kind: 'guest', endedBy: null })
    expect(phone.storedSession()).toBeUndefined()
    expect(phone.server.hasAccessToken('access-2')).toBe(false)
  })

  it('to a login is logged out on the server', async () => {
    const { phone, session } = loggedInPhone()
    const release = phone.server.holdNext('POST /v1/auth/login')
    const waiting = errorOf(session.login(consent))
    await vi.advanceTimersByTimeAsync(0)
    await session.logout()
    release()
    expect(await waiting).toMatchObject({ code: 'logged_out_meanwhile' })
    await vi.advanceTimersByTimeAsync(0)
    expect(session.state().kind).toBe('guest')
    expect(phone.server.sessionCount()).toBe(0)
  })

  it('is not shared with the next login', async () => {
    const { phone, session } = loggedInPhone()
    const release = phone.server.holdNext('POST /v1/auth/login')
    const old = errorOf(session.login(consent))
    await vi.advanceTimersByTimeAsync(0)
    await session.logout()
    await expect(session.login(consent)).resolves.toMatchObject({ user: { id: ada } })
    release()
    await old
    expect(session.state().kind).toBe('user')
  })

  it('to a user reload does not restore the session', async () => {
    const { phone, session } = loggedInPhone()
    const release = phone.server.holdNext('GET /v1/me')
    const started = session.start()
    await vi.advanceTimersByTimeAsync(0)
    await session.logout()
    release()
    await started
    expect(session.state().kind).toBe('guest')
    expect(phone.storedSession()).toBeUndefined()
  })
})
