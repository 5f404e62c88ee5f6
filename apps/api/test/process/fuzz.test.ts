import { api, type Endpoint, errorStatus, Problem } from '@repo/shared'
import fc from 'fast-check'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FuzzRequest, fuzzRequest } from '../fuzz/arbitrary-request.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

/** 20,000 in CI, few on a developer's machine, as many as you like on demand: FUZZ_REQUESTS=100000. */
const requests = Number(process.env.FUZZ_REQUESTS ?? (process.env.CI === 'true' ? 20_000 : 2000))

describe('every endpoint of the contract, with random input,', () => {
  let testApp: TestApp
  let tokens: Record<string, string>
  beforeAll(async () => {
    testApp = await createTestApp({ LOG_LEVEL: 'error', WECHAT_TIMEOUT_MS: '5000' })
    await logIn()
  })
  afterAll(() => testApp?.close())

  async function logIn() {
    const [user, admin] = [await testApp.login('person-0'), await testApp.login('person-1')]
    if (admin.user.role !== 'admin') {
      await testApp.database.prisma.user.update({ where: { id: admin.user.id }, data: { role: 'admin' } })
      return logIn()
    }
    tokens = { user: `Bearer ${user.accessToken}`, admin: `Bearer ${admin.accessToken}` }
  }

  async function send({ key, url, body, contentType, authorization }: FuzzRequest) {
    const sent = authorization === 'none' ? undefined : (tokens[authorization] ?? authorization)
    const response = await testApp.app.inject({
      method: key.split(' ')[0] as 'GET',
      url,
      headers: {
        ...(contentType ? { 'content-type': contentType } : {}),
        ...(sent === undefined ? {} : { authorization: sent }),
      },
      ...(body === undefined ? {} : { payload: body }),
    })
    // The fuzzer logs itself out now and then, which is right; the next requests need new tokens.
    if (response.statusCode === 204 && /logout|sessions/.test(url)) await logIn()
    return response
  }

  it(`responds to ${requests} requests without a 500, without a stack trace, and only as its schemas say`, async () => {
    await fc.assert(
      fc.asyncProperty(fuzzRequest, async (request) => {
        const response = await send(request)
        const { statusCode, payload } = response
        expect(statusCode, payload).not.toBe(500)
        expect(payload).not.toMatch(/node:internal|\.ts:\d+|node_modules|PrismaClient/)
        if (statusCode === 204) {
          expect(payload).toBe('')
          return
        }
        if (statusCode === 200) {
          const { response: schema }: Endpoint = api[request.key]
          expect(schema && Value.Check(schema, response.json()), payload).toBe(true)
          return
        }
        expect(response.headers['content-type']).toContain('application/problem+json')
        const problem = response.json()
        expect(Value.Check(Problem, problem), payload).toBe(true)
        expect(errorStatus[(problem as Problem).code]).toBe(statusCode)
      }),
      { numRuns: requests, ...(process.env.FUZZ_SEED ? { seed: Number(process.env.FUZZ_SEED) } : {}) },
    )
    expect(testApp.log(), 'nothing unexpected was logged').not.toContain('internal_error')
  }, 1_800_000)
})
