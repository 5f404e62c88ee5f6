import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildApp } from '../../src/app.ts'
import { createLog } from '../../src/infra/logging/logger.ts'
import { createWechatClient } from '../../src/infra/wechat/client.ts'
import { hasDatabase } from '../support/database.ts'
import { createTestApp, problem, type TestApp } from '../support/test-app.ts'

describe.runIf(hasDatabase)('POST /v1/auth/logout', () => {
  let testApp: TestApp
  beforeAll(async () => {
    testApp = await createTestApp()
  })
  afterAll(() => testApp?.close())

  it('ends this session and revokes both tokens', async () => {
    const { accessToken, refreshToken } = await testApp.login('person-0')
    const answer = await testApp.call('POST /v1/auth/logout', { token: accessToken })
    expect(answer).toMatchObject({ status: 204, text: '' })
    expect(await testApp.call('GET /v1/me', { token: accessToken })).toMatchObject(
      problem('session_revoked', 401),
    )
    expect(await testApp.call('POST /v1/auth/logout', { token: accessToken })).toMatchObject(
      problem('session_revoked', 401),
    )
    const refresh = await testApp.call('POST /v1/auth/refresh', { body: { refreshToken } })
    expect(refresh).toMatchObject(problem('session_revoked', 401))
  })

  it('keeps the other sessions of the user', async () => {
    const phone = await testApp.login('person-1')
    const tablet = await testApp.login('person-1')
    await testApp.call('POST /v1/auth/logout', { token: phone.accessToken })
    expect(await testApp.call('GET /v1/me', { token: tablet.accessToken })).toMatchObject({ status: 200 })
  })

  it('allows the user to log in again at once', async () => {
    const { accessToken, user } = await testApp.login('person-2')
    await testApp.call('POST /v1/auth/logout', { token: accessToken })
    const again = await testApp.login('person-2')
    expect(again.user.id).toBe(user.id)
    expect(await testApp.call('GET /v1/me', { token: again.accessToken })).toMatchObject({ status: 200 })
  })

  it('stays in effect on every path when the API restarts', async () => {
    const { accessToken } = await testApp.login('person-3')
    await testApp.call('POST /v1/auth/logout', { token: accessToken })
    const { config, database } = testApp
    const log = createLog({ environment: 'test', logLevel: 'silent' })
    const wechat = createWechatClient(config.wechat, { log })
    const restarted = await buildApp({ config, database, wechat, log })
    try {
      // A path that asks no database of its own, so only what was read at the start can refuse it.
      const answer = await restarted.inject({
        method: 'POST',
        url: '/v1/auth/logout',
        headers: { authorization: `Bearer ${accessToken}` },
      })
      expect(answer.json()).toMatchObject({ code: 'session_revoked' })
    } finally {
      await restarted.close()
      await wechat.close()
    }
  })

  it('rejects a request without a login', async () => {
    expect(await testApp.call('POST /v1/auth/logout')).toMatchObject(problem('access_token_missing', 401))
  })
})
