import type { LoginResult } from '@repo/shared'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { loginAsAdmin } from '../support/admin.ts'
import { createPostgresDatabase, hasDatabase } from '../support/database.ts'
import { deleteMe, setPassword } from '../support/deleting.ts'
import { merge, twoAccounts } from '../support/merging.ts'
import { type Plan, reportPlans, watchPlans } from '../support/plans.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

const rows = 100_000
const invitedUsers = 50_000
/** PostgreSQL considers a cached plan from the sixth execution on. */
const executions = 10

/** On a connection of its own, without reports and without a time limit. */
async function run(url: string, sql: string): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  await client.query('SET auto_explain.log_min_duration = -1')
  await client.query(sql)
  await client.query('VACUUM ANALYZE')
  await client.end()
}

const rowsOf = (inviterId: string) => `
    INSERT INTO users (id, nickname, username, inviter_id, last_login_at, last_login_ip)
    SELECT gen_random_uuid(), 'nick' || n, 'user' || n, CASE WHEN n <= ${invitedUsers} THEN '${inviterId}'::uuid END,
      now(), '127.0.0.1' FROM generate_series(1, ${rows}) AS n;
    INSERT INTO wechat_identities (app_id, openid, user_id, session_key_encrypted, session_key_id, session_key_updated_at)
    SELECT 'wx1111111111111111', 'openid' || username, id, '', 'none', now() FROM users WHERE username IS NOT NULL;
    INSERT INTO audit_events (id, type, at, user_id, actor_id, ip)
    SELECT gen_random_uuid(), 'login', now(), id, CASE WHEN random() < 0.001 THEN id END, '127.0.0.1'
    FROM users, generate_series(1, 2);
    INSERT INTO sessions (id, user_id, refreshed_at, expires_at, ends_at, created_at, ip)
    SELECT gen_random_uuid(), id, now(), now() + interval '1 day', now() + interval '9 days', now(), '127.0.0.1' FROM users;
    INSERT INTO jobs (id, kind, payload, run_at, dead_at)
    SELECT gen_random_uuid(), 'check_nickname', jsonb_build_object('userId', id, 'key', 'avatars/' || id), now(), now()
    FROM users`

