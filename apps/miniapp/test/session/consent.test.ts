import type { Consent } from '@repo/shared'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { ApiError } from '../../src/session/errors.ts'
import { consent } from '../fakes/consent.ts'
import { accessTokenLifeMs } from './fake-server.ts'
import { createPhone, errorOf } from './phone.ts'

const newest: Consent = { agreementVersion: '2026-12-01', privacyVersion: '2026-12-01' }
const requiredConsent = { agreementVersion: newest.agreementVersion, privacyVersion: null }

const outdated = () => {
  throw new ApiError('consent_outdated', { status: 409, requiredConsent })
}

describe('a session whose consent is outdated', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })

  /** A phone whose token has expired, and an API that refreshes it only after the consent. */
  function createOutdatedPhone() {
    const phone = createPhone()
    phone.storeSession()
    const session = phone.launch()
    vi.advanceTimersByTime(accessTokenLifeMs)
    const refuse = (times: number) =>
      phone.server.respondNext('POST /v1/auth/refresh', ...Array.from({ length: times }, () => outdated))
    return { phone, session, refuse }
  }
  const refreshBodies = (phone: ReturnType<typeof createPhone>) =>
    phone.server.calls.filter(({ key }) => key === 'POST /v1/auth/refresh').map(({ options }) => options.body)

  it('goes on at launch and in a page that loads by itself, without asking', async () => {
    const { phone, session, refuse } = createOutdatedPhone()
    refuse(2)
    await session.start()
    expect((await errorOf(session.load('GET /v1/me', {}))).code).toBe('consent_outdated')
    expect(phone.onConsentOutdated).not.toHaveBeenCalled()
    expect(session.state()).toMatchObject({ kind: 'user', requiredConsent })
    expect(phone.storedSession()).toBeDefined()
  })

  it('asks once for concurrent requests, sends the consent with the refresh and goes on', async () => {
    const { phone, session, refuse } = createOutdatedPhone()
    phone.onConsentOutdated.mockResolvedValueOnce(newest)
    refuse(1)
    const users = await Promise.all([1, 2, 3].map(() => session.request('GET /v1/me', {})))
    expect(users).toHaveLength(3)
    expect(phone.onConsentOutdated.mock.calls).toEqual([[requiredConsent]])
    const { refreshToken } = refreshBodies(phone)[0] as { refreshToken: string }
    expect(refreshBodies(phone)).toEqual([{ refreshToken }, { refreshToken, consent: newest }])
    expect(session.state()).not.toHaveProperty('requiredConsent')
    expect(phone.storedSession()?.consent).toEqual(newest)
  })

  it('stays logged in after the user declines, and asks again at the next tap', async () => {
    const { phone, session, refuse } = createOutdatedPhone()
    refuse(9)
    expect((await errorOf(session.request('GET /v1/me', {}))).code).toBe('consent_outdated')
    expect(session.state().kind).toBe('user')
    expect((await errorOf(session.load('GET /v1/me', {}))).code).toBe('consent_outdated')
    expect(phone.onConsentOutdated).toHaveBeenCalledTimes(1)
    expect(await session.requireLogin()).toBe(false)
    expect(phone.onConsentOutdated).toHaveBeenCalledTimes(2)
    expect(phone.openLogin).not.toHaveBeenCalled()
  })

  it('declines when the page that asks cannot open', async () => {
    const { phone, session, refuse } = createOutdatedPhone()
    refuse(2)
    phone.onConsentOutdated.mockRejectedValueOnce(new Error('no page'))
    expect((await errorOf(session.request('GET /v1/me', {}))).code).toBe('consent_outdated')
    expect(session.state().kind).toBe('user')
  })

  it('sends the consent with a later refresh when the network fails', async () => {
    const { phone, session, refuse } = createOutdatedPhone()
    phone.onConsentOutdated.mockResolvedValueOnce(newest)
    refuse(1)
    phone.server.respondNext('POST /v1/auth/refresh', () => {
      throw new ApiError('network_unreachable')
    })
    await session.start()
    expect(await session.requireLogin()).toBe(true)
    await session.load('GET /v1/me', {})
    expect(refreshBodies(phone).at(-1)).toMatchObject({ consent: newest })
    expect(phone.onConsentOutdated).toHaveBeenCalledTimes(1)
  })

  it('does not give the consent of one user to another', async () => {
    const { phone, session, refuse } = createOutdatedPhone()
    phone.onConsentOutdated.mockImplementationOnce(async () => {
      await session.logout()
      return newest
    })
    refuse(2)
    await session.start()
    expect(await session.requireLogin()).toBe(false)
    expect(refreshBodies(phone).filter((body) => 'consent' in (body as object))).toEqual([])
  })

  it('renews an expired session with a fresh code and the new consent', async () => {
    const { phone, session } = createOutdatedPhone()
    phone.onConsentOutdated.mockResolvedValueOnce(newest)
    const expired = () => {
      throw new ApiError('refresh_token_expired', { status: 401 })
    }
    phone.server.respondNext('POST /v1/auth/refresh', expired, expired)
    phone.server.respondNext('POST /v1/auth/login', outdated)
    await session.request('GET /v1/me', {})
    const bodies = phone.server.calls
      .filter(({ key }) => key === 'POST /v1/auth/login')
      .map(({ options }) => options.body as { code: string; consent: Consent })
    expect(bodies.map((body) => body.consent)).toEqual([consent, newest])
    expect(new Set(bodies.map(({ code }) => code)).size).toBe(2)
  })
})
