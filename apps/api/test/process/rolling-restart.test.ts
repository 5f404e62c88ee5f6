import { setTimeout as sleep } from 'node:timers/promises'
import type { LoginResult, RefreshResult } from '@repo/shared'
import { freePort } from '@repo/tooling/free-port'
import { startWechatSimulator, type WechatSimulator } from '@repo/wechat-simulator'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type ApiProcess, startApiProcess, temporaryFolder } from '../support/api-process.ts'
import { createPostgresDatabase } from '../support/database.ts'
import { findProgram } from '../support/find-program.ts'
import { highLimits } from '../support/limits.ts'
import { startNginx } from '../support/nginx.ts'
import { productionVariables } from '../support/production.ts'
import { apps, firstApp, people } from '../support/test-app.ts'

const nginxProgram = findProgram('nginx')
/** Three of each instance. The faults of a single stop have tests of their own, in `drain.test.ts`. */
const restarts = 6
/** The clients pause, or the load would measure how slowly an instance starts on a busy machine. */
const clients = 8
const pauseMs = 50

describe.runIf(nginxProgram !== null && inject('postgresUrl') !== null)('a rolling restart', () => {
  let simulator: WechatSimulator
  let database: Awaited<ReturnType<typeof createPostgresDatabase>>
  let files: Awaited<ReturnType<typeof temporaryFolder>>
  let nginx: Awaited<ReturnType<typeof startNginx>>
  let ports: [number, number]
  const instances: ApiProcess[] = []
  let variables: Record<string, string>

  beforeAll(async () => {
    simulator = await startWechatSimulator({ apps, users: people })
    database = await createPostgresDatabase()
    files = await temporaryFolder()
    ports = [await freePort(), await freePort()]
    // What runs is the production build in production mode, but for WeChat and a shorter drain.
    variables = {
      ...productionVariables(),
      ...highLimits,
      NODE_ENV: '',
      ALLOW_SIMULATOR_IN_PRODUCTION: 'rehearsal-only-not-for-users',
      WECHAT_API_URL: simulator.url,
      WECHAT_APPS: JSON.stringify(apps),
      DATABASE_URL: database.config.url,
      STORAGE_FOLDER: files.folder,
      TRUSTED_PROXIES: '127.0.0.1',
      LOG_LEVEL: 'warn',
      SHUTDOWN_DELAY_MS: '300',
    }
    for (const port of ports) instances.push(await startInstance(port))
    nginx = await startNginx(nginxProgram ?? '', ports)
  })
  afterAll(async () => {
    await nginx?.stop()
    for (const { child, ended } of instances) {
      child.kill('SIGKILL')
      await ended
    }
    await database?.remove()
    await files?.remove()
    await simulator?.close()
  })

  async function startInstance(port: number): Promise<ApiProcess> {
    const api = await startApiProcess({ ...variables, PORT: String(port) })
    await api.ready()
    return api
  }

  async function restart(index: number): Promise<void> {
    const api = instances[index] as ApiProcess
    api.child.kill('SIGTERM')
    expect(await api.ended, api.output()).toBe(0)
    instances[index] = await startInstance(ports[index] as number)
  }

  it(`the API fails no request in ${restarts} rolling restarts under load`, {
    timeout: 200_000,
  }, async () => {
    const load = startLoad()
    for (let count = 0; count < restarts; count += 1) await restart(count % ports.length)
    const { sent, failures } = await load.stop()
    expect(failures, nginx.output()).toEqual([])
    for (const [request, count] of Object.entries(sent)) expect(count, request).toBeGreaterThan(restarts * 5)
  })

  /** Clients that log in, refresh and ask who they are, all the time. */
  function startLoad() {
    const sent = { 'POST /v1/auth/login': 0, 'POST /v1/auth/refresh': 0, 'GET /v1/me': 0 }
    const failures: string[] = []
    let isStopping = false

    async function send(request: keyof typeof sent, body: object | null, token = ''): Promise<unknown> {
      const [method = '', path = ''] = request.split(' ')
      sent[request] += 1
      try {
        const response = await fetch(`${nginx.url}${path}`, {
          method,
          headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
          ...(body ? { body: JSON.stringify(body) } : {}),
        })
        const text = await response.text()
        if (response.status === 200) return JSON.parse(text)
        failures.push(`${request}: ${response.status} ${text}`)
      } catch (error) {
        failures.push(`${request}: ${String(error)} ${String((error as Error).cause)}`)
      }
      return null
    }

    async function runClient(index: number): Promise<void> {
      while (!isStopping) {
        await sleep(pauseMs)
        const minted = await fetch(`${simulator.url}/__simulator/login`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ appId: firstApp, person: `person-${index}` }),
        })
        const { code } = (await minted.json()) as { code: string }
        const login = (await send('POST /v1/auth/login', { code })) as LoginResult | null
        if (!login) continue
        await send('GET /v1/me', null, login.accessToken)
        const { refreshToken } = login
        const refreshed = (await send('POST /v1/auth/refresh', { refreshToken })) as RefreshResult | null
        if (refreshed) await send('GET /v1/me', null, refreshed.accessToken)
      }
    }

    const running = Array.from({ length: clients }, (_, index) => runClient(index))
    return {
      async stop() {
        isStopping = true
        await Promise.all(running)
        return { sent, failures }
      },
    }
  }
})
