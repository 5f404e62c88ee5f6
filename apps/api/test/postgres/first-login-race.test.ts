import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasDatabase } from '../support/database.ts'
import { createTestApp, firstApp, secondApp, type TestApp } from '../support/test-app.ts'

/** Only a real server has several connections, so only there can first logins race. */
describe.runIf(hasDatabase)('concurrent first logins', () => {
  let testApp: TestApp
  beforeAll(async () => {
    testApp = await createTestApp({ WECHAT_TIMEOUT_MS: '5000' })
  })
  afterAll(() => testApp?.close())

  async function logInAtOnce(logins: { person: string; appId: string }[]) {
    const codes = await Promise.all(logins.map(({ person, appId }) => testApp.code(person, appId)))
    return Promise.all(
      logins.map(({ appId }, index) =>
        testApp.call('POST /v1/auth/login', { body: { code: codes[index], appId, sharedAccount: 'join' } }),
      ),
    )
  }

  it.each([0, 1, 2])(
    '100 of one openid create one user, which every response carries (round %i)',
    async (round) => {
      const before = await testApp.database.prisma.user.count()
      const person = `person-${round}`
      const answers = await logInAtOnce(Array.from({ length: 100 }, () => ({ person, appId: firstApp })))
      expect(answers.filter(({ status }) => status !== 200).map(({ text }) => text)).toEqual([])
      expect(new Set(answers.map(({ body }) => body.user.id)).size).toBe(1)
      expect(answers.filter(({ body }) => body.isNewUser)).toHaveLength(1)
      expect(await testApp.database.prisma.user.count()).toBe(before + 1)
    },
  )

  it.each([10, 11, 12])(
    '100 of two mini programs with one unionid create one user (round %i)',
    async (round) => {
      const before = await testApp.database.prisma.user.count()
      const person = `person-${round}`
      const answers = await logInAtOnce(
        Array.from({ length: 100 }, (_, index) => ({
          person,
          appId: index % 2 === 0 ? firstApp : secondApp,
        })),
      )
      expect(answers.filter(({ status }) => status !== 200).map(({ text }) => text)).toEqual([])
      expect(new Set(answers.map(({ body }) => body.user.id)).size).toBe(1)
      expect(answers.filter(({ body }) => body.isNewUser)).toHaveLength(1)
      expect(await testApp.database.prisma.user.count()).toBe(before + 1)
      const [{ user }] = answers.map(({ body }) => body)
      expect(await testApp.database.prisma.wechatIdentity.count({ where: { userId: user.id } })).toBe(2)
    },
  )

  it('50 WeChat users, each in two mini programs at the same time, create 50 users', async () => {
    const before = await testApp.database.prisma.user.count()
    const names = Array.from({ length: 50 }, (_, index) => `person-${100 + index}`)
    const answers = await logInAtOnce(
      names.flatMap((person) => [
        { person, appId: firstApp },
        { person, appId: secondApp },
      ]),
    )
    expect(answers.filter(({ status }) => status !== 200).map(({ text }) => text)).toEqual([])
    expect(new Set(answers.map(({ body }) => body.user.id)).size).toBe(50)
    expect(await testApp.database.prisma.user.count()).toBe(before + 50)
  })
})

describe.runIf(hasDatabase)('concurrent refreshes on PostgreSQL', () => {
  it('50 of one token leave one live session, and no client holds a token that ends it', async () => {
    const testApp = await createTestApp()
    try {
      const { refreshToken } = await testApp.login('person-0')
      const refresh = (token: string) =>
        testApp.call('POST /v1/auth/refresh', { body: { refreshToken: token } })
      const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(refreshToken)))
      expect(answers.filter(({ status }) => status !== 200).map(({ text }) => text)).toEqual([])
      const tokens = new Set<string>(answers.map(({ body }) => body.refreshToken))
      expect(tokens.size).toBe(1)
      for (const token of tokens) expect((await refresh(token)).status).toBe(200)
    } finally {
      await testApp.close()
    }
  })
})
