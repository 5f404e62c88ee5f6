import { clientTimeoutMs } from '@repo/shared'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { maximumWechatTimeoutMs, timeBudget } from '../../src/config/time-budget.ts'
import { createPostgresDatabase, hasDatabase } from '../support/database.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'
import { timed } from '../support/timed.ts'

describe.runIf(hasDatabase)('the time budget', () => {
  let testApp: TestApp
  let operator: pg.Client
  let url: string
  beforeAll(async () => {
    const place = await createPostgresDatabase()
    operator = new pg.Client(place.config.url)
    await operator.connect()
    const remove = async () => {
      await operator.end()
      await place.remove()
    }
    testApp = await createTestApp({}, { config: place.config, remove })
    testApp.app.get('/never', () => new Promise(() => {}))
    url = await testApp.app.listen({ host: '127.0.0.1', port: 0 })
  })
  afterAll(() => testApp?.close())

  const logIn = async (code: string) => {
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ code })
    const response = await fetch(`${url}/v1/auth/login`, { method: 'POST', headers, body })
    const { code: error } = (await response.json()) as { code?: string }
    return { status: response.status, retryAfter: response.headers.get('retry-after'), code: error }
  }

  it('gives WeChat and the database together less time than the mini program waits', () => {
    const { connectMs, checkMs, statementMs, silenceMs } = timeBudget.database
    const slowest = maximumWechatTimeoutMs + connectMs + checkMs + statementMs + silenceMs
    expect(slowest).toBeLessThanOrEqual(timeBudget.responseMs)
    expect(timeBudget.responseMs).toBeLessThan(clientTimeoutMs)
    expect(maximumWechatTimeoutMs).toBeGreaterThanOrEqual(5000)
  })

  it('returns 503 before the mini program gives up when both WeChat and the database hang', async () => {
    const code = await testApp.code('person-0')
    await operator.query('BEGIN; LOCK TABLE users, sessions, wechat_identities, audit_events')
    try {
      const { answer, durationMs } = await timed(() =>
        Promise.all([logIn('fault:hang'), logIn(`fault:slow:${maximumWechatTimeoutMs - 1500}`), logIn(code)]),
      )
      const [hanging, slow, quick] = answer
      expect(hanging).toMatchObject({ status: 503, code: 'wechat_unavailable', retryAfter: '5' })
      expect([400, 503]).toContain(slow?.status)
      expect(quick).toMatchObject({ status: 503, code: 'database_unavailable', retryAfter: '5' })
      expect(durationMs).toBeLessThan(clientTimeoutMs)
    } finally {
      await operator.query('ROLLBACK')
    }
  })

  it('returns 503 in time, whatever takes too long', async () => {
    const { answer, durationMs } = await timed(() => fetch(`${url}/never`))
    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).toBe('5')
    expect(await answer.json()).toMatchObject({ code: 'server_busy', status: 503 })
    expect(durationMs).toBeLessThan(clientTimeoutMs)
  })
})
