import type { LoginResult } from '@repo/shared'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { startBreakableProxy } from '../support/breakable-proxy.ts'
import { createPostgresDatabase, hasDatabase } from '../support/database.ts'
import { createTestApp, problem, type TestApp } from '../support/test-app.ts'

describe.runIf(hasDatabase)('the revocation list', () => {
  let testApp: TestApp
  let url: string
  let login: LoginResult
  let wire: Awaited<ReturnType<typeof startBreakableProxy>>
  beforeAll(async () => {
    const { config, remove } = await createPostgresDatabase()
    url = config.url
    wire = await startBreakableProxy(new URL(config.url))
    testApp = await createTestApp({}, { config: { url: wire.url }, remove })
  })
  beforeEach(async () => {
    wire.mend()
    login = await testApp.login('person-0')
  })
  afterAll(async () => {
    await testApp.close()
    await wire.close()
  })

  /** Passes the authentication, and is refused right after it: nothing else here could ask the database. */
  const ask = (token = login.accessToken) => testApp.call('GET /v1/admin/users', { token })
  const sleep = (durationMs: number) => new Promise((resolve) => setTimeout(resolve, durationMs))
  const until = async (status: number) => {
    const deadline = performance.now() + 10_000
    let answer = await ask()
    while (answer.status !== status && performance.now() < deadline) {
      await sleep(50)
      answer = await ask()
    }
    return answer
  }
  /** The database answers again, and the list has been read since. */
  const recovery = async () => {
    expect(await until(403)).toMatchObject(known)
    await sleep(1000)
  }
  const known = problem('forbidden', 403)
  const unknown = problem('database_unavailable', 503)

  it('accepts a valid token without a query, also right after a logout everywhere', async () => {
    await testApp.call('POST /v1/auth/logout-all', {
      token: login.accessToken,
      body: { proof: await testApp.proofOf(login.accessToken) },
    })
    login = await testApp.login('person-0')
    await recovery()
    wire.cut()
    for (let count = 0; count < 20; count += 1) expect(await ask()).toMatchObject(known)
    expect(await testApp.call('GET /health/ready')).toMatchObject(unknown)
  })

  it('is unknown when it could not be read for seconds, and recovers by itself', async () => {
    wire.cut()
    expect(await until(503)).toMatchObject(unknown)
    await sleep(1000)
    expect(await ask(), 'and goes on refusing').toMatchObject(unknown)
    wire.mend()
    expect(await until(403)).toMatchObject(known)
    expect(testApp.log()).toContain('the list of revocations could not be read')
  })

  it('rejects a revoked token, and accepts none, while the database is unavailable', {
    timeout: 30_000,
  }, async () => {
    await testApp.call('POST /v1/auth/logout', { token: login.accessToken })
    expect(await ask()).toMatchObject(problem('session_revoked', 401))
    wire.cut()
    const deadline = performance.now() + 5000
    while (performance.now() < deadline) {
      expect(await ask()).toMatchObject(unknown)
      await sleep(100)
    }
    wire.mend()
    expect(await until(401)).toMatchObject(problem('session_revoked', 401))
  })

  it('is replaced by a query while only the list cannot be read', async () => {
    const { prisma } = testApp.database
    await recovery()
    const other = await testApp.login('person-1')
    await prisma.$executeRaw`ALTER TABLE revocations RENAME TO revocations_away`
    try {
      // Behind the back of this instance, as another one does it.
      await prisma.session.updateMany({
        where: { userId: other.user.id },
        data: { revokedAt: new Date(), revokedReason: 'logout' },
      })
      expect(await ask(other.accessToken), 'it still trusts what it read').toMatchObject(known)
      await sleep(3500)
      expect(await ask(other.accessToken)).toMatchObject(problem('session_revoked', 401))
      expect(await ask()).toMatchObject(known)
    } finally {
      await prisma.$executeRaw`ALTER TABLE revocations_away RENAME TO revocations`
    }
  })

  it('has a revocation whose transaction commits after later ones were read', {
    timeout: 30_000,
  }, async () => {
    const [late, early] = [await testApp.login('person-2'), await testApp.login('person-3')]
    const client = new pg.Client(url)
    await client.connect()
    onTestFinished(() => client.end())
    const revoke = ({ user }: LoginResult) =>
      `WITH changed AS (UPDATE users SET token_version = token_version + 1 WHERE id = '${user.id}' RETURNING *)
      INSERT INTO revocations (user_id, minimum_token_version) SELECT id, token_version FROM changed`
    await client.query('BEGIN')
    await client.query(revoke(late))
    await testApp.database.prisma.$executeRawUnsafe(revoke(early))
    const statusOf = async ({ accessToken }: LoginResult) => (await ask(accessToken)).status
    await expect.poll(() => statusOf(early)).toBe(401)
    // Many polls later, and with later transactions committed.
    await client.query('SELECT pg_sleep(4)')
    expect(await statusOf(late)).toBe(403)
    await client.query('COMMIT')
    await expect.poll(() => statusOf(late), { timeout: 3000 }).toBe(401)
  })

  it('is never delayed by a hanging transaction, since the server ends an idle one', async () => {
    const [row] = await testApp.database.prisma.$queryRaw<{ timeout: string }[]>`
      SELECT current_setting('idle_in_transaction_session_timeout') AS timeout`
    expect(row).toEqual({ timeout: '5s' })
  })
})
