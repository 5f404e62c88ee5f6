import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { hasDatabase } from '../support/database.ts'
import { apps, createTestApp, problem, type TestApp } from '../support/test-app.ts'
import { timed } from '../support/timed.ts'

describe.runIf(hasDatabase)('when WeChat fails', () => {
  let testApp: TestApp
  beforeAll(async () => {
    testApp = await createTestApp({ WECHAT_TIMEOUT_MS: '1500' })
  })
  afterAll(() => testApp?.close())
  afterEach(() => testApp.control('DELETE', 'fault'))

  async function loginUnder(fault: string) {
    const code = await testApp.code('person-0')
    await testApp.control('PUT', 'fault', { fault })
    const users = await testApp.database.prisma.user.count()
    const { answer, durationMs } = await timed(() => testApp.call('POST /v1/auth/login', { body: { code } }))
    expect(await testApp.database.prisma.user.count(), 'nobody was registered').toBe(users)
    return { answer, durationMs, code }
  }

  it.each([
    ['is busy', '-1', 'wechat_busy', 503],
    ['does not know the code', '40029', 'code_invalid', 400],
    ['has seen the code before', '40163', 'code_used', 400],
    ['blocks the person', '40226', 'wechat_login_blocked', 403],
    ['limits the rate', '45011', 'wechat_rate_limited', 429],
    ['has no quota left today', '45009', 'wechat_rate_limited', 429],
    ['does not know the AppID', '40013', 'wechat_misconfigured', 502],
    ['refuses the AppSecret', '40125', 'wechat_misconfigured', 502],
    ['does not allow our address', '40164', 'wechat_misconfigured', 502],
    ['has frozen the AppSecret', '40243', 'wechat_misconfigured', 502],
    ['invents a new errcode', '99999', 'wechat_unavailable', 503],
    ['answers 500', '500', 'wechat_unavailable', 503],
    ['answers with a page', 'html', 'wechat_unavailable', 503],
    ['answers with half a JSON', 'broken-json', 'wechat_unavailable', 503],
    ['answers with nothing', 'empty', 'wechat_unavailable', 503],
    ['resets the connection', 'reset', 'wechat_unavailable', 503],
    ['does not respond', 'hang', 'wechat_unavailable', 503],
    ['answers too late', 'slow:5000', 'wechat_unavailable', 503],
  ] as const)('and %s, the API returns that error', async (_name, fault, code, status) => {
    const { answer, durationMs } = await loginUnder(fault)
    expect(answer).toMatchObject(problem(code, status))
    if (status === 429 || status === 503) expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    expect(durationMs, 'a bounded wait').toBeLessThan(testApp.config.wechat.timeoutMs + 1500)
    expect(testApp.log()).toMatch(/"wechatMs":.*"msg":"WeChat did not exchange the code"/)
  })

  it('the API waits for a slow response', async () => {
    const { answer } = await loginUnderSlowness()
    expect(answer.status).toBe(200)
  })

  async function loginUnderSlowness() {
    const code = await testApp.code('person-1')
    await testApp.control('PUT', 'fault', { fault: 'slow:400' })
    return { answer: await testApp.call('POST /v1/auth/login', { body: { code } }) }
  }

  it.each([
    ['resets the connection', 'reset', 'wechat_unavailable'],
    ['closes the connection', 'cut', 'wechat_unavailable'],
    ['answers 500', '500', 'wechat_unavailable'],
    ['answers half a JSON', 'broken-json', 'wechat_unavailable'],
    ['is busy', '-1', 'wechat_busy'],
  ] as const)(
    'the API never sends a code twice, not even when WeChat %s once',
    async (_name, fault, refusal) => {
      const code = await testApp.code('person-3')
      await testApp.control('PUT', 'fault', { fault, times: 1 })
      // WeChat is well again from the second request on: one that was repeated behind our back would show as 40163 or a login.
      const answer = await testApp.call('POST /v1/auth/login', { body: { code } })
      expect(answer).toMatchObject(problem(refusal, 503))
    },
  )

  it("the API logs WeChat's errcode and request id, for WeChat's support", async () => {
    await loginUnder('40226')
    expect(testApp.log()).toMatch(/"errcode":40226,"rid":"[\da-f]{8}-[\da-f]{8}-[\da-f]{8}"/)
  })

  it('the API logs no AppSecret, code or session_key, whatever failed', async () => {
    const codes: string[] = []
    for (const fault of ['reset', 'hang', 'html', 'broken-json', '500', '40125'])
      codes.push((await loginUnder(fault)).code)
    await testApp.control('DELETE', 'fault')
    const quoted = `"'${codes[0]}`
    await testApp.call('POST /v1/auth/login', { body: { code: quoted } })
    const { accessToken, refreshToken } = await testApp.login('person-2')
    for (const secret of [
      ...apps.map((app) => app.secret),
      ...codes,
      accessToken,
      refreshToken,
      'session_key',
      'js_code',
    ]) {
      expect(testApp.log()).not.toContain(secret)
    }
  })
})

describe.runIf(hasDatabase)('when WeChat cannot be reached', () => {
  it('the API returns 503 with Retry-After', async () => {
    const testApp = await createTestApp({ WECHAT_API_URL: 'http://127.0.0.1:1' })
    try {
      const answer = await testApp.call('POST /v1/auth/login', { body: { code: 'anything' } })
      expect(answer).toMatchObject(problem('wechat_unavailable', 503))
      expect(answer.headers['retry-after']).toBe('5')
    } finally {
      await testApp.close()
    }
  })
})
