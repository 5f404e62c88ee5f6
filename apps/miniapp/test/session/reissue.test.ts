import { beforeEach, describe, expect, it, vi } from 'vitest'
import { ApiError } from '../../src/session/errors.ts'
import { consent } from '../fakes/consent.ts'
import { accessTokenLifeMs, apiError, transientErrors, userOf } from './fake-server.ts'
import { ada, bob, createPhone, errorOf } from './phone.ts'

const password = 'PUT /v1/me/password'
const refresh = 'POST /v1/auth/refresh'
const me = 'GET /v1/me'
const proof = { password: 'correct horse battery' }
const changePassword = { body: { proof, newPassword: 'another horse staple' } }
const settle = () => vi.advanceTimersByTimeAsync(0)

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-11-20T08:00:00Z') })
})

/** The API as after the change of a login method: no token from before works, not even this session's. */
function phoneThatReissues(loginMethod: 'wechat' | 'password' = 'password') {
  const phone = createPhone()
  phone.storeSession(phone.server.issue(userOf(ada, { username: 'ada' })), loginMethod)
  phone.server.respondNext(password, () => {
    phone.server.revokeSessions()
    return phone.server.issue(userOf(ada, { username: 'ada' }))
  })
  return { phone, session: phone.launch() }
}

describe('a change of a login method', () => {
  it.each([
    [password, changePassword],
    ['PUT /v1/me/wechat', { body: { code: 'c', proof } }],
    ['POST /v1/me/wechat/unbind', { body: { proof } }],
    ['POST /v1/me/phone', { body: { code: 'c', proof } }],
    ['POST /v1/me/phone/delete', { body: { proof } }],
    ['POST /v1/me/merge', { body: { ticket: 't', proof, otherProof: proof } }],
  ] as const)('replaces the tokens in one write: %s', async (key, input) => {
    const phone = createPhone()
    phone.storeSession()
    const session = phone.launch()
    phone.server.respondNext(key, () => {
      phone.server.revokeSessions()
      return phone.server.issue(userOf(ada, { nickname: '阿达' }))
    })
    phone.platform.storage.write.mockClear()
    await session.request(key, input as never)
    expect(phone.platform.storage.write).toHaveBeenCalledTimes(1)
    expect(phone.storedSession()).toMatchObject({ accessToken: 'access-2', refreshToken: 'refresh-2' })
    expect(session.state()).toMatchObject({ user: { nickname: '阿达' } })
    await expect(session.load(me, {})).resolves.toMatchObject({ id: ada })
    expect(phone.server.count(refresh)).toBe(0)
  })

  it('is not stored when another session has started', async () => {
    const { phone, session } = phoneThatReissues('wechat')
    const release = phone.server.holdNext(password)
    const late = session.load(password, changePassword).catch(() => {})
    await settle()
    await session.logout()
    await session.login(consent)
    const { refreshToken } = phone.storedSession() ?? {}
    release()
    await late
    expect(phone.storedSession()?.refreshToken).toBe(refreshToken)
  })
})

describe('requests during a reissue', () => {
  it('are sent again with the new tokens, without a refresh', async () => {
    const { phone, session } = phoneThatReissues()
    const store = phone.server.holdResponse(password)
    const changing = session.request(password, changePassword)
    await settle()
    // The API has changed the password already, and its answer is on the way.
    const asking = [session.load(me, {}), session.request(me, {})]
    await settle()
    expect(phone.server.count(refresh)).toBe(0)
    store()
    await changing
    for (const answer of await Promise.all(asking)) expect(answer).toMatchObject({ id: ada })
    expect(phone.server.count(refresh)).toBe(0)
    expect(session.state().kind).toBe('user')
  })

  it('wait for a refresh in progress and use its tokens', async () => {
    const { phone, session } = phoneThatReissues()
    vi.advanceTimersByTime(accessTokenLifeMs)
    const release = phone.server.holdNext(refresh)
    const asking = session.load(me, {})
    const changing = session.request(password, changePassword)
    await settle()
    expect(phone.server.count(password)).toBe(0)
    release()
    await Promise.all([asking, changing])
    expect(phone.server.lastOptions(password)?.accessToken).toBe('access-2')
    expect(phone.storedSession()?.refreshToken).toBe('refresh-3')
    expect(phone.server.count(refresh)).toBe(1)
  })

  it('do not delay the refresh of a user who logs in meanwhile', async () => {
    const { phone, session } = phoneThatReissues()
    phone.server.holdNext(password)
    void session.load(password, changePassword).catch(() => {})
    await settle()
    await session.logout()
    phone.wechatUserId = bob
    await session.login(consent)
    vi.advanceTimersByTime(accessTokenLifeMs)
    await expect(session.load(me, {})).resolves.toMatchObject({ id: bob })
  })
})

