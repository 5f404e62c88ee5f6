import { beforeEach, describe, expect, it, vi } from 'vitest'
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

describe('the one door', () => {
  it('is open for who is logged in: no page, no request', async () => {
    const phone = createPhone()
    phone.storeSession()
    await expect(phone.launch().requireLogin()).resolves.toBe(true)
    expect(phone.openLogin).not.toHaveBeenCalled()
    expect(phone.server.total()).toBe(0)
  })

  it('lets a guest through once they have logged in', async () => {
    const { session, close } = phoneWithLoginPage()
    const entered = session.requireLogin()
    await session.login()
    close()
    await expect(entered).resolves.toBe(true)
  })

  it('waits until the login page has gone: what follows may open a page itself', async () => {
    const { session, close } = phoneWithLoginPage()
    const entered = vi.fn()
    void session.requireLogin().then(entered)
    await session.login()
    await vi.advanceTimersByTimeAsync(1_000)
    expect(entered).not.toHaveBeenCalled()
    close()
    await vi.advanceTimersByTimeAsync(0)
    expect(entered).toHaveBeenCalledWith(true)
  })

  it('stays closed for who closes the login page', async () => {
    const { phone, session, close } = phoneWithLoginPage()
    const entered = session.requireLogin()
    close()
    await expect(entered).resolves.toBe(false)
    expect(phone.server.total()).toBe(0)
  })

  it('opens one login page for all who press, and another one after it was closed', async () => {
    const { phone, session, close } = phoneWithLoginPage()
    const presses = [session.requireLogin(), session.requireLogin(), session.requireLogin()]
    close()
    await expect(Promise.all(presses)).resolves.toEqual([false, false, false])
    expect(phone.openLogin).toHaveBeenCalledTimes(1)
    void session.requireLogin()
    expect(phone.openLogin).toHaveBeenCalledTimes(2)
  })

  it('stays closed where the login page cannot be opened, and can be pressed again', async () => {
    const { phone, session } = phoneWithLoginPage()
    phone.openLogin.mockRejectedValueOnce(new Error('navigateTo:fail'))
    await expect(session.requireLogin()).resolves.toBe(false)
    void session.requireLogin()
    expect(phone.openLogin).toHaveBeenCalledTimes(2)
  })

  it('is shared by a press and a request of a guest', async () => {
    const { phone, session, close } = phoneWithLoginPage()
    const pressed = session.requireLogin()
    const asked = session.request('GET /v1/me', {})
    await vi.advanceTimersByTimeAsync(0)
    await session.login()
    close()
    await expect(pressed).resolves.toBe(true)
    await expect(asked).resolves.toMatchObject({ id: ada })
    expect(phone.openLogin).toHaveBeenCalledTimes(1)
  })
})

describe('a request whose session turns out to be dead', () => {
  function deadSession() {
    const phone = createPhone()
    phone.storeSession()
    const session = phone.launch()
    phone.server.failNext('DELETE /v1/me/avatar', apiError('session_revoked', 401))
    phone.server.respondNext('DELETE /v1/me/avatar', () => undefined)
    return { phone, session }
  }

  it('is done once when the same person has come back', async () => {
    const { phone, session } = deadSession()
    phone.openLogin.mockImplementationOnce(async () => void (await session.login()))
    await session.request('DELETE /v1/me/avatar', {})
    expect(phone.server.count('DELETE /v1/me/avatar')).toBe(2)
    expect(phone.openLogin).toHaveBeenCalledTimes(1)
  })

  it('is not done for another person, who is told so', async () => {
    const { phone, session } = deadSession()
    phone.wechatUserId = bob
    phone.openLogin.mockImplementationOnce(async () => void (await session.login()))
    expect(await errorOf(session.request('DELETE /v1/me/avatar', {}))).toMatchObject({
      code: 'different_user',
    })
    expect(phone.server.count('DELETE /v1/me/avatar')).toBe(1)
    expect(session.state()).toMatchObject({ kind: 'user', user: { id: bob } })
  })

  it('is not done when the login page was closed', async () => {
    const { phone, session } = deadSession()
    expect(await errorOf(session.request('DELETE /v1/me/avatar', {}))).toMatchObject({
      code: 'session_revoked',
    })
    expect(phone.server.count('DELETE /v1/me/avatar')).toBe(1)
  })

  it('never opens a second login page, though the replay is refused as well', async () => {
    const { phone, session } = deadSession()
    phone.server.failNext('GET /v1/me', apiError('session_revoked', 401), 2)
    phone.openLogin.mockImplementation(async () => void (await session.login()))
    expect(await errorOf(session.request('GET /v1/me', {}))).toMatchObject({ code: 'session_revoked' })
    expect(phone.server.count('GET /v1/me')).toBe(2)
    expect(phone.openLogin).toHaveBeenCalledTimes(1)
  })

  it('opens no login page when a page asked by itself', async () => {
    const { phone, session } = deadSession()
    expect(await errorOf(session.load('DELETE /v1/me/avatar', {}))).toMatchObject({ code: 'session_revoked' })
    expect(phone.openLogin).not.toHaveBeenCalled()
  })

  it('is not replayed after a logout: nobody is asked to come back', async () => {
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

describe('an answer that comes late', () => {
  it('is not handed to the pages of whoever has logged in since', async () => {
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
    await session.login()
    answer()
    expect(await errorOf(late)).toMatchObject({ code: 'logged_out_meanwhile' })
    expect(session.state()).toMatchObject({ user: { id: bob, nickname: null } })
    expect(phone.storedSession()?.user.id).toBe(bob)
  })
})
