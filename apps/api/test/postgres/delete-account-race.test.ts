import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasDatabase } from '../support/database.ts'
import { interleave, waitUntilBlocked } from '../support/interleave.ts'
import { type Answer, createTestApp, firstApp, secondApp, type TestApp } from '../support/test-app.ts'
import { timed } from '../support/timed.ts'

describe.runIf(hasDatabase)('an account that is deleted while it is used', () => {
  let testApp: TestApp
  beforeAll(async () => {
    testApp = await createTestApp()
  })
  afterAll(() => testApp?.close())

  const remoteAddress = '203.0.113.99'

  async function race(person: string, others: () => Promise<unknown>[]): Promise<string> {
    const { user, accessToken: token } = await testApp.login(person)
    const code = await testApp.code(person)
    const [deleted] = await Promise.all([
      testApp.call('POST /v1/me/delete', { token, body: { proof: { code } } }),
      ...others(),
    ])
    expect(deleted.status).toBe(204)
    return user.id
  }

  async function expectNothingOf(userId: string): Promise<void> {
    const { prisma } = testApp.database
    expect(await prisma.user.findUniqueOrThrow({ where: { id: userId } })).toMatchObject({
      status: 'deleted',
      lastLoginIp: '0.0.0.0',
      nickname: null,
    })
    expect(await prisma.wechatIdentity.count({ where: { userId } })).toBe(0)
    expect(await prisma.session.count({ where: { userId, revokedAt: null } })).toBe(0)
    expect(await prisma.session.count({ where: { userId, ip: { not: '0.0.0.0' } } })).toBe(0)
    expect(await prisma.auditEvent.count({ where: { userId, ip: { not: null } } })).toBe(0)
  }

  it('keeps no IP of a concurrent login, and no login fails', async () => {
    for (let round = 0; round < 15; round += 1) {
      const person = `person-${round}`
      const statuses: number[] = []
      const logIn = async () => {
        const body = { code: await testApp.code(person) }
        statuses.push((await testApp.call('POST /v1/auth/login', { body, remoteAddress })).status)
      }
      await expectNothingOf(await race(person, () => Array.from({ length: 6 }, logIn)))
      // In before it, refused by it, or somebody new after it.
      expect(statuses.filter((status) => status !== 200 && status !== 401)).toEqual([])
    }
  }, 60_000)

  describe('keeps no IP', () => {
    const password = 'correct horse battery'
    let people = 59
    async function settle() {
      people += 1
      const [person, username] = [`person-${people}`, `leaving-${people}`]
      const { user, accessToken } = await testApp.login(person)
      const body = { username, newPassword: password, proof: { code: await testApp.code(person) } }
      const changed = await testApp.call('PUT /v1/me/password', { token: accessToken, body })
      const token: string = changed.body.accessToken
      const deleteAccount = () => testApp.call('POST /v1/me/delete', { token, body: { proof: { password } } })
      return { userId: user.id, username, token, deleteAccount }
    }

    it('of a logout that is half done', async () => {
      const { userId, token, deleteAccount } = await settle()
      const logOut = () => testApp.call('POST /v1/auth/logout', { token, remoteAddress })
      const answers = await interleave(testApp.database, logOut, deleteAccount)
      expect(answers.map(({ status }) => status)).toEqual([204, 204])
      await expectNothingOf(userId)
    })

    /** What comes when the log has been rewritten and nothing is committed. */
    async function comeLate(deleteAccount: () => Promise<Answer>, request: () => Promise<Answer>) {
      const begun = await testApp.database.transaction(async (query) => {
        await query`LOCK TABLE revocations IN SHARE MODE`
        return [
          await waitUntilBlocked(testApp.database, deleteAccount),
          await waitUntilBlocked(testApp.database, request),
        ]
      })
      const answers = await Promise.all(begun.map(({ answer }) => answer))
      return answers.map(({ status }) => status)
    }

    it('of an export that starts meanwhile, and is rejected', async () => {
      const { userId, token, deleteAccount } = await settle()
      const takeAlong = () =>
        testApp.call('POST /v1/me/export', { token, body: { proof: { password } }, remoteAddress })
      expect(await comeLate(deleteAccount, takeAlong)).toEqual([204, 401])
      await expectNothingOf(userId)
    })

    it('of a wrong password meanwhile', async () => {
      const { userId, username, deleteAccount } = await settle()
      const body = { username, password: 'correct horse' }
      const logIn = () => testApp.call('POST /v1/auth/password-login', { body, remoteAddress })
      expect(await comeLate(deleteAccount, logIn)).toEqual([204, 400])
      await expectNothingOf(userId)
    })
  })

  it('is not found by a concurrent login from another mini program, which creates a new user', async () => {
    for (let round = 20; round < 35; round += 1) {
      const person = `person-${round}`
      const logIn = async (appId: string) => {
        const body = { code: await testApp.code(person, appId), appId, sharedAccount: 'join' }
        await testApp.call('POST /v1/auth/login', { body, remoteAddress })
      }
      const joined = await race(person, () => [secondApp, firstApp, secondApp].map(logIn))
      await expectNothingOf(joined)
    }
  }, 60_000)

  it('waits for a login that is about to write, which creates a new user and leaves no IP', async () => {
    const { user } = await testApp.login('person-50')
    const { prisma } = testApp.database
    const body = { code: await testApp.code('person-50') }
    const login = await testApp.database.transaction(async (query) => {
      await query`SELECT FROM users WHERE id = ${user.id}::uuid FOR UPDATE`
      const login = await waitUntilBlocked(testApp.database, () =>
        testApp.call('POST /v1/auth/login', { body, remoteAddress }),
      )
      await query`UPDATE users SET status = 'deleted', last_login_ip = '0.0.0.0' WHERE id = ${user.id}::uuid`
      await query`DELETE FROM wechat_identities WHERE user_id = ${user.id}::uuid`
      return login
    })
    expect(await login.answer).toMatchObject({ status: 200, body: { isNewUser: true } })
    expect(await prisma.session.count({ where: { userId: user.id, ip: remoteAddress } })).toBe(0)
    expect((await prisma.user.findUniqueOrThrow({ where: { id: user.id } })).lastLoginIp).toBe('0.0.0.0')
  })

  it('is not found by a login that looked it up before the deletion', async () => {
    const { user, accessToken: token } = await testApp.login('person-52')
    const code = await testApp.code('person-52')
    const body = {
      code: await testApp.code('person-52', secondApp),
      appId: secondApp,
      sharedAccount: 'join',
    }
    const begun = await testApp.database.transaction(async (query) => {
      await query`SELECT FROM users WHERE id = ${user.id}::uuid FOR UPDATE`
      return [
        await waitUntilBlocked(testApp.database, () =>
          testApp.call('POST /v1/me/delete', { token, body: { proof: { code } } }),
        ),
        await waitUntilBlocked(testApp.database, () =>
          testApp.call('POST /v1/auth/login', { body, remoteAddress }),
        ),
      ]
    })
    const [deleted, joined] = await Promise.all(begun.map(({ answer }) => answer))
    expect(deleted?.status).toBe(204)
    expect(joined).toMatchObject({ status: 200, body: { isNewUser: true } })
    await expectNothingOf(user.id)
  })

  it('is deleted within seconds, also with 100,000 events', async () => {
    const { user, accessToken: token } = await testApp.login('person-51')
    // In parts: a statement has five seconds.
    for (let part = 0; part < 10; part += 1)
      await testApp.database.prisma.$executeRaw`
        INSERT INTO audit_events (id, type, at, user_id, ip, data)
        SELECT gen_random_uuid(), 'login', now(), ${user.id}::uuid, '203.0.113.99', '{"method":"wechat"}'
        FROM generate_series(1, 10000)`
    const code = await testApp.code('person-51')
    const { answer, durationMs } = await timed(() =>
      testApp.call('POST /v1/me/delete', { token, body: { proof: { code } } }),
    )
    expect(answer.status).toBe(204)
    expect(durationMs).toBeLessThan(9000)
    await expectNothingOf(user.id)
  }, 60_000)
})
