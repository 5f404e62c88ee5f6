import type { Consent, LoginResult } from '@repo/shared'
import { v7 as uuidv7 } from 'uuid'
import { describe, expect, it } from 'vitest'
import { startRetention } from '../../src/maintenance/retention.ts'
import { callOk, codeOf, password, register, userOf } from '../support/accounts.ts'
import { consent } from '../support/consent.ts'
import { hasDatabase } from '../support/database.ts'
import { deleteMe } from '../support/deleting.ts'
import { merge, twoAccounts } from '../support/merging.ts'
import { nextUser } from '../support/next-user.ts'
import { createTestApp, firstApp, problem, secondApp, type TestApp } from '../support/test-app.ts'
import { useTestApp } from '../support/use-test-app.ts'

const older: Consent = { agreementVersion: '2026-01-01', privacyVersion: '2026-01-02' }
const dayFromNow = (days: number) =>
  new Date(Date.now() + days * 24 * 60 * 60 * 1000).toISOString().slice(0, 10)

const rowsOf = async ({ database }: TestApp, userId: string) =>
  (await database.prisma.consent.findMany({ where: { userId }, orderBy: { id: 'asc' } })).map(
    ({ id: _id, userId: _userId, createdAt: _createdAt, accountDeletedAt: _deletedAt, ...row }) => row,
  )

/** A body of each login, with a code and a number of its own. */
const logins: [string, string, (testApp: TestApp) => Promise<object>][] = [
  ['POST /v1/auth/login', 'wechat', async (testApp) => codeOf(testApp, nextUser())],
  [
    'POST /v1/auth/phone-login',
    'phone',
    async (testApp) => {
      const person = nextUser()
      return { loginCode: await testApp.code(person), phoneCode: await testApp.phoneCode(person) }
    },
  ],
  ['POST /v1/auth/register', 'registration', async () => ({ username: `user-${nextUser()}`, password })],
  [
    'POST /v1/auth/password-login',
    'password',
    async (testApp) => {
      const { user } = await register(testApp, { consent: older })
      return { username: user.username, password }
    },
  ],
]

