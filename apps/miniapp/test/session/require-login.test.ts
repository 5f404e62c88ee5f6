import { beforeEach, describe, expect, it, vi } from 'vitest'
import { consent } from '../fakes/consent.ts'
import { apiError } from './fake-server.ts'
import { ada, bob, createPhone, errorOf } from './phone.ts'

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-11-20T08:00:00Z') })
})

/** A login page that closes when the test says so, after whatever happened on it. */
function phoneWithLoginPage() {
  const phone = createPhone()
  const session = phone.launch()
  let close = () => {}
  phone.openLogin.mockImplementation(
    () =>
      new Promise<void>((resolve) => {
        close = resolve
      }),
  )
  return { phone, session, close: () => close() }
}

describe('requireLogin', () => {
  it('resolves with true for a user, without a page or a request', async () => {
    const phone = createPhone()
    phone.storeSession()
    await expect(phone.launch().requireLogin()).resolves.toBe(true)
    expect(phone.openLogin).not.toHaveBeenCalled()
    expect(phone.server.total()).toBe(0)
  })

  it('resolves with true after the login', async () => {
    const { session, close } = phoneWithLoginPage()
    const entered = session.requireLogin()
    await session.login(consent)
    close()
    await expect(entered).resolves.toBe(true)
  })

  it('waits until the login page has closed', async () => {
    const { session, close } = phoneWithLoginPage()
    const entered = vi.fn()
    void session.requireLogin().then(entered)
    await session.login(consent)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(entered).not.toHaveBeenCalled()
    close()
    await vi.advanceTimersByTimeAsync(0)
    expect(entered).toHaveBeenCalledWith(true)
  })

  it('resolves with false when the guest closes the login page', async () => {
    const { phone, session, close } = phoneWithLoginPage()
    const entered = session.requireLogin()
    close()
    await expect(entered).resolves.toBe(false)
    expect(phone.server.total()).toBe(0)
  })

  it('opens one login page for parallel calls, and another one later', async () => {
    const { phone, session, close } = phoneWithLoginPage()
    const presses = [session.requireLogin(), session.requireLogin(), session.requireLogin()]
    close()
    await expect(Promise.all(presses)).resolves.toEqual([false, false, false])
    expect(phone.openLogin).toHaveBeenCalledTimes(1)
    void session.requireLogin()
    expect(phone.openLogin).toHaveBeenCalledTimes(2)
  })

  it('resolves with false when the login page cannot open', async () => {
    const { phone, session } = phoneWithLoginPage()
    phone.openLogin.mockRejectedValueOnce(new Error('navigateTo:fail'))
    await expect(session.requireLogin()).resolves.toBe(false)
    void session.requireLogin()
    expect(phone.openLogin).toHaveBeenCalledTimes(2)
  })

  it('is shared with the request of a guest', async () => {
    const { phone, session, close } = phoneWithLoginPage()
    const pressed = session.requireLogin()
    const asked = session.request('GET /v1/me', {})
    await vi.advanceTimersByTimeAsync(0)
    await session.login(consent)
    close()
    await expect(pressed).resolves.toBe(true)
    await expect(asked).resolves.toMatchObject({ id: ada })
    expect(phone.openLogin).toHaveBeenCalledTimes(1)
  })
})

describe('a request of a revoked session', () => {
  function deadSession() {
    const phone = createPhone()
    phone.storeSession()
    const session = phone.launch()
    phone.server.failNext('DELETE /v1/me/avatar', apiError('session_revoked', 401))
    phone.server.respondNext('DELETE /v1/me/avatar', () => undefined)
    return { phone, session }
  }

  it('is replayed once for the same user', async () => {
    const { phone, session } = deadSession()
    phone.openLogin.mockImplementationOnce(async () => void (await session.login(consent)))
    await session.request('DELETE /v1/me/avatar', {})
    expect(phone.server.count('DELETE /v1/me/avatar')).toBe(2)
    expect(phone.openLogin).toHaveBeenCalledTimes(1)
  })

  it('is not replayed for another user', async () => {
    const { phone, session } = deadSession()
    phone.wechatUserId = bob
    phone.openLogin.mockImplementationOnce(async () => void (await session.login(consent)))
    expect(await errorOf(session.request('DELETE /v1/me/avatar', {}))).toMatchObject({
      code: 'different_user',
    })
    expect(phone.server.count('DELETE /v1/me/avatar')).toBe(1)
    expect(session.state()).toMatchObject({ kind: 'user', user: { id: bob } })
  })

  it('is not replayed when the login page closes without a login', async () => {
    const { phone, session } = deadSession()
    expect(await errorOf(session.request('DELETE /v1/me/avatar', {}))).toMatchObject({
      code: 'session_revoked',
    })
    expect(phone.server.count('DELETE /v1/me/avatar')).toBe(1)
  })

  it('opens no second login page when the replay is rejected too', async () => {
    const { phone, session } = deadSession()
    phone.server.failNext('GET /v1/me', apiError('session_revoked', 401), 2)
    phone.openLogin.mockImplementation(async () => void (await session.login(consent)))
    expect(await errorOf(session.request('GET /v1/me', {}))).toMatchObject({ code: 'session_revoked' })
    expect(phone.server.count('GET /v1/me')).toBe(2)
    expect(phone.openLogin).toHaveBeenCalledTimes(1)
  })

  it('opens no login page for session.load', async () => {
    const { phone, session } = deadSession()
    expect(await errorOf(session.load('DELETE /v1/me/avatar', {}))).toMatchObject({ code: 'session_revoked' })
    expect(phone.openLogin).not.toHaveBeenCalled()
  })

  it('is not replayed after a logout', async () => {
    const { phone, session } = deadSession()
    const release = phone.server.holdNext('GET /v1/me')
    const late = errorOf(session.request('GET /v1/me', {}))
    await vi.advanceTimersByTimeAsync(0)
    await session.logout()
    release()
    expect(await late).toMatchObject({ code: 'logged_out_meanwhile' })
    expect(phone.openLogin).not.toHaveBeenCalled()
  })
})

describe('a late response', () => {
  it('is not shown to the next user', async () => {
    const phone = createPhone()
    phone.storeSession()
    const session = phone.launch()
    let answer = () => {}
    phone.server.respondNext(
      'DELETE /v1/me/avatar',
      () => new Promise((resolve) => (answer = () => resolve({ id: ada, nickname: '阿达' }))),
    )
    const late = session.request('DELETE /v1/me/avatar', {}).then((user) => session.updateUser(user))
    await vi.advanceTimersByTimeAsync(0)
    await session.logout()
    phone.wechatUserId = bob
    await session.login(consent)
    answer()
    expect(await errorOf(late)).toMatchObject({ code: 'logged_out_meanwhile' })
    expect(session.state()).toMatchObject({ user: { id: bob, nickname: null } })
    expect(phone.storedSession()?.user.id).toBe(bob)
  })
})
