import type { LoginResult } from '@repo/shared'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasDatabase } from '../support/database.ts'
import { createTestApp, problem, type TestApp, unboundApp } from '../support/test-app.ts'

const password = 'correct horse battery'
const newPassword = 'another horse staple'

describe.runIf(hasDatabase)('PUT /v1/me/password', () => {
  let testApp: TestApp
  let people = 0
  beforeAll(async () => {
    testApp = await createTestApp()
  })
  afterAll(() => testApp?.close())

  const put = ({ accessToken: token }: LoginResult, body: object) =>
    testApp.call('PUT /v1/me/password', { token, body })
  const reset = (body: object) => testApp.call('POST /v1/auth/password-reset', { body })
  const logIn = (username: string, typed: string) =>
    testApp.call('POST /v1/auth/password-login', { body: { username, password: typed } })
  const me = async ({ accessToken: token }: LoginResult) => (await testApp.call('GET /v1/me', { token })).body
  const eventsOf = async (userId: string, type: string) =>
    testApp.database.prisma.auditEvent.findMany({ where: { userId, type } })

  /** Somebody with WeChat, a password, and two devices. */
  async function member() {
    people += 1
    const [person, username] = [`person-${people}`, `member-${people}`]
    const answer = await testApp.call('POST /v1/auth/register', {
      body: { username, password, code: await testApp.code(person) },
    })
    return { person, username, here: answer.body as LoginResult, elsewhere: await testApp.login(person) }
  }
  const nextUser = () => {
    people += 1
    return `person-${people}`
  }

  it('logs out all other devices, returns new tokens for this one, and is audited', async () => {
    const { username, here: before, elsewhere } = await member()
    const answer = await put(before, { proof: { password }, newPassword })
    const here = answer.body
    expect(answer).toMatchObject({ status: 200, body: { user: { username } } })
    expect(await me(before)).toMatchObject({ code: 'access_token_expired' })
    expect((await me(here)).username).toBe(username)
    expect(await me(elsewhere)).toMatchObject({ code: 'session_revoked' })
    const refreshed = (login: LoginResult) =>
      testApp.call('POST /v1/auth/refresh', { body: { refreshToken: login.refreshToken } })
    expect((await refreshed(here)).status).toBe(200)
    expect(await refreshed(elsewhere)).toMatchObject(problem('session_revoked', 401))
    expect((await logIn(username, newPassword)).status).toBe(200)
    expect((await logIn(username, password)).status).toBe(400)
    expect(await eventsOf(here.user.id, 'password_changed')).toHaveLength(1)
    const revoked = await eventsOf(here.user.id, 'session_revoked')
    expect(revoked.map(({ data }) => data)).toEqual([{ reason: 'password_changed' }])
  })

  it("accepts a fresh code of the user's WeChat account as proof, and no other", async () => {
    const { person, username, here } = await member()
    const stranger = nextUser()
    const foreign = async () => put(here, { newPassword, proof: { code: await testApp.code(stranger) } })
    expect(await foreign()).toMatchObject(problem('different_account', 409))
    await testApp.login(stranger)
    expect(await foreign()).toMatchObject(problem('different_account', 409))
    expect((await logIn(username, password)).status).toBe(200)
    expect((await put(here, { newPassword, proof: { code: await testApp.code(person) } })).status).toBe(200)
    expect((await logIn(username, newPassword)).status).toBe(200)
  })

  it('sets the first password of a WeChat account together with a username', async () => {
    const person = nextUser()
    const login = await testApp.login(person)
    const username = `First-${people}`
    const code = await testApp.code(person)
    const { body } = await put(login, { newPassword, username, proof: { code } })
    expect((await me(body)).username).toBe(username.toLowerCase())
    expect((await logIn(username, newPassword)).body.user.id).toBe(login.user.id)
  })

  it('requires a username and a code for the first password', async () => {
    const person = nextUser()
    const login = await testApp.login(person)
    const proof = async () => ({ proof: { code: await testApp.code(person) } })
    const answer = await put(login, { newPassword, ...(await proof()) })
    expect(answer.body).toMatchObject({
      code: 'invalid_request',
      detail: expect.stringContaining('body/username'),
    })
    const guess = { newPassword, username: 'whatever', proof: { password } }
    expect(await put(login, guess)).toMatchObject(problem('password_not_set', 409))
    expect((await put(login, { newPassword, ...(await proof()), username: `spared-${people}` })).status).toBe(
      200,
    )
  })

  it('rejects the username of another user', async () => {
    const { username } = await member()
    const person = nextUser()
    const login = await testApp.login(person)
    const proof = async () => ({ proof: { code: await testApp.code(person) } })
    const taken = { newPassword, ...(await proof()), username: username.toUpperCase() }
    expect(await put(login, taken)).toMatchObject(problem('username_taken', 409))
    const free = { newPassword, ...(await proof()), username: `free-${people}` }
    expect((await put(login, free)).status).toBe(200)
  })

  it('rejects a change of the username', async () => {
    const { here } = await member()
    const body = { newPassword, proof: { password }, username: 'another-name' }
    expect(await put(here, body)).toMatchObject(problem('username_immutable', 409))
  })

  it('rejects a wrong password, two proofs, no proof, and a common password', async () => {
    const { username, here, elsewhere } = await member()
    expect(await put(here, { newPassword, proof: { password: 'wrong' } })).toMatchObject(
      problem('credentials_invalid', 400),
    )
    for (const proof of [{}, { password, code: 'x' }])
      expect(await put(here, { newPassword, proof })).toMatchObject(problem('invalid_request', 400))
    for (const common of ['password1', username])
      expect(await put(here, { newPassword: common, proof: { password } })).toMatchObject(
        problem('password_too_common', 400),
      )
    expect((await logIn(username, password)).status).toBe(200)
    expect((await me(elsewhere)).username).toBe(username)
  })

  describe('POST /v1/auth/password-reset', () => {
    it('accepts a proof by WeChat, logs out everywhere, and is audited', async () => {
      const { person, username, here, elsewhere } = await member()
      const code = await testApp.code(person)
      expect(await reset({ code, newPassword })).toMatchObject({ status: 204, text: '' })
      expect(await me(here)).toMatchObject({ code: 'session_revoked' })
      expect(await me(elsewhere)).toMatchObject({ code: 'session_revoked' })
      expect((await logIn(username, newPassword)).status).toBe(200)
      expect((await logIn(username, password)).status).toBe(400)
      expect(await eventsOf(here.user.id, 'password_changed')).toHaveLength(1)
    })

    it('stores the session_key of the code that proved it', async () => {
      const { person, here } = await member()
      const keyOf = async () =>
        (await testApp.database.prisma.wechatIdentity.findFirstOrThrow({ where: { userId: here.user.id } }))
          .sessionKeyEncrypted
      const before = await keyOf()
      await reset({ code: await testApp.code(person), newPassword })
      expect(await keyOf()).not.toEqual(before)
    })

    it('rejects a new WeChat user and an account without a password, and registers no user', async () => {
      const person = nextUser()
      const before = await testApp.database.prisma.user.count()
      expect(await reset({ code: await testApp.code(person), newPassword })).toMatchObject(
        problem('password_not_set', 409),
      )
      expect(await testApp.database.prisma.user.count()).toBe(before)
      const login = await testApp.login(person)
      expect(await reset({ code: await testApp.code(person), newPassword })).toMatchObject(
        problem('password_not_set', 409),
      )
      expect((await me(login)).id).toBe(login.user.id)
    })

    it('rejects an invalid code, a common password and a banned user, and changes nothing', async () => {
      const { person, username, here } = await member()
      expect(await reset({ code: 'unknown', newPassword })).toMatchObject(problem('code_invalid', 400))
      const code = await testApp.code(person)
      expect(await reset({ code, newPassword: 'password1' })).toMatchObject(
        problem('password_too_common', 400),
      )
      expect(await reset({ code, newPassword: username })).toMatchObject(problem('password_too_common', 400))
      expect(await reset({ code: await testApp.code(person), appId: unboundApp, newPassword })).toMatchObject(
        problem('code_invalid', 400),
      )
      await testApp.database.prisma.user.update({ where: { id: here.user.id }, data: { status: 'banned' } })
      expect(await reset({ code: await testApp.code(person), newPassword })).toMatchObject(
        problem('account_banned', 403),
      )
      await testApp.database.prisma.user.update({ where: { id: here.user.id }, data: { status: 'active' } })
      expect((await logIn(username, password)).status).toBe(200)
    })
  })
})