describe.runIf(hasDatabase)('the statements of the API at size', () => {
  let testApp: TestApp
  let url: string
  let admin: LoginResult
  let inviter: LoginResult
  const plans: Plan[] = []
  const stop = watchPlans((plan) => plans.push(plan))

  beforeAll(async () => {
    const place = await createPostgresDatabase({ migrated: true })
    await reportPlans(place.config.url, { log_analyze: 'on', log_timing: 'off' })
    testApp = await createTestApp({}, place)
    admin = await loginAsAdmin(testApp, 'person-0')
    inviter = await testApp.login('person-1')
    url = place.config.url
    await run(url, rowsOf(inviter.user.id))
  })
  beforeEach(() => {
    plans.length = 0
  })
  afterAll(async () => {
    stop()
    await testApp?.close()
  })

  /** The statements so far that read a large table as a whole. */
  const scans = () =>
    plans
      .filter(({ plan }) =>
        /Seq Scan on (users|wechat_identities|audit_events\w*|jobs|sessions)\b/.test(plan),
      )
      .map(({ statement, plan }) => `${statement}\n${plan}`)
  const expectIndexes = (touched: RegExp) => {
    expect(
      plans.some(({ statement }) => touched.test(statement)),
      `${touched} was executed`,
    ).toBe(true)
    expect(scans()).toEqual([])
  }
  const call = async (key: string, token: string, body?: object) => {
    const answer = await testApp.call(key, { token, ...(body ? { body } : {}) })
    expect(answer.status, answer.text).toBeLessThan(300)
    return answer
  }

  it('GET /v1/me reads an index for a user who invited 50,000', async () => {
    for (let count = 0; count < executions; count += 1) {
      const { body } = await call('GET /v1/me', inviter.accessToken)
      expect(body.invitedCount).toBe(1000)
    }
    expectIndexes(/FROM users AS invited/)
    const counts = plans.filter(({ statement }) => /AS invited_count/.test(statement))
    for (const { plan } of counts) expect(plan).toMatch(/Index Only Scan using users_inviter_id_idx/)
  })

  it.each([
    ['search=nick1999', 11],
    ['search=user1234', 11],
    ['search=openiduser77', 1],
    ['search=unmatched', 0],
    ['search=nick1999&role=admin', 0],
    ['search=nick1999&role=user', 11],
    ['search=nick1999&status=active', 11],
    ['search=nick1999&status=banned', 0],
    ['role=admin', 1],
    ['role=user', 20],
    ['status=active', 20],
    ['status=banned', 0],
    ['status=deleted', 0],
    ['role=admin&status=banned', 0],
    ['status=deleted&cursor=01900000-0000-7000-8000-000000000000', 0],
  ])('GET /v1/admin/users?%s reads few rows by indexes each of ten times', async (query, found) => {
    for (let count = 0; count < executions; count += 1) {
      const { body } = await call(`GET /v1/admin/users?${query}&limit=20`, admin.accessToken)
      expect(body.users.length).toBe(Math.min(found, 20))
    }
    expectIndexes(/SELECT \* FROM users WHERE/)
    const discarded = plans.flatMap(({ plan }) =>
      [...plan.matchAll(/Rows Removed by (?:Filter|Index Recheck): (\d+)/g)].map(([, number]) =>
        Number(number),
      ),
    )
    expect(Math.max(0, ...discarded), 'rows that were read and not shown').toBeLessThan(100)
  })

  it('POST /v1/auth/login looks up the job of a nickname by an index', async () => {
    const { user } = await testApp.login('person-3')
    await testApp.database.prisma.user.update({ where: { id: user.id }, data: { nicknameUnchecked: true } })
    await testApp.login('person-3')
    await expect.poll(() => plans.some(({ statement }) => /payload->>'userId'/.test(statement))).toBe(true)
    expectIndexes(/payload->>'userId'/)
  })

  it('POST /v1/me/export of a former admin reads the events by indexes', async () => {
    const { proof } = { proof: await testApp.proofOf(admin.accessToken) }
    await call('POST /v1/me/export', admin.accessToken, { proof })
    expectIndexes(/"?actor_id"? = /)
  })

  it('POST /v1/me/merge of a former admin who invited 1,000 reads indexes', async () => {
    const { prisma } = testApp.database
    const { account, wechat, ticket, person } = await twoAccounts(testApp)
    for (const { user } of [account, wechat])
      await prisma.$executeRaw`
        INSERT INTO audit_events (id, type, at, user_id, actor_id) VALUES (gen_random_uuid(), 'role_changed', now(), ${user.id}::uuid, ${user.id}::uuid)`
    await run(
      url,
      `UPDATE users SET inviter_id = '${wechat.user.id}' WHERE nickname LIKE 'nick99%' AND inviter_id IS NULL`,
    )
    plans.length = 0
    const code = await testApp.code(person)
    const answer = await merge(testApp, account.accessToken, ticket, { code, appId: 'wx1111111111111111' })
    expect(answer.status, answer.text).toBe(200)
    expectIndexes(/inviter_id = ANY/)
    expectIndexes(/UPDATE jobs SET payload/)
  })

  it('POST /v1/me/delete of a former admin who invited 50,000 reads indexes', async () => {
    await testApp.database.prisma.$executeRaw`
      INSERT INTO audit_events (id, type, at, user_id) VALUES (gen_random_uuid(), 'role_changed', now(), ${inviter.user.id}::uuid)`
    await setPassword(testApp, inviter.user.id, 'inviter-of-many')
    plans.length = 0
    const { status, text } = await deleteMe(
      testApp,
      inviter.accessToken,
      await testApp.proofOf(inviter.accessToken),
    )
    expect(status, text).toBe(204)
    expectIndexes(/actor_id/)
    expectIndexes(/DELETE FROM jobs/)
  })
})
