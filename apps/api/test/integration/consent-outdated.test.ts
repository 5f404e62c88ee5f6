import type { Consent, LoginResult } from '@repo/shared'
import { describe, expect, it } from 'vitest'
import { callOk, codeOf, password, userOf } from '../support/accounts.ts'
import { consent } from '../support/consent.ts'
import { hasDatabase } from '../support/database.ts'
import { nextUser } from '../support/next-user.ts'
import { createTestApp, firstApp, problem, type TestApp } from '../support/test-app.ts'
import { useTestApp } from '../support/use-test-app.ts'

const outdated: Consent = { ...consent, agreementVersion: '2026-10-31' }
/** The documents of the newest mini program. */
const newest: Consent = { agreementVersion: '2026-11-20', privacyVersion: '2026-11-20' }
const requiredConsent = { ...consent }

const rejected = { ...problem('consent_outdated', 409), body: { code: 'consent_outdated', requiredConsent } }

describe.runIf(hasDatabase)('an outdated consent', () => {
  const testApp = useTestApp(() =>
    createTestApp({
      REQUIRED_AGREEMENT_VERSION: consent.agreementVersion,
      REQUIRED_PRIVACY_VERSION: consent.privacyVersion,
    }),
  )
  const refresh = (refreshToken: string, more: object = {}) =>
    testApp.call('POST /v1/auth/refresh', { body: { refreshToken, ...more } })

  /** As if the newer documents were required since this login. */
  async function outdatedLogin(person = nextUser()): Promise<LoginResult> {
    const login = await testApp.login(person)
    await testApp.database.prisma.user.update({ where: { id: login.user.id }, data: outdated })
    return login
  }

  it.each([
    ['POST /v1/auth/login', async (from: TestApp) => codeOf(from, nextUser())],
    [
      'POST /v1/auth/phone-login',
      async (from: TestApp) => {
        const person = nextUser()
        return { loginCode: await from.code(person), phoneCode: await from.phoneCode(person) }
      },
    ],
    ['POST /v1/auth/register', async () => ({ username: 'outdated-one', password })],
    ['POST /v1/auth/password-login', async () => ({ username: 'outdated-one', password })],
  ])('is rejected by %s, which uses up no code and creates no account', async (key, bodyOf) => {
    const body = await bodyOf(testApp)
    const users = await testApp.database.prisma.user.count()
    for (const versions of [outdated, { ...consent, privacyVersion: '2020-01-01' }])
      expect(await testApp.call(key, { body: { ...body, consent: versions } })).toMatchObject(rejected)
    expect(await testApp.database.prisma.user.count()).toBe(users)
    await callOk(testApp, key, body)
  })

  it('is rejected by a refresh, which does not consume the token and leaves the session', async () => {
    const { accessToken, refreshToken } = await outdatedLogin()
    for (let count = 0; count < 3; count += 1) expect(await refresh(refreshToken)).toMatchObject(rejected)
    expect(await refresh(refreshToken, { consent: outdated })).toMatchObject(rejected)
    expect((await testApp.call('GET /v1/me', { token: accessToken })).status).toBe(200)
    const renewed = await refresh(refreshToken, { consent: newest })
    expect(renewed.status).toBe(200)
    expect((await refresh(renewed.body.refreshToken)).status).toBe(200)
  })

  it('of an account from before consents were stored is asked for by the next refresh', async () => {
    const { user, refreshToken } = await testApp.login(nextUser())
    await testApp.database.prisma.user.update({
      where: { id: user.id },
      data: { consentSince: null, agreementVersion: null, privacyVersion: null },
    })
    expect(await refresh(refreshToken)).toMatchObject(rejected)
    expect((await refresh(refreshToken, { consent: newest })).status).toBe(200)
    expect(await userOf(testApp, user.id)).toMatchObject({ ...newest, consentSince: expect.any(Date) })
  })

  it('is renewed once by two refreshes that race, and both get the same token', async () => {
    const { user, refreshToken } = await outdatedLogin()
    const answers = await Promise.all([1, 2].map(() => refresh(refreshToken, { consent: newest })))
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(new Set(answers.map(({ body }) => body.refreshToken)).size).toBe(1)
    const rows = await testApp.database.prisma.consent.findMany({ where: { userId: user.id, ...newest } })
    expect(rows).toMatchObject([{ method: 'renewal', appId: firstApp }])
    expect(await userOf(testApp, user.id)).toMatchObject(newest)
  })

  it('cannot be renewed by a token that was replaced, expired or made up', async () => {
    const { user, refreshToken } = await testApp.login(nextUser())
    const second = (await refresh(refreshToken)).body
    const third = (await refresh(second.refreshToken)).body
    await testApp.call('GET /v1/me', { token: third.accessToken })
    await testApp.database.prisma.user.update({ where: { id: user.id }, data: outdated })
    expect((await refresh('made-up', { consent: newest })).body.code).toBe('refresh_token_invalid')
    expect((await refresh(refreshToken, { consent: newest })).body.code).toBe('refresh_token_reused')
    expect(await userOf(testApp, user.id)).toMatchObject(outdated)
  })

  it('hides no theft: a token that was replaced long ago still ends the session', async () => {
    const { user, refreshToken } = await testApp.login(nextUser())
    const second = (await refresh(refreshToken)).body
    await refresh(second.refreshToken)
    await testApp.database.prisma.user.update({ where: { id: user.id }, data: outdated })
    expect((await refresh(refreshToken)).body.code).toBe('refresh_token_reused')
    expect((await refresh(second.refreshToken, { consent: newest })).body.code).toBe('refresh_token_reused')
  })

  it('rejects a ban or a logout before it asks', async () => {
    const banned = await outdatedLogin()
    await testApp.database.prisma.user.update({ where: { id: banned.user.id }, data: { status: 'banned' } })
    expect((await refresh(banned.refreshToken)).body.code).toBe('account_banned')
    expect((await refresh(banned.refreshToken, { consent: newest })).body.code).toBe('account_banned')
    const gone = await outdatedLogin()
    await testApp.call('POST /v1/auth/logout', { token: gone.accessToken })
    expect((await refresh(gone.refreshToken, { consent: newest })).body.code).toBe('session_revoked')
    expect(await userOf(testApp, gone.user.id)).toMatchObject(outdated)
  })
})
