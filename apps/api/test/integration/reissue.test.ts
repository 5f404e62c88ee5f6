import Fastify, { type FastifyInstance } from 'fastify'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createConsents } from '../../src/domain/consents.ts'
import { createAccessTokens } from '../../src/domain/sessions/access-tokens.ts'
import { createRefreshTokens } from '../../src/domain/sessions/refresh-tokens.ts'
import { createSessionRevoker, type SessionRevoker } from '../../src/domain/sessions/revoker.ts'
import { createSessions, type Sessions } from '../../src/domain/sessions/sessions.ts'
import { createMemoryCounters } from '../../src/infra/rate-limits/counters.ts'
import { hasDatabase } from '../support/database.ts'
import { createTestApp, problem, type TestApp } from '../support/test-app.ts'

describe.runIf(hasDatabase)('reissuing tokens', () => {
  let testApp: TestApp
  let signer: FastifyInstance
  let sessions: Sessions
  let revoker: SessionRevoker
  beforeAll(async () => {
    testApp = await createTestApp()
    const { database, config } = testApp
    signer = Fastify()
    revoker = createSessionRevoker({ database, revocationList: { add() {} } })
    sessions = createSessions({
      database,
      accessTokens: await createAccessTokens(signer, config),
      refreshTokens: createRefreshTokens(config.refreshToken.keys),
      revoker,
      tokenUses: { flush: async () => {} },
      limits: { refresh: async () => {} },
      consents: createConsents(config.requiredConsent),
      counters: createMemoryCounters(),
      publicUrl: config.publicUrl,
      checkNicknameAgain: async () => {},
      config: { ...config.refreshToken, sessionsPerUser: config.sessionsPerUser },
    })
  })
  afterAll(async () => {
    await testApp?.close()
    await signer?.close()
  })

  const refresh = (refreshToken: string) => testApp.call('POST /v1/auth/refresh', { body: { refreshToken } })
  const me = (token: string) => testApp.call('GET /v1/me', { token })
  const sessionIdOf = (refreshToken: string) => refreshToken.split('.')[0] ?? ''
  const reissue = (refreshToken: string, change = async () => {}) =>
    revoker.inTransaction({}, async (transaction, batch) => {
      await change()
      return sessions.reissue(transaction, batch, { id: sessionIdOf(refreshToken), ip: '203.0.113.1' })
    })

  it('returns tokens that work, and revokes the previous ones', async () => {
    const login = await testApp.login('person-0')
    const before = (await refresh(login.refreshToken)).body
    const after = await reissue(before.refreshToken)
    expect(after.user).toEqual(before.user)
    expect((await me(after.accessToken)).status).toBe(200)
    for (const { accessToken } of [login, before]) {
      await expect.poll(async () => (await me(accessToken)).body.code).toBe('access_token_expired')
    }
    // The client whose answer was lost presents it too, and is no thief.
    for (const { refreshToken } of [login, before, login, before])
      expect(await refresh(refreshToken)).toMatchObject(problem('refresh_token_expired', 401))
    const next = await refresh(after.refreshToken)
    expect(next.status).toBe(200)
    expect((await me(next.body.accessToken)).status).toBe(200)
    expect((await refresh(after.refreshToken)).body.refreshToken).toBe(next.body.refreshToken)
    expect(await refresh(before.refreshToken)).toMatchObject(problem('refresh_token_expired', 401))
  })

  it('audits a previous refresh token that comes back', async () => {
    const login = await testApp.login('person-1')
    await reissue(login.refreshToken)
    await refresh(login.refreshToken)
    const sessionId = sessionIdOf(login.refreshToken)
    const events = await testApp.database.prisma.auditEvent.findMany({
      where: { sessionId, type: 'refresh_token_repeated' },
    })
    expect(events).toMatchObject([{ userId: login.user.id, code: 'refresh_token_expired', ip: '127.0.0.1' }])
  })

  it('changes nothing when the transaction rolls back', async () => {
    const login = await testApp.login('person-2')
    const failing = revoker.inTransaction({}, async (transaction, batch) => {
      await sessions.reissue(transaction, batch, { id: sessionIdOf(login.refreshToken), ip: '203.0.113.1' })
      throw new Error('the change failed')
    })
    await expect(failing).rejects.toThrow('the change failed')
    expect((await me(login.accessToken)).status).toBe(200)
    expect((await refresh(login.refreshToken)).status).toBe(200)
  })

  it('lets other sessions of the user refresh', async () => {
    const login = await testApp.login('person-3')
    const other = await testApp.login('person-3')
    await reissue(login.refreshToken)
    await expect.poll(async () => (await me(other.accessToken)).body.code).toBe('access_token_expired')
    const next = await refresh(other.refreshToken)
    expect((await me(next.body.accessToken)).status).toBe(200)
  })

  it('rejects an ended or unknown session, so that the change rolls back', async () => {
    const login = await testApp.login('person-4')
    await testApp.call('POST /v1/auth/logout', { token: login.accessToken })
    for (const token of [login.refreshToken, uuidv7()])
      await expect(reissue(token)).rejects.toMatchObject({ code: 'session_revoked' })
    const user = await testApp.database.prisma.user.findUniqueOrThrow({ where: { id: login.user.id } })
    expect(user.tokenVersion).toBe(0)
  })

  it('leaves the session with one of a racing refresh and reissue', async () => {
    const login = await testApp.login('person-5')
    const [racer, reissued] = await Promise.all([refresh(login.refreshToken), reissue(login.refreshToken)])
    if (racer.status === 200) {
      expect(await refresh(racer.body.refreshToken)).toMatchObject(problem('refresh_token_expired', 401))
    } else expect(racer).toMatchObject(problem('refresh_token_expired', 401))
    expect((await refresh(reissued.refreshToken)).status).toBe(200)
  })
})
