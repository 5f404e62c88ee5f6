import { describe, expect, it } from 'vitest'
import { hasDatabase } from '../support/database.ts'
import type { TestApp } from '../support/test-app.ts'
import { useTestApp } from '../support/use-test-app.ts'

const repeats = 20

/** PostgreSQL updates a row without writing to any index (HOT) when no indexed column changes and the page has room. */
describe.runIf(hasDatabase)('the updates of the hot paths', () => {
  const testApp = useTestApp()

  it('write no index when users log in again, refresh and log out', async () => {
    const people = Array.from({ length: repeats }, (_, index) => `person-${index}`)
    for (const person of people) await testApp.login(person)
    const before = await updates(testApp)
    for (const person of people) {
      const session = await testApp.login(person)
      let { refreshToken, accessToken } = session
      for (let count = 0; count < 3; count += 1) {
        const refreshed = await testApp.call('POST /v1/auth/refresh', { body: { refreshToken } })
        expect(refreshed.status).toBe(200)
        ;({ refreshToken, accessToken } = refreshed.body)
      }
      expect((await testApp.call('POST /v1/auth/logout', { token: accessToken })).status).toBe(204)
    }
    const least = { sessions: 4 * repeats, users: repeats, wechat_identities: repeats }
    await expect
      .poll(async () => differences(before, await updates(testApp)), { timeout: 20_000, interval: 200 })
      .toSatisfy((changes: Changes) =>
        Object.entries(least).every(([table, count]) => (changes[table]?.all ?? 0) >= count),
      )
    for (const [table, { all, hot }] of Object.entries(differences(before, await updates(testApp))))
      expect(hot / all, `${table}: ${hot} of ${all}`).toBeGreaterThan(0.95)
  })
})

type Changes = Record<string, { all: number; hot: number }>

/** The counts of PostgreSQL. Each connection adds its own within a second or ten. */
async function updates({ database }: TestApp): Promise<Changes> {
  const rows = await database.query<{ relname: string; all: number; hot: number }>`
    SELECT relname, n_tup_upd::integer AS all, n_tup_hot_upd::integer AS hot FROM pg_stat_user_tables
    WHERE relname IN ('sessions', 'users', 'wechat_identities')`
  return Object.fromEntries(rows.map(({ relname, ...counts }) => [relname, counts]))
}

const differences = (before: Changes, after: Changes): Changes =>
  Object.fromEntries(
    Object.entries(after).map(([table, { all, hot }]) => [
      table,
      { all: all - (before[table]?.all ?? 0), hot: hot - (before[table]?.hot ?? 0) },
    ]),
  )
