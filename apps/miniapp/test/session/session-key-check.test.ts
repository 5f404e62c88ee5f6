import { beforeEach, describe, expect, it, vi } from 'vitest'
import { consent } from '../fakes/consent.ts'
import { apiError, transientErrors } from './fake-server.ts'
import { ada, createPhone } from './phone.ts'

const minute = 60_000
const renewal = 'PUT /v1/me/wechat-session'

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-11-20T08:00:00Z') })
})

function loggedInPhone({ isSessionKeyValid }: { isSessionKeyValid: boolean }) {
  const phone = createPhone()
  phone.storeSession()
  phone.isSessionKeyValid = isSessionKeyValid
  return { phone, session: phone.launch() }
}

describe('session key check', () => {
  it('does nothing while the key is valid', async () => {
    const { phone, session } = loggedInPhone({ isSessionKeyValid: true })
    await session.resume()
    expect(phone.platform.checkSession).toHaveBeenCalledTimes(1)
    expect(phone.platform.login).not.toHaveBeenCalled()
    expect(phone.server.total()).toBe(0)
  })

  it('sends a new code for an invalid key and keeps the session', async () => {
    const { phone, session } = loggedInPhone({ isSessionKeyValid: false })
    await session.resume()
    expect(phone.platform.login).toHaveBeenCalledTimes(1)
    expect(phone.server.lastBody(renewal)).toEqual({ code: `code-of-${ada}-1` })
    expect(phone.server.count('POST /v1/auth/login')).toBe(0)
    expect(session.state()).toMatchObject({ kind: 'user', user: { id: ada } })
    expect(phone.storedSession()?.accessToken).toBe('access-1')
  })

  it('does nothing for a guest', async () => {
    const phone = createPhone()
    const session = phone.launch()
    await session.resume()
    expect(phone.platform.checkSession).not.toHaveBeenCalled()
    expect(session.state().kind).toBe('guest')
  })

  it('runs at most every ten minutes', async () => {
    const { phone, session } = loggedInPhone({ isSessionKeyValid: false })
    await session.resume()
    await session.resume()
    vi.advanceTimersByTime(10 * minute - 1)
    await session.resume()
    expect(phone.platform.checkSession).toHaveBeenCalledTimes(1)
    vi.advanceTimersByTime(1)
    await session.resume()
    expect(phone.platform.checkSession).toHaveBeenCalledTimes(2)
  })

  it('runs again when the clock was set back', async () => {
    const { phone, session } = loggedInPhone({ isSessionKeyValid: true })
    await session.resume()
    phone.phoneErrorMs = -24 * 60 * minute
    await session.resume()
    expect(phone.platform.checkSession).toHaveBeenCalledTimes(2)
  })

  it('ends the session when the code belongs to another user', async () => {
    const { phone, session } = loggedInPhone({ isSessionKeyValid: false })
    phone.server.failNext(renewal, apiError('different_account', 409))
    await session.resume()
    expect(session.state()).toMatchObject({ kind: 'guest', endedBy: { code: 'different_account' } })
    expect(phone.storedSession()).toBeUndefined()
    expect(phone.openLogin).not.toHaveBeenCalled()
  })

  it.each([...transientErrors, apiError('code_invalid', 400)].map((error) => [error.code, error] as const))(
    'repeats after %s, also when the key has become valid',
    async (_code, error) => {
      const { phone, session } = loggedInPhone({ isSessionKeyValid: false })
      phone.server.failNext(renewal, error)
      await session.resume()
      expect(session.state().kind).toBe('user')
      phone.isSessionKeyValid = true
      await phone.launch().resume()
      expect(phone.server.count(renewal)).toBe(2)
      await phone.launch().resume()
      expect(phone.server.count(renewal)).toBe(2)
    },
  )

  it('treats a hanging wx.checkSession as valid', async () => {
    const { phone, session } = loggedInPhone({ isSessionKeyValid: true })
    phone.platform.checkSession.mockReturnValueOnce(new Promise(() => {}))
    const done = session.resume()
    await vi.advanceTimersByTimeAsync(5_000)
    await done
    expect(phone.platform.login).not.toHaveBeenCalled()
    expect(session.state().kind).toBe('user')
  })

  it('stays due after a refresh, and a login completes it', async () => {
    const { phone, session } = loggedInPhone({ isSessionKeyValid: false })
    phone.server.failNext(renewal, transientErrors[0] as Error)
    await session.resume()
    phone.server.invalidateAccessTokens()
    await session.reloadUser()
    expect(phone.storedSession()?.sessionKeyStale).toBe(true)
    await session.login(consent)
    expect(phone.storedSession()?.sessionKeyStale).toBe(false)
  })

  it('is not due after a refresh', async () => {
    const { phone, session } = loggedInPhone({ isSessionKeyValid: true })
    phone.server.invalidateAccessTokens()
    await session.reloadUser()
    await session.resume()
    expect(phone.server.count(renewal)).toBe(0)
  })

  it('sends nothing for an ended session', async () => {
    const { phone, session } = loggedInPhone({ isSessionKeyValid: false })
    const checked = session.resume()
    await session.logout()
    await checked
    expect(phone.server.count(renewal)).toBe(0)
    expect(session.state()).toEqual({ kind: 'guest', endedBy: null })
    expect(phone.storedSession()).toBeUndefined()
  })
})