describe('a reissue with a lost response', () => {
  const lost = () => {
    throw new ApiError('request_timeout')
  }
  const phoneThatLoses = async (loginMethod: 'wechat' | 'password', error: () => never = lost) => {
    const phone = createPhone()
    phone.storeSession(phone.server.issue(userOf(ada, { username: 'ada' })), loginMethod)
    const session = phone.launch()
    phone.server.respondNext(password, () => {
      phone.server.revokeSessions()
      return error()
    })
    await errorOf(session.request(password, changePassword))
    phone.server.failNext(refresh, apiError('refresh_token_expired', 401))
    return { phone, session }
  }

  it('restores a WeChat session without a tap', async () => {
    const { phone, session } = await phoneThatLoses('wechat')
    await expect(session.load(me, {})).resolves.toMatchObject({ id: ada })
    expect(phone.openLogin).not.toHaveBeenCalled()
  })

  it('opens the login for a password session and says why', async () => {
    const { phone, session } = await phoneThatLoses('password')
    const listener = vi.fn()
    session.on(listener)
    await errorOf(session.request(me, {}))
    expect(session.state()).toMatchObject({ kind: 'guest', endedBy: { code: 'tokens_lost' } })
    expect(phone.openLogin).toHaveBeenCalledTimes(1)
    expect(listener).not.toHaveBeenCalledWith({ type: 'token_reused' })
  })

  it.each(transientErrors.filter(({ status }) => status === null || status >= 500))(
    'includes $code',
    async (error) => {
      const { session } = await phoneThatLoses('password', () => {
        throw error
      })
      await errorOf(session.load(me, {}))
      expect(session.state()).toMatchObject({ kind: 'guest', endedBy: { code: 'tokens_lost' } })
    },
  )

  it('does not include a rejected change', async () => {
    const phone = createPhone()
    phone.storeSession(undefined, 'password')
    const session = phone.launch()
    phone.server.failNext(password, apiError('credentials_invalid', 400))
    await errorOf(session.load(password, changePassword))
    phone.server.invalidateAccessTokens()
    phone.server.failNext(refresh, apiError('refresh_token_expired', 401))
    await errorOf(session.load(me, {}))
    expect(session.state()).toMatchObject({ kind: 'guest', endedBy: { code: 'refresh_token_expired' } })
  })
})

describe('a refresh with a lost response', () => {
  it.each(['wechat', 'password'] as const)(
    'is repeated 20 hours later and keeps a %s session',
    async (loginMethod) => {
      const phone = createPhone()
      phone.storeSession(undefined, loginMethod)
      const session = phone.launch()
      vi.advanceTimersByTime(accessTokenLifeMs)
      // The API gives the same successor again, as long as that was not used.
      const successor = phone.server.issue(userOf(ada))
      phone.server.respondNext(refresh, () => {
        throw new ApiError('request_interrupted')
      })
      await errorOf(session.load(me, {}))
      vi.advanceTimersByTime(20 * 3600_000)
      phone.server.respondNext(refresh, (options) => {
        expect(options.body).toEqual({ refreshToken: 'refresh-1' })
        return { ...successor, ...phone.server.renewed(successor) }
      })
      await session.resume()
      await expect(session.load(me, {})).resolves.toMatchObject({ id: ada })
      expect(phone.storedSession()?.refreshToken).toBe(successor.refreshToken)
      expect(phone.openLogin).not.toHaveBeenCalled()
    },
  )
})
