import type { FastifyInstance } from 'fastify'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { buildApp } from '../../src/app.ts'
import { createWechatClient, type WechatClient } from '../../src/infra/wechat/client.ts'
import { register } from '../support/accounts.ts'
import { hasDatabase } from '../support/database.ts'
import { memoryLog } from '../support/memory-log.ts'
import { nextUser } from '../support/next-user.ts'
import { createTestApp, problem, type TestApp } from '../support/test-app.ts'

const second = 1000
const hour = 60 * 60 * second
const home = '203.0.113.7'
const elsewhere = '198.51.100.9'

describe.runIf(hasDatabase)('POST /v1/auth/refresh with a token that was used before', () => {
  let testApp: TestApp
  let otherWechat: WechatClient
  let otherInstance: FastifyInstance
  beforeAll(async () => {
    testApp = await createTestApp()
    const { config, database } = testApp
    const { log } = memoryLog(config)
    otherWechat = createWechatClient(config.wechat, { log, onCallEnd() {} })
    otherInstance = await buildApp({ config, database, wechat: otherWechat, log })
  })
  afterAll(async () => {
    await otherInstance?.close()
    await otherWechat?.close()
    await testApp?.close()
  })
  afterEach(() => void vi.useRealTimers())

  const wait = (ms: number) => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms })
  const refresh = (refreshToken: string, remoteAddress = home) =>
    testApp.call('POST /v1/auth/refresh', { body: { refreshToken }, remoteAddress })
  const me = async (token: string) => (await testApp.call('GET /v1/me', { token })).status
  const sessionOf = (refreshToken: string) =>
    testApp.database.prisma.session.findUniqueOrThrow({ where: { id: refreshToken.split('.')[0] ?? '' } })
  const historyOf = async (token: string): Promise<string[]> =>
    (await testApp.call('GET /v1/me/login-history', { token })).body.events.map(
      ({ type }: { type: string }) => type,
    )

  it.each([
    ['WeChat', () => testApp.login(nextUser())],
    [
      'a phone number',
      async () => {
        const person = nextUser()
        const body = { loginCode: await testApp.code(person), phoneCode: await testApp.phoneCode(person) }
        return (await testApp.call('POST /v1/auth/phone-login', { body })).body
      },
    ],
    ['a password', () => register(testApp)],
  ])('keeps a session of %s whose response was lost 20 hours ago, and audits it', async (_name, logIn) => {
    const { refreshToken } = await logIn()
    const lost = await refresh(refreshToken)
    wait(20 * hour)
    const again = await refresh(refreshToken, elsewhere)
    expect(again.body.refreshToken).toBe(lost.body.refreshToken)
    expect(await me(again.body.accessToken)).toBe(200)
    expect((await historyOf(again.body.accessToken))[0]).toBe('refresh_token_repeated')
    wait(hour)
    expect((await refresh(again.body.refreshToken)).status).toBe(200)
  })

  it('ends the session a day after a response that was never used', async () => {
    const { refreshToken } = await testApp.login(nextUser())
    expect((await refresh(refreshToken)).status).toBe(200)
    wait(25 * hour)
    expect(await refresh(refreshToken)).toMatchObject(problem('refresh_token_reused', 401))
  })

  it('returns the same token for ten seconds after its first use, in the same network', async () => {
    const { refreshToken } = await testApp.login(nextUser())
    const next = (await refresh(refreshToken)).body
    wait(5 * 60 * second)
    expect(await me(next.accessToken)).toBe(200)
    wait(9 * second)
    // A later use, and a write that came late, move nothing.
    expect(await me(next.accessToken)).toBe(200)
    expect((await refresh(refreshToken, '203.0.113.99')).body.refreshToken).toBe(next.refreshToken)
    wait(2 * second)
    expect(await refresh(refreshToken)).toMatchObject(problem('refresh_token_reused', 401))
    expect(await me(next.accessToken)).toBe(401)
  })

  it('ends the session at once from another network when the response was used', async () => {
    const person = nextUser()
    const { refreshToken } = await testApp.login(person)
    const next = (await refresh(refreshToken)).body
    expect(await me(next.accessToken)).toBe(200)
    expect(await refresh(refreshToken, elsewhere)).toMatchObject(problem('refresh_token_reused', 401))
    const { accessToken } = await testApp.login(person)
    expect(await historyOf(accessToken)).toEqual(['login', 'refresh_token_reused', 'login'])
  })

  it('ends the session at the second refresh that a thief repeats within ten seconds', async () => {
    const person = nextUser()
    let phone: { accessToken: string; refreshToken: string } = await testApp.login(person)
    const answers: number[] = []
    for (let round = 0; round < 2; round += 1) {
      const stolen = phone.refreshToken
      wait(10 * 60 * second)
      phone = (await refresh(stolen)).body
      await me(phone.accessToken)
      wait(second)
      const thief = await refresh(stolen)
      answers.push(thief.status)
      if (thief.status === 200) await me(thief.body.accessToken)
    }
    expect(answers).toEqual([200, 401])
    expect(await me(phone.accessToken)).toBe(401)
    const { accessToken } = await testApp.login(person)
    expect(await historyOf(accessToken)).toEqual([
      'login',
      'refresh_token_reused',
      'refresh_token_repeated',
      'login',
    ])
  })

  it('ends the session when both responses of one refresh are in use', async () => {
    const { refreshToken } = await testApp.login(nextUser())
    const thief = (await refresh(refreshToken, elsewhere)).body
    wait(60 * second)
    const phone = (await refresh(refreshToken)).body
    expect(await me(phone.accessToken)).toBe(200)
    expect(await me(thief.accessToken)).toBe(200)
    expect(await refresh(thief.refreshToken, elsewhere)).toMatchObject(problem('refresh_token_reused', 401))
    expect(await me(thief.accessToken)).toBe(401)
    expect(await sessionOf(refreshToken)).toMatchObject({ revokedReason: 'refresh_token_reused' })
  })

  it('keeps a session whose refreshes race, and one whose access tokens are never used', async () => {
    let { refreshToken } = await testApp.login(nextUser())
    for (let round = 0; round < 3; round += 1) {
      wait(10 * 60 * second)
      const answers = await Promise.all([refresh(refreshToken), refresh(refreshToken)])
      expect(answers.map(({ status }) => status)).toEqual([200, 200])
      refreshToken = answers[0]?.body.refreshToken
    }
    expect(await sessionOf(refreshToken)).toMatchObject({ revokedAt: null, refreshCounter: 4 })
  })

  it('returns the same on every instance, also after a use that another one saw', async () => {
    const { refreshToken } = await testApp.login(nextUser())
    const next = (await refresh(refreshToken)).body
    const headers = { authorization: `Bearer ${next.accessToken}` }
    expect((await otherInstance.inject({ url: '/v1/me', headers })).statusCode).toBe(200)
    await expect.poll(async () => (await sessionOf(refreshToken)).usedAt).not.toBeNull()
    wait(11 * second)
    expect(await refresh(refreshToken)).toMatchObject(problem('refresh_token_reused', 401))
  })

  it('is audited by an instance that stops', async () => {
    const { refreshToken } = await testApp.login(nextUser())
    const next = (await refresh(refreshToken)).body
    const instance = await buildApp({
      config: testApp.config,
      database: testApp.database,
      wechat: otherWechat,
      log: memoryLog(testApp.config).log,
    })
    const headers = { authorization: `Bearer ${next.accessToken}` }
    await instance.inject({ url: '/v1/me', headers })
    await instance.close()
    expect(await sessionOf(refreshToken)).toMatchObject({ usedRepeat: 0, usedAt: expect.any(Date) })
  })

  it('is audited at most 20 times per hour', async () => {
    const { refreshToken, user } = await testApp.login(nextUser())
    await refresh(refreshToken)
    for (let count = 0; count < 25; count += 1) expect((await refresh(refreshToken)).status).toBe(200)
    const where = { userId: user.id, type: 'refresh_token_repeated' }
    expect(await testApp.database.prisma.auditEvent.count({ where })).toBe(20)
  })
})
