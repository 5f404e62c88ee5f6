import type { LoginResult } from '@repo/shared'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasDatabase } from '../support/database.ts'
import { createTestApp, problem, type TestApp, unboundApp } from '../support/test-app.ts'

const password = 'correct horse battery'

describe.runIf(hasDatabase)('PUT /v1/me/wechat', () => {
  let testApp: TestApp
  let people = 0
  beforeAll(async () => {
    testApp = await createTestApp()
  })
  afterAll(() => testApp?.close())

  const nextUser = () => {
    people += 1
    return `person-${people}`
  }
  async function register(body: object = {}): Promise<LoginResult> {
    people += 1
    const answer = await testApp.call('POST /v1/auth/register', {
      body: { username: `account-${people}`, password, ...body },
    })
    return answer.body
  }
  const bind = async ({ accessToken: token }: LoginResult, person: string, appId?: string) =>
    testApp.call('PUT /v1/me/wechat', {
      token,
      body: {
        code: await testApp.code(person, appId),
        ...(appId ? { appId } : {}),
        proof: await testApp.proofOf(token),
      },
    })
  const unbind = async ({ accessToken: token }: LoginResult, proof?: object) =>
    testApp.call('POST /v1/me/wechat/unbind', {
      token,
      body: { proof: proof ?? (await testApp.proofOf(token)) },
    })
  const me = async ({ accessToken: token }: LoginResult) => (await testApp.call('GET /v1/me', { token })).body
  const identitiesOf = (userId: string) =>
    testApp.database.prisma.wechatIdentity.findMany({ where: { userId } })

  it('makes the next login silent, and returns the user', async () => {
    const [account, person] = [await register(), nextUser()]
    expect(await bind(account, person)).toMatchObject({
      status: 200,
      body: { user: { id: account.user.id } },
    })
    expect((await testApp.login(person)).user.id).toBe(account.user.id)
  })

  it('shows in GET /v1/me as long as a WeChat account of any mini program is bound', async () => {
    const account = await register()
    expect(await me(account)).toMatchObject({ hasWechat: false })
    const { body: bound } = await bind(account, nextUser(), unboundApp)
    expect(await me(bound)).toMatchObject({ hasWechat: true })
    const { body: unbound } = await unbind(bound)
    expect(await me(unbound)).toMatchObject({ hasWechat: false })
    expect(await me(await testApp.login(nextUser()))).toMatchObject({ hasWechat: true })
  })

  it('renews the session_key and binds nothing when repeated', async () => {
    const [account, person] = [await register(), nextUser()]
    const { body: bound } = await bind(account, person)
    const [before] = await identitiesOf(account.user.id)
    expect((await bind(bound, person)).status).toBe(200)
    const [after, ...others] = await identitiesOf(account.user.id)
    expect(others).toEqual([])
    expect(after?.sessionKeyEncrypted).not.toEqual(before?.sessionKeyEncrypted)
    const events = await testApp.database.prisma.auditEvent.findMany({
      where: { userId: account.user.id, type: 'wechat_bound' },
    })
    expect(events).toHaveLength(1)
  })

  it('binds identities of several mini programs, and one in each', async () => {
    const [account, person] = [await register(), nextUser()]
    const { body: bound } = await bind(account, person)
    const again = await bind(bound, person, unboundApp)
    expect(again.status).toBe(200)
    expect(await bind(again.body, nextUser())).toMatchObject(problem('wechat_already_bound', 409))
    expect(await identitiesOf(account.user.id)).toHaveLength(2)
  })

  it('takes nothing from another account, and shows of it only the masked nickname', async () => {
    const [account, person] = [await register(), nextUser()]
    const other = await testApp.login(person)
    const answer = await bind(account, person)
    expect(answer).toMatchObject(problem('account_conflict', 409))
    const { nickname } = await me(other)
    expect(answer.body.conflict.other).toEqual({
      nicknameMasked: `${nickname[0]}**`,
    })
    expect(answer.text).not.toContain(other.user.id)
    expect(answer.text).not.toContain(nickname)
    expect(await identitiesOf(other.user.id)).toHaveLength(1)
  })

  it('POST /v1/me/wechat/unbind unbinds all mini programs at once and ends all other sessions', async () => {
    const person = nextUser()
    const { body: account } = await bind(
      await register({ code: await testApp.code(person) }),
      person,
      unboundApp,
    )
    const { username } = account.user
    const byPassword = await testApp.call('POST /v1/auth/password-login', { body: { username, password } })
    const byWechat = await testApp.login(person, { appId: unboundApp })
    const { body: unbound } = await unbind(account)
    expect(await identitiesOf(account.user.id)).toEqual([])
    expect((await me(unbound)).id).toBe(account.user.id)
    expect(await me(byPassword.body)).toMatchObject({ code: 'session_revoked' })
    expect(await me(byWechat)).toMatchObject({ code: 'session_revoked' })
    const reasons = await testApp.database.prisma.session.findMany({
      where: { userId: account.user.id, NOT: { revokedReason: null } },
    })
    expect(reasons.map(({ revokedReason }) => revokedReason)).toEqual(['wechat_unbound', 'wechat_unbound'])
    // Whoever has that WeChat account is somebody new to us.
    const stranger = await testApp.login(person)
    expect(stranger.isNewUser).toBe(true)
    const renew = { token: unbound.accessToken, body: { code: await testApp.code(person) } }
    expect(await testApp.call('PUT /v1/me/wechat-session', renew)).toMatchObject(
      problem('different_account', 409),
    )
    expect((await unbind(unbound, { password })).status).toBe(200)
    const events = await testApp.database.prisma.auditEvent.findMany({
      where: { userId: account.user.id, type: 'wechat_unbound' },
    })
    expect(events).toHaveLength(1)
  })

  it('POST /v1/me/wechat/unbind rejects the removal of the last login method', async () => {
    const login = await testApp.login(nextUser())
    expect(await unbind(login)).toMatchObject(problem('last_login_method', 409))
    expect(await identitiesOf(login.user.id)).toHaveLength(1)
    expect((await me(login)).id).toBe(login.user.id)
  })

  it('rejects invalid codes, unknown mini programs and banned users, and changes nothing', async () => {
    const account = await register()
    const send = (body: object) =>
      testApp.call('PUT /v1/me/wechat', {
        token: account.accessToken,
        body: { proof: { password }, ...body },
      })
    expect(await send({})).toMatchObject(problem('invalid_request', 400))
    expect(await send({ code: 'unknown' })).toMatchObject(problem('code_invalid', 400))
    expect(await send({ code: 'x', appId: 'wx0' })).toMatchObject(problem('unknown_app', 400))
    expect(await send({ code: 'fault:-1' })).toMatchObject(problem('wechat_busy', 503))
    await testApp.database.prisma.user.update({ where: { id: account.user.id }, data: { status: 'banned' } })
    expect(await bind(account, nextUser())).toMatchObject(problem('account_banned', 403))
    expect(await unbind(account)).toMatchObject(problem('account_banned', 403))
    expect(await identitiesOf(account.user.id)).toEqual([])
  })
})
