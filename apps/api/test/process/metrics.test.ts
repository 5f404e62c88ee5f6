import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { freePort } from '@repo/tooling/free-port'
import { afterEach, describe, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../support/test-app.ts'

describe('metrics', { timeout: 60_000 }, () => {
  let testApp: TestApp | undefined
  afterEach(async () => {
    await testApp?.close()
    testApp = undefined
  })

  /** The value of each line of the text format, by its name and labels. */
  async function scrape(port: string): Promise<Map<string, number>> {
    const response = await fetch(`http://127.0.0.1:${port}/metrics`)
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
    const lines = (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'))
    return new Map(
      lines.map((line) => {
        const space = line.lastIndexOf(' ')
        return [line.slice(0, space), Number(line.slice(space + 1))]
      }),
    )
  }

  async function startMeasured(variables: Record<string, string> = {}) {
    const port = String(await freePort())
    testApp = await createTestApp({ METRICS_PORT: port, ...variables })
    return { testApp, port }
  }

  it('count logins, refreshes, exchanges with WeChat and requests by result', async () => {
    const { testApp, port } = await startMeasured({ LIMIT_REFRESH_PER_IP: '3' })
    const { refreshToken } = await testApp.login('person-1')
    const { accessToken } = await testApp.login('person-1')
    await testApp.login('person-2')
    const used = await testApp.code('person-3')
    for (const code of [used, used, 'garbage', 'fault:-1'])
      await testApp.call('POST /v1/auth/login', { body: { code } })
    for (const token of [refreshToken, 'made-up', 'made-up', 'one too many'])
      await testApp.call('POST /v1/auth/refresh', { body: { refreshToken: token } })
    await testApp.call('GET /v1/me', { token: accessToken })
    await testApp.call('GET /no/such/route/4711')

    const metrics = await scrape(port)
    expect(Object.fromEntries(metrics)).toMatchObject({
      'logins_total{outcome="new"}': 3,
      'logins_total{outcome="returning"}': 1,
      'logins_total{outcome="code_used"}': 1,
      'logins_total{outcome="code_invalid"}': 1,
      'logins_total{outcome="wechat_busy"}': 1,
      'refreshes_total{outcome="refreshed"}': 1,
      'refreshes_total{outcome="refresh_token_invalid"}': 2,
      'wechat_call_duration_seconds_count{call="code2Session",result="ok"}': 4,
      'wechat_call_duration_seconds_count{call="code2Session",result="40163"}': 1,
      'wechat_call_duration_seconds_count{call="code2Session",result="40029"}': 1,
      'wechat_call_duration_seconds_count{call="code2Session",result="-1"}': 1,
      'http_request_duration_seconds_count{method="POST",route="/v1/auth/login",status="200"}': 4,
      'http_request_duration_seconds_count{method="POST",route="/v1/auth/refresh",status="429"}': 1,
      'http_request_duration_seconds_count{method="GET",route="/v1/me",status="200"}': 1,
      'http_request_duration_seconds_count{method="GET",route="unknown",status="404"}': 1,
    })
  })

  it('show the age of the revocation list, the state of the pool, and the delay of the event loop', async () => {
    const { testApp, port } = await startMeasured()
    await testApp.login('person-1')
    const metrics = await scrape(port)
    expect(metrics.get('revocation_list_age_seconds')).toBeGreaterThan(0)
    expect(metrics.get('revocation_list_age_seconds')).toBeLessThan(10)
    expect(metrics.get('database_pool_connections{state="total"}')).toBeGreaterThanOrEqual(1)
    expect(metrics.get('database_pool_connections{state="waiting"}')).toBe(0)
    expect(metrics.get('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0)
  })

  it('count the dead jobs of each kind', async () => {
    const { testApp, port } = await startMeasured()
    await testApp.app.ready()
    const { job } = testApp.database.prisma
    const dead = {
      payload: {},
      runAt: new Date(),
      deadAt: new Date(),
      attempts: 60,
      error: 'wechat_unavailable',
    }
    const later = new Date(Date.now() + 3_600_000)
    await job.createMany({
      data: [
        { ...dead, id: randomUUID(), kind: 'check_nickname' },
        { ...dead, id: randomUUID(), kind: 'check_nickname' },
        { ...dead, id: randomUUID(), kind: 'delete_account' },
        { id: randomUUID(), kind: 'check_nickname', payload: {}, runAt: later },
      ],
    })
    const deadJobs = async () =>
      Object.fromEntries([...(await scrape(port))].filter(([name]) => name.startsWith('jobs_dead')))
    expect(await deadJobs()).toEqual({
      'jobs_dead{kind="check_nickname"}': 2,
      'jobs_dead{kind="delete_account"}': 1,
    })
    await job.updateMany({ data: { deadAt: null, runAt: later } })
    expect(await deadJobs()).toEqual({})
  })

  it('count missing responses of WeChat, and unknown errcodes', async () => {
    const { testApp, port } = await startMeasured({ WECHAT_TIMEOUT_MS: '1500' })
    for (const code of ['fault:slow:5000', 'fault:99999'])
      await testApp.call('POST /v1/auth/login', { body: { code } })
    expect(Object.fromEntries(await scrape(port))).toMatchObject({
      'logins_total{outcome="wechat_unavailable"}': 2,
      'wechat_call_duration_seconds_count{call="code2Session",result="failed"}': 1,
      'wechat_call_duration_seconds_count{call="code2Session",result="99999"}': 1,
    })
  })

  it('contain no user, no IP and no secret', async () => {
    const { testApp, port } = await startMeasured()
    const code = await testApp.code('person-1')
    const { body } = await testApp.call('POST /v1/auth/login', { body: { code } })
    await testApp.call('POST /v1/me/sessions/0198f3a2-0000-7000-8000-000000000000/revoke', {
      token: body.accessToken,
    })
    await testApp.call(`GET /v1/${code}?token=${body.refreshToken}`)
    const text = [...(await scrape(port)).keys()].join('\n')
    expect(text).toContain('route="/v1/me/sessions/:id/revoke"')
    const [identity] = await testApp.database.prisma.wechatIdentity.findMany()
    const private_ = [
      code,
      body.user.id,
      body.accessToken,
      body.refreshToken,
      identity?.openid,
      '127.0.0.1',
      '0198f3a2',
    ]
    for (const word of private_) expect(text).not.toContain(String(word))
  })

  it('are served on their own port, at one path, until the API ends', async () => {
    const { testApp: started, port } = await startMeasured()
    expect((await started.call('GET /metrics')).status).toBe(404)
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404)
    expect((await fetch(`http://127.0.0.1:${port}/metrics`, { method: 'POST' })).status).toBe(404)
    await started.close()
    testApp = undefined
    await expect(fetch(`http://127.0.0.1:${port}/metrics`)).rejects.toThrow()
  })

  it('keep the API from starting when their port is taken, and name the port', async () => {
    const holder = createServer().listen(0, '127.0.0.1')
    await once(holder, 'listening')
    const { port } = holder.address() as { port: number }
    try {
      testApp = await createTestApp({ METRICS_PORT: String(port) })
      await expect(testApp.app.ready()).rejects.toThrow(
        `METRICS_PORT: cannot listen on 127.0.0.1:${port} (EADDRINUSE)`,
      )
    } finally {
      holder.close()
    }
  })
})
