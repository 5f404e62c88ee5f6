import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { hasDatabase } from '../support/database.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

describe.runIf(hasDatabase)('GET /health', () => {
  let testApp: TestApp
  beforeAll(async () => {
    testApp = await createTestApp()
  })
  afterAll(() => testApp?.close())

  it('reports that the API is alive and its database responds', async () => {
    expect(await testApp.call('GET /health/live')).toMatchObject({ status: 200, body: { status: 'live' } })
    expect(await testApp.call('GET /health/ready')).toMatchObject({ status: 200, body: { status: 'ready' } })
  })

  it('queries the database once for parallel requests, and again a second later', async () => {
    await sleep(1100)
    const query = vi.spyOn(pg.Client.prototype, 'query')
    const pings = () => query.mock.calls.filter(([sql]) => /AS read_only$/.test(String(sql))).length
    try {
      for (const expected of [1, 2]) {
        const answers = await Promise.all(Array.from({ length: 50 }, () => testApp.call('GET /health/ready')))
        answers.push(await testApp.call('GET /health/ready'))
        expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
        expect(pings()).toBe(expected)
        await sleep(1100)
      }
    } finally {
      query.mockRestore()
    }
  })
})
