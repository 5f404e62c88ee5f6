import { beforeEach, describe, expect, it, vi } from 'vitest'
import { SessionError } from '../../src/session/errors.ts'
import { consent } from '../fakes/consent.ts'
import { accessTokenLifeMs, apiError, transientErrors, userOf } from './fake-server.ts'
import { ada, bob, createPhone, errorOf } from './phone.ts'

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-11-20T08:00:00Z') })
})

describe('login', () => {
  it('sends the code, the consent, the AppID and the device, and no expected user', async () => {
    const phone = createPhone()
    const session = phone.launch()
    await expect(session.login(consent)).resolves.toMatchObject({ user: { id: ada } })
    expect(phone.server.lastBody('POST /v1/auth/login')).toEqual({
      consent,
      code: `code-of-${ada}-1`,
      appId: 'wx0000000000000000',
      device: { model: 'Phone', system: 'OS 1' },
    })
    expect(session.state()).toMatchObject({ kind: 'user', user: { id: ada } })
  })

  it('stores the session in one write', async () => {
    const phone = createPhone()
    await phone.launch().login(consent)
    const keys = phone.platform.storage.write.mock.calls.map(([key]) => key)
    expect(keys.filter((key) => key === 'session')).toHaveLength(1)
    expect(phone.launch().state()).toMatchObject({ kind: 'user', user: { id: ada } })
  })

  it('is shared by parallel calls', async () => {
    const phone = createPhone()
    const session = phone.launch()
    await Promise.all([session.login(consent), session.login(consent), session.login(consent)])
    expect(phone.platform.login).toHaveBeenCalledTimes(1)
    expect(phone.server.count('POST /v1/auth/login')).toBe(1)
  })

  it('gets a new code at each attempt', async () => {
    const phone = createPhone()
    const session = phone.launch()
    phone.server.failNext('POST /v1/auth/login', apiError('code_used', 400))
    expect(await errorOf(session.login(consent))).toMatchObject({ code: 'code_used' })
    await session.login(consent)
    expect(phone.server.lastBody('POST /v1/auth/login')).toMatchObject({ code: `code-of-${ada}-2` })
  })

  it('is stored although its page has closed', async () => {
    const phone = createPhone()
    const session = phone.launch()
    const release = phone.server.holdNext('POST /v1/auth/login')
    void session.login(consent)
    await vi.advanceTimersByTimeAsync(9_000)
    release()
    await vi.advanceTimersByTimeAsync(0)
    expect(session.state().kind).toBe('user')
    expect(phone.storedSession()?.user.id).toBe(ada)
  })

  it.each([
    ['resolves without a code', {}],
    ['resolves with an empty code', { code: '' }],
  ])('fails when wx.login %s', async (_name, answer) => {
    const phone = createPhone()
    phone.platform.login.mockResolvedValueOnce(answer)
    expect(await errorOf(phone.launch().login(consent))).toMatchObject({ code: 'wechat_code_missing' })
    expect(phone.server.total()).toBe(0)
  })

  it('rejects with the error of wx.login', async () => {
    const phone = createPhone()
    phone.platform.login.mockRejectedValueOnce(new SessionError('wechat_login_failed'))
    expect(await errorOf(phone.launch().login(consent))).toMatchObject({ code: 'wechat_login_failed' })
  })

  it('times out wx.login after eight seconds and can be repeated', async () => {
    const phone = createPhone()
    const session = phone.launch()
    phone.platform.login.mockReturnValueOnce(new Promise(() => {}))
    const failed = errorOf(session.login(consent))
    await vi.advanceTimersByTimeAsync(7_999)
    expect(phone.platform.login).toHaveBeenCalledWith({ timeoutMs: 8_000 })
    await vi.advanceTimersByTimeAsync(1)
    expect(await failed).toMatchObject({ code: 'wechat_login_timeout' })
    await expect(session.login(consent)).resolves.toMatchObject({ user: { id: ada } })
  })

  it.each(
    [...transientErrors, apiError('account_banned', 403), apiError('code_invalid', 400)].map(
      (error) => [error.code, error] as const,
    ),
  )('rejects with %s and leaves a guest', async (code, error) => {
    const phone = createPhone()
    const session = phone.launch()
    phone.server.failNext('POST /v1/auth/login', error)
    expect(await errorOf(session.login(consent))).toMatchObject({ code })
    expect(session.state()).toEqual({ kind: 'guest', endedBy: null })
    expect(phone.storedSession()).toBeUndefined()
  })

  it('rejects a response without tokens', async () => {
    const phone = createPhone()
    const session = phone.launch()
    phone.server.respondNext('POST /v1/auth/login', () => ({ welcome: 'to the hotel' }))
    expect(await errorOf(session.login(consent))).toMatchObject({ code: 'unexpected_response' })
    expect(session.state().kind).toBe('guest')
  })

  it('wins over the late response of a refresh', async () => {
    const { phone, session, release, waiting } = phoneInRefresh()
    phone.wechatUserId = bob
    await session.login(consent)
    const requestsBefore = phone.server.count('GET /v1/me')
    release()
    expect(await errorOf(waiting)).toMatchObject({ code: 'logged_out_meanwhile' })
    expect(phone.server.count('GET /v1/me')).toBe(requestsBefore)
    expect(session.state()).toMatchObject({ kind: 'user', user: { id: bob } })
    expect(phone.storedSession()?.user.id).toBe(bob)
  })

  it('wins over the late rejection of a refresh', async () => {
    const { session, refuse, waiting } = phoneInRefresh()
    await session.login(consent)
    refuse()
    await expect(waiting).resolves.toMatchObject({ id: ada })
    expect(session.state()).toMatchObject({ kind: 'user', user: { id: ada } })
  })

  it('has its own refresh while the old one hangs', async () => {
    const { phone, session } = phoneInRefresh()
    await session.login(consent)
    phone.server.invalidateAccessTokens()
    await expect(session.reloadUser()).resolves.toMatchObject({ id: ada })
    expect(phone.server.count('POST /v1/auth/refresh')).toBe(2)
  })

  it('as another user is not overwritten by a late response', async () => {
    const phone = createPhone()
    phone.storeSession()
    const session = phone.launch()
    const release = phone.server.holdNext('GET /v1/me')
    const started = session.start()
    await vi.advanceTimersByTimeAsync(0)
    phone.wechatUserId = bob
    await session.login(consent)
    release()
    await started
    expect(session.state()).toMatchObject({ kind: 'user', user: { id: bob } })
    expect(phone.storedSession()?.user.id).toBe(bob)
  })
})

/** A request that waits for a refresh, which a test releases or rejects. */
function phoneInRefresh() {
  const phone = createPhone()
  phone.storeSession()
  vi.advanceTimersByTime(accessTokenLifeMs)
  const session = phone.launch()
  let refuse = () => {}
  const refused = new Promise<never>((_resolve, reject) => {
    refuse = () => reject(apiError('session_revoked', 401))
  })
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  phone.server.respondNext('POST /v1/auth/refresh', async () => {
    await Promise.race([released, refused])
    return phone.server.issue(userOf(ada))
  })
  const waiting = session.reloadUser()
  waiting.catch(() => {})
  return { phone, session, waiting, refuse: () => refuse(), release: () => release() }
}
