import { beforeEach, describe, expect, it, vi } from 'vitest'
import { accessTokenLifeMs, apiError, transientErrors, userOf } from './fake-server.ts'
import { ada, createPhone } from './phone.ts'

const day = 24 * 3600_000

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-11-20T08:00:00Z') })
})

describe('launch', () => {
  it('starts as a guest without a stored session or a request', async () => {
    const phone = createPhone()
    const session = phone.launch()
    await session.start()
    expect(session.state()).toEqual({ kind: 'guest', endedBy: null })
    expect(phone.server.total()).toBe(0)
    expect(phone.platform.login).not.toHaveBeenCalled()
  })

  it('shows the stored user before any request', () => {
    const phone = createPhone()
    phone.storeSession()
    const session = phone.launch()
    expect(session.state()).toMatchObject({ kind: 'user', user: { id: ada } })
    expect(phone.server.total()).toBe(0)
  })

  it('reads the storage once', async () => {
    const phone = createPhone()
    phone.storeSession()
    const session = phone.launch()
    await session.start()
    await session.reloadUser()
    expect(phone.platform.storage.read).toHaveBeenCalledTimes(1)
  })

  it('uses a fresh access token and reloads the user', async () => {
    const phone = createPhone()
    phone.storeSession()
    const session = phone.launch()
    const listener = vi.fn()
    session.subscribe(listener)
    phone.server.respondNext('GET /v1/me', () => userOf(ada, { nickname: '阿达' }))
    await session.start()
    expect(phone.server.count('POST /v1/auth/refresh')).toBe(0)
    expect(session.state()).toMatchObject({ kind: 'user', user: { nickname: '阿达' } })
    expect(phone.storedSession()?.user.nickname).toBe('阿达')
    expect(listener).toHaveBeenCalled()
  })

  it('refreshes an expired access token and stores the new tokens in one write', async () => {
    const phone = createPhone()
    phone.storeSession()
    vi.advanceTimersByTime(accessTokenLifeMs)
    const session = phone.launch()
    await session.start()
    expect(phone.server.count('POST /v1/auth/refresh')).toBe(1)
    expect(phone.server.count('GET /v1/me')).toBe(0)
    expect(phone.storedSession()).toMatchObject({ accessToken: 'access-2', refreshToken: 'refresh-2' })
    expect(phone.platform.storage.write).toHaveBeenCalledTimes(1)
  })

  it('becomes a guest when the refresh is rejected, and opens no login page', async () => {
    const phone = createPhone()
    phone.storeSession()
    vi.advanceTimersByTime(accessTokenLifeMs)
    phone.server.failNext('POST /v1/auth/refresh', apiError('session_revoked', 401))
    const session = phone.launch()
    await session.start()
    expect(session.state()).toMatchObject({ kind: 'guest', endedBy: { code: 'session_revoked' } })
    expect(phone.storedSession()).toBeUndefined()
    expect(phone.openLogin).not.toHaveBeenCalled()
  })

  it('becomes a guest when the user is banned', async () => {
    const phone = createPhone()
    phone.storeSession()
    phone.server.failNext('GET /v1/me', apiError('account_banned', 403))
    const session = phone.launch()
    await session.start()
    expect(session.state()).toMatchObject({ kind: 'guest', endedBy: { code: 'account_banned' } })
  })

  it.each(transientErrors.map((error) => [error.code, error] as const))(
    'stays logged in after %s, and the next request tries again',
    async (_code, error) => {
      const phone = createPhone()
      phone.storeSession()
      vi.advanceTimersByTime(accessTokenLifeMs)
      phone.server.failNext('POST /v1/auth/refresh', error)
      const session = phone.launch()
      await session.start()
      expect(session.state().kind).toBe('user')
      expect(phone.storedSession()?.refreshToken).toBe('refresh-1')
      expect(phone.platform.login).not.toHaveBeenCalled()
      await expect(session.reloadUser()).resolves.toMatchObject({ id: ada })
    },
  )
})

describe('a wrong phone clock', () => {
  it.each([
    ['a day behind', -day],
    ['a day ahead', day],
  ])('%s sends a fresh token and refreshes an expired one', async (_name, phoneErrorMs) => {
    const phone = createPhone({ phoneErrorMs })
    phone.storeSession()
    const session = phone.launch()
    await session.reloadUser()
    expect(phone.server.count('POST /v1/auth/refresh')).toBe(0)
    vi.advanceTimersByTime(accessTokenLifeMs)
    await session.reloadUser()
    expect(phone.server.count('POST /v1/auth/refresh')).toBe(1)
    expect(phone.server.count('GET /v1/me')).toBe(2)
  })

  it('set back since the last launch sends an expired token, and refreshes after the rejection', async () => {
    const phone = createPhone()
    phone.storeSession()
    vi.advanceTimersByTime(accessTokenLifeMs)
    phone.phoneErrorMs = -day
    const session = phone.launch()
    await session.start()
    expect(session.state().kind).toBe('user')
    expect(phone.server.count('GET /v1/me')).toBe(2)
    expect(phone.server.count('POST /v1/auth/refresh')).toBe(1)
    await session.reloadUser()
    expect(phone.server.count('POST /v1/auth/refresh')).toBe(1)
  })

  it('set forward since the last launch refreshes a fresh token once', async () => {
    const phone = createPhone()
    phone.storeSession()
    phone.phoneErrorMs = day
    const session = phone.launch()
    await session.start()
    await session.reloadUser()
    await session.reloadUser()
    expect(session.state().kind).toBe('user')
    expect(phone.server.count('POST /v1/auth/refresh')).toBe(1)
  })
})
