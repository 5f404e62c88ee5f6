import { beforeEach, describe, expect, it, vi } from 'vitest'
import { consent } from '../fakes/consent.ts'
import { ada, bob, createPhone } from './phone.ts'

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-11-20T08:00:00Z') })
})

const quota = () => {
  throw new Error('setStorageSync:fail exceed max size')
}

describe('stored session', () => {
  const valid = () => {
    const phone = createPhone()
    phone.storeSession()
    return phone.storedSession() as unknown as Record<string, unknown>
  }

  it.each<[string, () => unknown]>([
    ['a text', () => 'gibberish'],
    ['a number', () => 7],
    ['an empty object', () => ({})],
    ['of an older version', () => ({ ...valid(), version: 0 })],
    ['of a newer version', () => ({ ...valid(), version: 2 })],
    ['without a refresh token', () => ({ ...valid(), refreshToken: undefined })],
    ['with an empty access token', () => ({ ...valid(), accessToken: '' })],
    ['with a clock offset that is no number', () => ({ ...valid(), clockOffsetMs: Number.NaN })],
    ['without a user', () => ({ ...valid(), user: null })],
    ['with a user without an id', () => ({ ...valid(), user: { ...(valid().user as object), id: 5 } })],
    ['begun in a way that nobody knows', () => ({ ...valid(), loginMethod: 'a dance' })],
    ['of the form before sessions said how they began', () => ({ ...valid(), loginMethod: undefined })],
    ["without a word on WeChat's key", () => ({ ...valid(), sessionKeyStale: undefined })],
    ['with half a user', () => ({ ...valid(), user: { id: ada } })],
  ])('%s is ignored, and nothing else is lost', async (_name, record) => {
    const phone = createPhone()
    phone.stored.set('session', record())
    const session = phone.launch()
    await session.start()
    expect(session.state()).toEqual({ kind: 'guest', endedBy: null })
    expect(phone.server.total()).toBe(0)
    expect(phone.stored.get('draft of another feature')).toBe('must survive')
    await expect(session.login(consent)).resolves.toMatchObject({ user: { id: ada } })
  })

  it('is ignored when it cannot be read', () => {
    const phone = createPhone()
    phone.storeSession()
    phone.platform.storage.read.mockImplementation(quota)
    expect(phone.launch().state()).toEqual({ kind: 'guest', endedBy: null })
  })

  it('lives in memory when it cannot be written', async () => {
    const phone = createPhone()
    phone.platform.storage.write.mockImplementation(quota)
    const session = phone.launch()
    await session.login(consent)
    await expect(session.reloadUser()).resolves.toMatchObject({ id: ada })
    expect(phone.launch().state().kind).toBe('guest')
    expect(phone.stored.get('draft of another feature')).toBe('must survive')
  })

  it('is removed when it cannot be replaced', async () => {
    const phone = createPhone()
    phone.storeSession()
    const session = phone.launch()
    phone.platform.storage.write.mockImplementation(quota)
    phone.wechatUserId = bob
    await session.login(consent)
    expect(phone.storedSession()).toBeUndefined()
    expect(session.state()).toMatchObject({ kind: 'user', user: { id: bob } })
  })

  it('ends in memory when it cannot be removed', async () => {
    const phone = createPhone()
    phone.storeSession()
    const session = phone.launch()
    phone.platform.storage.remove.mockImplementation(quota)
    await session.logout()
    expect(session.state().kind).toBe('guest')
  })
})
