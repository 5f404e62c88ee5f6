import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { SessionEvent } from '../../src/session/store.ts'
import { consent } from '../fakes/consent.ts'
import { apiError, userOf } from './fake-server.ts'
import { ada, bob, createPhone, errorOf } from './phone.ts'

const upload = 'POST /v1/me/avatar'
const merge = 'POST /v1/me/merge'

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-11-20T08:00:00Z') })
})

function loggedInPhone() {
  const phone = createPhone()
  phone.storeSession()
  return { phone, session: phone.launch() }
}

describe('updateUser', () => {
  it('updates the state, its listeners and the storage', () => {
    const { phone, session } = loggedInPhone()
    const listener = vi.fn()
    session.subscribe(listener)
    session.updateUser({ nickname: '阿达' })
    expect(session.state()).toMatchObject({ user: { id: ada, nickname: '阿达', level: 0 } })
    expect(listener).toHaveBeenCalledTimes(1)
    expect(phone.launch().state()).toMatchObject({ user: { nickname: '阿达' } })
    expect(phone.storedSession()?.refreshToken).toBe('refresh-1')
  })

  it('does nothing for a guest', () => {
    const phone = createPhone()
    const session = phone.launch()
    session.updateUser({ nickname: '阿达' })
    expect(session.state()).toEqual({ kind: 'guest', endedBy: null })
    expect(phone.storedSession()).toBeUndefined()
  })
})

describe('upload', () => {
  const picture = { filePath: 'wxfile://tmp_picture', onProgress: () => {} }

  it('sends the access token, the file and the progress listener', async () => {
    const { phone, session } = loggedInPhone()
    phone.server.respondNext(upload, () => userOf(ada, { avatarUrl: 'https://a' }))
    await expect(session.upload(upload, picture)).resolves.toMatchObject({ avatarUrl: 'https://a' })
    expect(phone.server.lastOptions(upload)).toEqual({ ...picture, accessToken: 'access-1' })
  })

  it('refreshes a rejected token and sends again, once', async () => {
    const { phone, session } = loggedInPhone()
    phone.server.failNext(upload, apiError('access_token_expired', 401))
    phone.server.respondNext(upload, () => userOf(ada))
    await session.upload(upload, picture)
    expect(phone.server.count(upload)).toBe(2)
    expect(phone.server.count('POST /v1/auth/refresh')).toBe(1)
    expect(phone.server.lastOptions(upload)).toMatchObject({ accessToken: 'access-2' })
  })

  it('ends a revoked session and opens no page', async () => {
    const { phone, session } = loggedInPhone()
    phone.server.failNext(upload, apiError('session_revoked', 401))
    expect(await errorOf(session.upload(upload, picture))).toMatchObject({ code: 'session_revoked' })
    expect(session.state()).toMatchObject({ kind: 'guest', endedBy: { code: 'session_revoked' } })
    expect(phone.openLogin).not.toHaveBeenCalled()
  })

  it('rejects for a guest', async () => {
    const phone = createPhone()
    expect(await errorOf(phone.launch().upload(upload, picture))).toMatchObject({ code: 'login_required' })
    expect(phone.server.total()).toBe(0)
  })
})

describe('getLoginCode', () => {
  it('returns a fresh code with the AppID and marks the session key as stale', async () => {
    const { phone, session } = loggedInPhone()
    await expect(session.getLoginCode()).resolves.toEqual({
      code: `code-of-${ada}-1`,
      appId: 'wx0000000000000000',
    })
    expect(phone.storedSession()?.sessionKeyStale).toBe(true)
    await session.resume()
    expect(phone.server.lastBody('PUT /v1/me/wechat-session')).toEqual({ code: `code-of-${ada}-2` })
    expect(phone.storedSession()?.sessionKeyStale).toBe(false)
  })

  it('works for a guest', async () => {
    const phone = createPhone()
    await expect(phone.launch().getLoginCode()).resolves.toMatchObject({ code: `code-of-${ada}-1` })
    expect(phone.storedSession()).toBeUndefined()
  })

  it('rejects when WeChat returns no code', async () => {
    const { phone, session } = loggedInPhone()
    phone.platform.login.mockResolvedValueOnce({})
    expect(await errorOf(session.getLoginCode())).toMatchObject({ code: 'wechat_code_missing' })
    expect(session.state().kind).toBe('user')
  })
})

describe('merge', () => {
  const proof = { password: 'a long password' }
  const body = { ticket: 'ticket', proof, otherProof: proof }

  it('continues with the kept account and its tokens', async () => {
    const { phone, session } = loggedInPhone()
    phone.server.respondNext(merge, () => phone.server.issue(userOf(bob)))
    await expect(session.load(merge, { body })).resolves.toMatchObject({ user: { id: bob } })
    expect(phone.server.lastBody(merge)).toEqual(body)
    expect(session.state()).toMatchObject({ user: { id: bob } })
    expect(phone.storedSession()).toMatchObject({ accessToken: 'access-2', loginMethod: 'wechat' })
    await expect(session.reloadUser()).resolves.toMatchObject({ id: bob })
  })

  it('does not restore the session after a logout', async () => {
    const { phone, session } = loggedInPhone()
    const release = phone.server.holdNext(merge)
    phone.server.respondNext(merge, () => phone.server.issue(userOf(bob)))
    const waiting = errorOf(session.load(merge, { body }))
    await vi.advanceTimersByTimeAsync(0)
    await session.logout()
    release()
    expect(await waiting).toMatchObject({ code: 'logged_out_meanwhile' })
    expect(session.state().kind).toBe('guest')
    expect(phone.storedSession()).toBeUndefined()
  })
})

describe('clear', () => {
  it('ends the session without a request', () => {
    const { phone, session } = loggedInPhone()
    session.clear()
    expect(session.state()).toEqual({ kind: 'guest', endedBy: null })
    expect(phone.storedSession()).toBeUndefined()
    expect(phone.server.total()).toBe(0)
  })
})

describe('on', () => {
  it('reports each login, logout and end, once and in order', async () => {
    const { phone, session } = loggedInPhone()
    const events: SessionEvent[] = []
    const stop = session.on((event) => events.push(event))
    await session.logout()
    await session.login(consent)
    phone.server.failNext('GET /v1/me', apiError('account_banned', 403))
    await errorOf(session.reloadUser())
    const user = expect.objectContaining({ id: ada })
    expect(events).toEqual([
      { type: 'logged_out' },
      { type: 'logged_in', user, isNewUser: false },
      { type: 'ended', endedBy: expect.objectContaining({ code: 'account_banned' }) },
    ])
    stop()
    await session.login(consent)
    expect(events).toHaveLength(3)
  })

  it("does not report a refresh, a changed user or a guest's logout", async () => {
    const { phone, session } = loggedInPhone()
    const listener = vi.fn()
    session.on(listener)
    phone.server.invalidateAccessTokens()
    await session.reloadUser()
    session.updateUser({ nickname: '阿达' })
    expect(listener).not.toHaveBeenCalled()
    await session.logout()
    await session.logout()
    expect(listener).toHaveBeenCalledTimes(1)
  })
})
