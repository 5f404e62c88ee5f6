import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loginAsAdmin } from '../support/admin.ts'
import { hasDatabase } from '../support/database.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

describe.runIf(hasDatabase)('GET /v1/admin/users with many users', () => {
  let testApp: TestApp
  let token: string
  beforeAll(async () => {
    testApp = await createTestApp()
    token = (await loginAsAdmin(testApp, 'person-0')).accessToken
    await testApp.database.prisma.$executeRaw`
      INSERT INTO users (id, nickname, username, last_login_at, last_login_ip)
      SELECT gen_random_uuid(), 'nick' || n, 'user' || n, now(), '127.0.0.1' FROM generate_series(1, 20000) AS n`
    await testApp.database.prisma.$executeRaw`
      INSERT INTO wechat_identities
        (app_id, openid, user_id, session_key_encrypted, session_key_id, session_key_updated_at)
      SELECT 'wx1111111111111111', 'openid' || username, id, '', 'none', now() FROM users WHERE username IS NOT NULL`
    await testApp.database.prisma.$executeRaw`ANALYZE users, wechat_identities`
  })
  afterAll(() => testApp?.close())

  const scans = async () => {
    const [row] = await testApp.database.prisma.$queryRaw<{ whole: number; by_index: number }[]>`
      SELECT sum(seq_scan)::int AS whole,
        (SELECT min(idx_scan)::int FROM pg_stat_user_indexes WHERE indexrelname IN
          ('users_nickname_idx', 'users_username_key', 'wechat_identities_openid_idx')) AS by_index
      FROM pg_stat_user_tables WHERE relname IN ('users', 'wechat_identities')`
    return row ?? { whole: 0, by_index: 0 }
  }

  it('uses indexes: no search reads all users', { timeout: 30_000 }, async () => {
    // The server counts scans with a delay of about a second.
    await new Promise((resolve) => setTimeout(resolve, 1500))
    await testApp.call('GET /v1/admin/users/x', { token })
    const before = await scans()
    let after = before
    for (let round = 0; after.by_index < before.by_index + 20 && round < 100; round += 1) {
      for (const search of ['nick1999', 'user1234', 'openiduser77', 'nobody']) {
        const { status, body } = await testApp.call(`GET /v1/admin/users?search=${search}`, { token })
        expect(status).toBe(200)
        expect(body.users.length === 0).toBe(search === 'nobody')
      }
      await new Promise((resolve) => setTimeout(resolve, 100))
      after = await scans()
    }
    expect(after.by_index, 'the searches were counted').toBeGreaterThanOrEqual(before.by_index + 20)
    expect(after.whole - before.whole).toBe(0)
  })
})
