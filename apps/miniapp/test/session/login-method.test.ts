import { beforeEach, describe, expect, it, vi } from 'vitest'
import { consent } from '../fakes/consent.ts'
import { apiError, userOf } from './fake-server.ts'
import { ada, bob, createPhone, errorOf } from './phone.ts'

const passwordLogin = 'POST /v1/auth/password-login'
const phoneLogin = 'POST /v1/auth/phone-login'
const unbind = 'POST /v1/me/wechat/unbind'
const clientInfo = { appId: 'wx0000000000000000', device: { model: 'Phone', system: 'OS 1' } }

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-11-20T08:00:00Z') })
})

function phoneThatKnows(id: string, key: typeof passwordLogin | typeof phoneLogin) {
  const phone = createPhone()
  phone.server.respondNext(key, () => ({ ...phone.server.issue(userOf(id)), isNewUser: false }))
  return { phone, session: phone.launch() }
}

describe('loginWithPassword', () => {
  const ownLogin = { username: 'ada', password: 'a long password', bindsWechat: false }

  it('sends no WeChat code, but the consent and the client info', async () => {
    const { phone, session } = phoneThatKnows(ada, passwordLogin)
    await expect(session.loginWithPassword(ownLogin, consent)).resolves.toMatchObject({ user: { id: ada } })
    expect(phone.server.lastBody(passwordLogin)).toEqual({
      ...clientInfo,
      consent,
      username: 'ada',
      password: 'a long password',
    })
    expect(phone.platform.login).not.toHaveBeenCalled()
  })

  it('starts a session that WeChat never renews, since its user may be another one', async () => {
    const { phone, session } = phoneThatKnows(ada, passwordLogin)
    await session.loginWithPassword(ownLogin, consent)
    phone.wechatUserId = bob
    for (const launched of [session, phone.launch()]) {
      phone.isSessionKeyValid = false
      await launched.resume()
    }
    expect(phone.platform.checkSession).not.toHaveBeenCalled()

    phone.server.invalidateAccessTokens()
    phone.server.failNext('POST /v1/auth/refresh', apiError('refresh_token_expired', 401))
    expect(await errorOf(session.load('GET /v1/me', {}))).toMatchObject({ code: 'refresh_token_expired' })
    expect(session.state()).toMatchObject({ kind: 'guest', endedBy: { code: 'refresh_token_expired' } })
    expect(phone.platform.login).not.toHaveBeenCalled()
  })

  it('keeps the login method after a refresh', async () => {
    const { phone, session } = phoneThatKnows(ada, passwordLogin)
    await session.loginWithPassword(ownLogin, consent)
    phone.server.invalidateAccessTokens()
    await session.reloadUser()
    expect(phone.storedSession()?.loginMethod).toBe('password')
  })

  it('with bindsWechat sends a code and starts a WeChat session', async () => {
    const { phone, session } = phoneThatKnows(ada, passwordLogin)
    await session.loginWithPassword({ ...ownLogin, bindsWechat: true }, consent)
    expect(phone.server.lastBody(passwordLogin)).toMatchObject({ code: `code-of-${ada}-1` })
    expect(phone.storedSession()?.loginMethod).toBe('wechat')
    await session.resume()
    expect(phone.platform.checkSession).toHaveBeenCalledTimes(1)
  })

  it.each(['credentials_invalid', 'account_banned', 'account_conflict', 'wechat_already_bound'] as const)(
    'rejected with %s leaves a guest',
    async (code) => {
      const phone = createPhone()
      const session = phone.launch()
      phone.server.failNext(passwordLogin, apiError(code, 400))
      expect(await errorOf(session.loginWithPassword(ownLogin, consent))).toMatchObject({ code })
      expect(session.state()).toEqual({ kind: 'guest', endedBy: null })
      expect(phone.storedSession()).toBeUndefined()
    },
  )
})

describe('loginWithPhone', () => {
  it('sends the consent and both codes, with a fresh one from wx.login', async () => {
    const { phone, session } = phoneThatKnows(ada, phoneLogin)
    await expect(session.loginWithPhone('a phone code', consent)).resolves.toMatchObject({
      user: { id: ada },
    })
    expect(phone.server.lastBody(phoneLogin)).toEqual({
      ...clientInfo,
      consent,
      loginCode: `code-of-${ada}-1`,
      phoneCode: 'a phone code',
    })
    expect(phone.storedSession()?.loginMethod).toBe('wechat')
  })

  it('returns another account of the same user', async () => {
    const phone = createPhone()
    const conflict = { ticket: 'ticket' }
    phone.server.respondNext(phoneLogin, () => ({
      ...phone.server.issue(userOf(ada)),
      isNewUser: true,
      conflict,
    }))
    await expect(phone.launch().loginWithPhone('c', consent)).resolves.toMatchObject({
      isNewUser: true,
      conflict,
    })
  })

  it('returns no conflict without one', async () => {
    const { session } = phoneThatKnows(ada, phoneLogin)
    await expect(session.loginWithPhone('c', consent)).resolves.toMatchObject({ conflict: null })
  })

  it('after a logout logs out on the server and leaves a guest', async () => {
    const phone = createPhone()
    const session = phone.launch()
    const release = phone.server.holdNext(phoneLogin)
    phone.server.respondNext(phoneLogin, () => ({ ...phone.server.issue(userOf(ada)), isNewUser: false }))
    const waiting = errorOf(session.loginWithPhone('c', consent))
    await vi.advanceTimersByTimeAsync(0)
    await session.logout()
    release()
    expect(await waiting).toMatchObject({ code: 'logged_out_meanwhile' })
    await vi.advanceTimersByTimeAsync(0)
    expect(phone.server.sessionCount()).toBe(0)
    expect(session.state().kind).toBe('guest')
  })
})

describe('a session after unbinding WeChat', () => {
  it('continues as a password session', async () => {
    const phone = createPhone()
    phone.storeSession()
    phone.server.respondNext(unbind, () => phone.server.issue(userOf(ada)))
    const session = phone.launch()
    await session.load(unbind, { body: { proof: { code: 'c' } } })
    expect(phone.storedSession()?.loginMethod).toBe('password')
    expect(session.state().kind).toBe('user')
    await session.resume()
    expect(phone.platform.checkSession).not.toHaveBeenCalled()
  })
})