describe.runIf(hasDatabase)('a consent', () => {
  const testApp = useTestApp()
  const login = (body: object) => testApp.call('POST /v1/auth/login', { body })

  it.each(logins)('%s stores and audits it once', async (key, method, bodyOf) => {
    const body = await bodyOf(testApp)
    const { user } = (await callOk(testApp, key, body)) as LoginResult
    const stored = { ...consent, method, appId: firstApp }
    expect((await rowsOf(testApp, user.id)).at(-1)).toEqual(stored)
    const events = await testApp.database.prisma.auditEvent.findMany({
      where: { userId: user.id, type: 'consent_given' },
      orderBy: { id: 'asc' },
    })
    expect(events.at(-1)).toMatchObject({
      appId: firstApp,
      sessionId: expect.any(String),
      data: { ...consent, method },
    })
    expect(await userOf(testApp, user.id)).toMatchObject({ ...consent, consentSince: expect.any(Date) })
  })

  it.each(logins)('%s rejects a body without one, and uses nothing up', async (key, _method, bodyOf) => {
    const body = await bodyOf(testApp)
    expect(await testApp.call(key, { body: { ...body, consent: undefined } })).toMatchObject({
      ...problem('invalid_request', 400),
      body: { detail: "body must have required property 'consent'" },
    })
    await callOk(testApp, key, body)
  })

  it.each([
    { agreementVersion: '9999-12-31' },
    { privacyVersion: dayFromNow(40) },
    { privacyVersion: '2026-02-30' },
    { agreementVersion: '2026-1-1' },
    { agreementVersion: '' },
    { agreementVersion: null },
  ])('is rejected with the version %o', async (wrong) => {
    const body = { code: await testApp.code(nextUser()), consent: { ...consent, ...wrong } }
    expect(await login(body)).toMatchObject(problem('invalid_request', 400))
    expect(await testApp.database.prisma.consent.count({ where: { ...wrong } as object })).toBe(0)
  })

  it('may name a document that applies in some days', async () => {
    const soon = { agreementVersion: dayFromNow(20), privacyVersion: dayFromNow(20) }
    expect((await login({ code: await testApp.code(nextUser()), consent: soon })).status).toBe(200)
  })

  it('is stored once per mini program and version, however often and from wherever the user logs in', async () => {
    const person = nextUser()
    const { user } = await testApp.login(person)
    await testApp.login(person)
    await Promise.all(
      Array.from({ length: 4 }, () => testApp.login(person, { consent: older, appId: secondApp })),
    )
    await testApp.login(person)
    expect(await rowsOf(testApp, user.id)).toEqual([
      { ...consent, method: 'wechat', appId: firstApp },
      { ...older, method: 'wechat', appId: secondApp },
    ])
    // A login with older documents takes back no newer consent.
    expect(await userOf(testApp, user.id)).toMatchObject(consent)
  })

  it('cannot be changed or deleted in the database', async () => {
    const { user } = await testApp.login(nextUser())
    const { prisma } = testApp.database
    const where = { userId: user.id }
    await expect(
      prisma.consent.updateMany({ where, data: { agreementVersion: '2020-01-01' } }),
    ).rejects.toThrow()
    await expect(prisma.consent.deleteMany({ where })).rejects.toThrow()
    await expect(prisma.$executeRaw`TRUNCATE consents`).rejects.toThrow()
    expect(await rowsOf(testApp, user.id)).toHaveLength(1)
  })

  it('is shown to the user, by GET /v1/me and in the export', async () => {
    const person = nextUser()
    const { accessToken: token } = await testApp.login(person)
    expect((await testApp.call('GET /v1/me', { token })).body.consent).toEqual(consent)
    const exported = await callOk(
      testApp,
      'POST /v1/me/export',
      { proof: await codeOf(testApp, person) },
      { token },
    )
    expect(exported.consents).toMatchObject([{ ...consent, method: 'wechat', appId: firstApp }])
    expect(exported.user).toMatchObject({ ...consent, consentSince: expect.any(String) })
  })

  it('of both accounts stays after a merge, under the account that stays', async () => {
    const { person, account, wechat, ticket } = await twoAccounts(testApp)
    const before = [...(await rowsOf(testApp, account.user.id)), ...(await rowsOf(testApp, wechat.user.id))]
    expect(before).toHaveLength(2)
    await merge(testApp, account.accessToken, ticket, await codeOf(testApp, person))
    const after = await rowsOf(testApp, account.user.id)
    expect(after).toHaveLength(2)
    expect(after).toEqual(expect.arrayContaining(before))
  })

  it('stays after a deletion as versions, way, time and AppID under an id that names no account', async () => {
    const person = nextUser()
    const { user, accessToken } = await testApp.login(person)
    await deleteMe(testApp, accessToken, await codeOf(testApp, person))
    expect(await testApp.database.prisma.consent.findMany({ where: { userId: user.id } })).toEqual([
      {
        id: expect.any(String),
        userId: user.id,
        ...consent,
        method: 'wechat',
        appId: firstApp,
        createdAt: expect.any(Date),
        accountDeletedAt: expect.any(Date),
      },
    ])
    expect(await userOf(testApp, user.id)).toMatchObject({
      consentSince: null,
      agreementVersion: null,
      privacyVersion: null,
    })
    const again = await testApp.login(person)
    expect(again).toMatchObject({ isNewUser: true })
  })

  it('is asked for by no login or refresh while no version is required', async () => {
    const { user, refreshToken } = await testApp.login(nextUser(), { consent: older })
    // An account from before consents were stored.
    await testApp.database.prisma.user.update({
      where: { id: user.id },
      data: { consentSince: null, agreementVersion: null, privacyVersion: null },
    })
    const { accessToken } = await callOk(testApp, 'POST /v1/auth/refresh', { refreshToken })
    expect((await testApp.call('GET /v1/me', { token: accessToken })).body.consent).toBeNull()
  })
})

describe.runIf(hasDatabase)('the proof of a consent', () => {
  const testApp = useTestApp(() => createTestApp({ CONSENT_RETENTION_DAYS: '10' }))

  it('is deleted CONSENT_RETENTION_DAYS after the account, and never before', async () => {
    const { prisma } = testApp.database
    const day = 24 * 60 * 60 * 1000
    const at = new Date(Date.now() - 400 * day)
    const create = (deletedDaysAgo: number | null) =>
      prisma.consent.create({
        data: {
          id: uuidv7(),
          userId: uuidv7(),
          method: 'wechat',
          createdAt: at,
          accountDeletedAt: deletedDaysAgo === null ? null : new Date(Date.now() - deletedDaysAgo * day),
        },
      })
    const kept = [await create(null), await create(9)]
    await create(11)
    const retention = startRetention({
      database: testApp.database,
      config: testApp.config,
      log: testApp.app.log,
    })
    expect((await retention.runOnce()).consents).toBe(1)
    await retention.close()
    expect((await prisma.consent.findMany({ orderBy: { id: 'asc' } })).map(({ id }) => id)).toEqual(
      kept.map(({ id }) => id),
    )
  })

  it('is stored with the session, or there is no session', async () => {
    const { prisma } = testApp.database
    await prisma.$executeRaw`ALTER TABLE consents RENAME TO consents_away`
    try {
      const answer = await testApp.call('POST /v1/auth/login', { body: await codeOf(testApp, nextUser()) })
      expect(answer.status).toBe(500)
      expect(await prisma.session.count()).toBe(0)
    } finally {
      await prisma.$executeRaw`ALTER TABLE consents_away RENAME TO consents`
    }
  })
})
