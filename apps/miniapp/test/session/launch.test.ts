import { beforeEach, describe, expect, it, vi } from 'vitest'
import { accessTokenLifeMs, apiError, transientErrors, userOf } from './fake-server.ts'
import { ada, createPhone } from './phone.ts'

const day = 24 * 3600_000

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-11-20T08:00:00Z') })
})

describe('launch', () => {
  it('starts as a guest without a stored session and asks nobody anything', async () => {
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

  it('uses a living access token as it is, and brings the user up to date', async () => {
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

  it('refreshes a dead access token, and keeps the new tokens in one write', async () => {
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

  it('becomes a guest when the refresh is refused, and opens no login page', async () => {
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

  it('becomes a guest when the user turns out to be banned', async () => {
    const phone = createPhone()
    phone.storeSession()
    phone.server.failNext('GET /v1/me', apiError('account_banned', 403))
    const session = phone.launch()
    await session.start()
    expect(session.state()).toMatchObject({ kind: 'guest', endedBy: { code: 'account_banned' } })
  })

  it.each(transientErrors.map((error) => [error.code, error] as const))(
    'stays logged in through %s, and the next request tries again',
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

describe('a phone with a wrong clock', () => {
  it.each([
    ['a day behind', -day],
    ['a day ahead', day],
  ])('that is %s sends a living token and refreshes a dead one', async (_name, phoneErrorMs) => {
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

  it('that was set back since the last launch has its dead token refused, and refreshes it then', async () => {
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

  it('that was set forward since the last launch refreshes a living token, once', async () => {
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
