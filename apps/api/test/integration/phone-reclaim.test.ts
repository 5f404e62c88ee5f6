import type { LoginResult } from '@repo/shared'
import { describe, expect, it } from 'vitest'
import { password, proven } from '../support/accounts.ts'
import { hasDatabase } from '../support/database.ts'
import { nextUser } from '../support/next-user.ts'
import { phoneLogin, setPhone } from '../support/phone-claims.ts'
import { type Answer, firstApp, problem, type TestApp, unboundApp } from '../support/test-app.ts'
import { useTestApp } from '../support/use-test-app.ts'

const dayMs = 24 * 60 * 60 * 1000

describe.runIf(hasDatabase)('POST /v1/auth/phone-login with the number of another account', () => {
  const testApp: TestApp = useTestApp()
  let numbers = 0

  /** An account with a number, and a new WeChat user who has the number now. */
  async function numberPassedOn(bindIn = firstApp) {
    numbers += 1
    const number = `136${String(numbers).padStart(8, '0')}`
    const [before, after] = [nextUser(), nextUser()]
    await setPhone(testApp, before, number)
    await setPhone(testApp, after, number)
    const { body } = await phoneLogin(testApp, before, bindIn)
    return { account: body as LoginResult, before, after }
  }
  const logOut = ({ accessToken: token }: LoginResult) => testApp.call('POST /v1/auth/logout', { token })
  const makeOld = (userId: string, ageMs: number) =>
    testApp.database.prisma.phone.update({
      where: { userId },
      data: { verifiedAt: new Date(Date.now() - ageMs) },
    })
  const makeUnused = async (userId: string, ageMs: number) => {
    const moment = new Date(Date.now() - ageMs)
    await testApp.database.prisma.user.update({ where: { id: userId }, data: { lastLoginAt: moment } })
    await testApp.database.prisma.session.updateMany({ where: { userId }, data: { refreshedAt: moment } })
  }
  const events = (userId: string) =>
    testApp.database.prisma.auditEvent.findMany({ where: { userId }, orderBy: { id: 'asc' } })
  async function expectConflict(answer: Answer, after: string) {
    expect(answer).toMatchObject(problem('account_conflict', 409))
    expect(answer.body.conflict.ticket).toBeNull()
    expect(answer.text).not.toMatch(/oken"/)
    expect((await testApp.login(after)).isNewUser, 'without the number they are new').toBe(true)
  }

  it('gives that account when no user is logged in there, says so, and removes its previous login methods', async () => {
    const { account, before, after } = await numberPassedOn()
    await logOut(account)
    const answer = await phoneLogin(testApp, after)
    expect(answer).toMatchObject({
      status: 200,
      body: { isNewUser: false, joinedByPhone: true, user: { id: account.user.id } },
    })
    const kept = (await events(account.user.id)).slice(4).map(({ type, data }) => [type, data])
    expect(kept).toEqual([
      ['wechat_unbound', { reason: 'phone' }],
      ['wechat_bound', { reason: 'phone' }],
      ['login', { method: 'phone', isNewUser: false, wechatMs: expect.any(Number) }],
    ])
    const previous = await testApp.login(before)
    expect([previous.isNewUser, previous.user.id === account.user.id]).toEqual([true, false])
    expect((await testApp.login(after)).user.id).toBe(account.user.id)
  })

  it('ends the remaining sessions and tokens of that account', async () => {
    const { account, after } = await numberPassedOn()
    // As one that expired: it is over, and its access token lives on for some minutes.
    await testApp.database.prisma.session.updateMany({
      where: { userId: account.user.id },
      data: { expiresAt: new Date() },
    })
    expect((await testApp.call('GET /v1/me', { token: account.accessToken })).status).toBe(200)
    expect((await phoneLogin(testApp, after)).body).toMatchObject({ joinedByPhone: true })
    expect(await testApp.call('GET /v1/me', { token: account.accessToken })).toMatchObject({ status: 401 })
    const body = { refreshToken: account.refreshToken }
    expect(await testApp.call('POST /v1/auth/refresh', { body })).toMatchObject({ status: 401 })
    const session = await testApp.database.prisma.session.findFirstOrThrow({
      where: { userId: account.user.id, revokedAt: { not: null } },
    })
    expect(session.revokedReason).toBe('phone_reclaimed')
    expect(await events(account.user.id)).toContainEqual(
      expect.objectContaining({ type: 'session_revoked', data: { reason: 'phone_reclaimed' } }),
    )
  })

  it.each([
    ['of this mini program', firstApp],
    ['of another mini program', unboundApp],
  ])('returns a conflict while a WeChat account %s is logged in there', async (_, appId) => {
    const { account, after } = await numberPassedOn(appId)
    await expectConflict(await phoneLogin(testApp, after), after)
    expect((await testApp.call('GET /v1/me', { token: account.accessToken })).status).toBe(200)
  })

  it('returns a conflict when that account has a password, even if WeChat is unbound and all devices are logged out', async () => {
    const { account, after } = await numberPassedOn()
    const username = `reclaim-${nextUser()}`
    const changed = await testApp.call('PUT /v1/me/password', {
      token: account.accessToken,
      body: await proven(testApp, account.accessToken, { newPassword: password, username }),
    })
    const token = changed.body.accessToken
    const body = { proof: { password } }
    const unbound = await testApp.call('POST /v1/me/wechat/unbind', { token, body })
    expect(unbound.status).toBe(200)
    await logOut(unbound.body)
    await expectConflict(await phoneLogin(testApp, after), after)
  })

  it('returns a conflict when the number was verified too long ago, however recently the account was used', async () => {
    const { account, after } = await numberPassedOn()
    const refresh = { refreshToken: account.refreshToken }
    await testApp.call('POST /v1/auth/refresh', { body: refresh })
    await logOut(account)
    await makeOld(account.user.id, 90 * dayMs)
    await expectConflict(await phoneLogin(testApp, after), after)
  })

  it('returns a conflict when the account was used after the day of the verification', async () => {
    for (const used of ['session', 'login']) {
      const { account, after } = await numberPassedOn()
      await logOut(account)
      await makeOld(account.user.id, 30 * dayMs)
      await makeUnused(account.user.id, 30 * dayMs)
      const moment = new Date(Date.now() - 28 * dayMs)
      if (used === 'session')
        await testApp.database.prisma.session.updateMany({
          where: { userId: account.user.id },
          data: { refreshedAt: moment },
        })
      else
        await testApp.database.prisma.user.update({
          where: { id: account.user.id },
          data: { lastLoginAt: moment },
        })
      await expectConflict(await phoneLogin(testApp, after), after)
    }
  })

  it('gives that account until the window is over', async () => {
    const { account, after } = await numberPassedOn()
    await logOut(account)
    await makeOld(account.user.id, 90 * dayMs - 60_000)
    await makeUnused(account.user.id, 90 * dayMs - 60_000)
    expect((await phoneLogin(testApp, after)).body).toMatchObject({ joinedByPhone: true })
  })

  it.each<[string, (login: LoginResult, person: string) => Promise<unknown>]>([
    ['a login by phone', (_login, person) => phoneLogin(testApp, person)],
    [
      'binding it again',
      async ({ accessToken: token }, person) =>
        testApp.call('POST /v1/me/phone', {
          token,
          body: await proven(testApp, token, { code: await testApp.phoneCode(person) }),
        }),
    ],
  ])('starts the window again after %s, but not after a plain login', async (_, verify) => {
    const { account, before } = await numberPassedOn()
    const { id: userId } = account.user
    await makeOld(userId, 80 * dayMs)
    const verifiedAt = async () =>
      (await testApp.database.prisma.phone.findUniqueOrThrow({ where: { userId } })).verifiedAt.getTime()
    const login = await testApp.login(before)
    await testApp.call('POST /v1/auth/refresh', { body: { refreshToken: login.refreshToken } })
    expect(await verifiedAt()).toBeLessThan(Date.now() - 79 * dayMs)
    await verify(login, before)
    expect(await verifiedAt()).toBeGreaterThan(Date.now() - 60_000)
  })
})
