import { once } from 'node:events'
import { readdir, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import type { LoginResult } from '@repo/shared'
import { freePort } from '@repo/tooling/free-port'
import { startWechatSimulator } from '@repo/wechat-simulator'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type ApiProcess, startApiProcess, temporaryDatabase } from '../support/api-process.ts'
import { consent } from '../support/consent.ts'
import { apps, people, testVariables } from '../support/test-app.ts'

describe('the API as a process', () => {
  let simulator: Awaited<ReturnType<typeof startWechatSimulator>>
  let data: Awaited<ReturnType<typeof temporaryDatabase>>
  let variables: Record<string, string>
  const started: ApiProcess[] = []
  beforeAll(async () => {
    simulator = await startWechatSimulator({ apps, users: people })
    data = await temporaryDatabase()
    variables = {
      ...testVariables(simulator.url),
      PUBLIC_URL: 'http://api.test',
      DATABASE_URL: data.url,
      STORAGE_FOLDER: `${data.folder}/files`,
    }
  })
  afterEach(async () => {
    for (const { child, ended } of started.splice(0)) {
      child.kill('SIGKILL')
      await ended
    }
  })
  afterAll(async () => {
    await simulator.close()
    await data.remove()
  })

  const start = async (more: Record<string, string> = {}) => {
    const api = await startApiProcess({ ...variables, ...more })
    started.push(api)
    return api
  }
  const logIn = async (api: ApiProcess, code: string) =>
    fetch(`${api.url}/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code, consent }),
    })
  /** How many codes WeChat was asked about. */
  const exchanges = async () => {
    const calls = await (await fetch(`${simulator.url}/__simulator/calls`)).json()
    return (calls as { '/sns/jscode2session': number })['/sns/jscode2session']
  }
  const mintCode = async (person: string) => {
    const response = await fetch(`${simulator.url}/__simulator/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ appId: apps[0].appId, person }),
    })
    return ((await response.json()) as { code: string }).code
  }

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'finishes running requests on %s, then exits with code 0',
    async (signal) => {
      const api = await start()
      await api.ready()
      const before = await exchanges()
      const answer = logIn(api, 'fault:slow:1500')
      await expect.poll(exchanges).toBe(before + 1)
      api.child.kill(signal)
      // The code is the simulator's own, so after its delay WeChat does not know it: an answer, not a broken connection.
      expect([200, 400]).toContain((await answer).status)
      expect(await api.ended, api.output()).toBe(0)
      expect(api.output()).toContain('"msg":"stopped"')
    },
  )

  it('serves requests after SIGTERM, not ready and with open connections, until the delay is over', async () => {
    const api = await start({ SHUTDOWN_DELAY_MS: '2000' })
    await api.ready()
    const before = await fetch(`${api.url}/health/ready`)
    expect([before.status, before.headers.get('connection')]).toEqual([200, 'keep-alive'])
    const stoppedAt = performance.now()
    api.child.kill('SIGTERM')
    await expect.poll(async () => (await fetch(`${api.url}/health/ready`)).status).toBe(503)
    const ready = await fetch(`${api.url}/health/ready`)
    expect(await ready.json()).toMatchObject({ code: 'shutting_down' })
    const login = await logIn(api, await mintCode('person-2'))
    expect([login.status, login.headers.get('connection')]).toEqual([200, 'keep-alive'])
    expect((await fetch(`${api.url}/health/live`)).status).toBe(200)
    expect(await api.ended, api.output()).toBe(0)
    expect(performance.now() - stoppedAt).toBeGreaterThan(2000)
    expect(api.output()).not.toContain('request failed')
  })

  it('stops at once on a second signal', async () => {
    const api = await start({ SHUTDOWN_DELAY_MS: '60000' })
    await api.ready()
    api.child.kill('SIGTERM')
    await expect.poll(async () => (await fetch(`${api.url}/health/ready`)).status).toBe(503)
    api.child.kill('SIGTERM')
    expect(await api.ended, api.output()).toBe(0)
  })

  it('does not wait for idle connections at shutdown, and responds on a new one', async () => {
    const api = await start()
    await api.ready()
    const { hostname, port } = new URL(api.url)
    const [silent, late] = [connect(Number(port), hostname), connect(Number(port), hostname)]
    await Promise.all([once(silent, 'connect'), once(late, 'connect')])
    // A response proves that the API has taken these connections.
    await fetch(`${api.url}/health/live`)
    let answer = ''
    late.on('data', (chunk) => {
      answer += chunk
    })
    const stoppedAt = performance.now()
    api.child.kill('SIGTERM')
    await expect
      .poll(() =>
        fetch(`${api.url}/health/live`).then(
          () => 'open',
          () => 'closed',
        ),
      )
      .toBe('closed')
    late.write('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n')
    expect(await api.ended, api.output()).toBe(0)
    expect(performance.now() - stoppedAt).toBeLessThan(8000)
    expect(answer).toMatch(/^HTTP\/1.1 200 OK\r\n[\s\S]*connection: close\r\n/i)
    for (const socket of [silent, late]) socket.destroy()
  })

  it('does not wait for ever for a hanging request', async () => {
    const api = await start({ SHUTDOWN_TIMEOUT_MS: '500', WECHAT_TIMEOUT_MS: '5000' })
    await api.ready()
    const before = await exchanges()
    const answer = logIn(api, 'fault:hang').catch(() => null)
    await expect.poll(exchanges).toBe(before + 1)
    const stoppedAt = performance.now()
    api.child.kill('SIGTERM')
    expect(await api.ended).toBe(1)
    expect(performance.now() - stoppedAt).toBeLessThan(15_000)
    await answer
  })

  it('loses no acknowledged login when it is killed', async () => {
    const before = await start()
    await before.ready()
    const login = (await (await logIn(before, await mintCode('person-1'))).json()) as LoginResult
    before.child.kill('SIGKILL')
    await before.ended
    const after = await start()
    await after.ready()
    const me = await fetch(`${after.url}/v1/me`, {
      headers: { authorization: `Bearer ${login.accessToken}` },
    })
    expect(await me.json()).toMatchObject(login.user)
    const again = await (await logIn(after, await mintCode('person-1'))).json()
    expect(again).toMatchObject({ isNewUser: false, user: { id: login.user.id } })
  })

  it('rejects a second process on its embedded database', async () => {
    const first = await start()
    await first.ready()
    const second = await start()
    expect(await second.ended).toBe(1)
    expect(second.output()).toMatch(
      /is in use by process \d+: the embedded database is for one process at a time/,
    )
    expect((await fetch(`${first.url}/health/ready`)).status).toBe(200)
  })

  it('reports in one line which port is taken and what to change', async () => {
    const port = await freePort()
    const occupant = createServer().listen(port, '127.0.0.1')
    await once(occupant, 'listening')
    const api = await start({ PORT: String(port) })
    expect(await api.ended).toBe(1)
    expect(api.output().trim().split('\n').at(-1)).toBe(
      `127.0.0.1:${port} is taken: stop what runs there, or set PORT`,
    )
    occupant.close()
  })

  it('exits when its port is taken although another one was opened', async () => {
    const occupant = createServer().listen(0, '127.0.0.1')
    await once(occupant, 'listening')
    const { port } = occupant.address() as { port: number }
    const api = await start({ PORT: String(port), METRICS_PORT: String(await freePort()) })
    expect(await api.ended).toBe(1)
    occupant.close()
  })

  it('checks that STORAGE_FOLDER is writable at the start, and leaves nothing in it', async () => {
    const file = `${data.folder}/file`
    await writeFile(file, '')
    for (const folder of ['/proc/x', file, `${file}/below`]) {
      const api = await start({ STORAGE_FOLDER: folder })
      expect(await api.ended).toBe(1)
      expect(api.output().trim()).toMatch(
        new RegExp(`^STORAGE_FOLDER cannot be used: ${folder} takes no file \\(E[A-Z]+\\)\\. Name a folder`),
      )
    }
    const api = await start({ STORAGE_FOLDER: `${data.folder}/new/files` })
    await api.ready()
    expect(await readdir(`${data.folder}/new/files`)).toEqual([])
  })

  it('warns of misspelled variables at every start', async () => {
    const api = await start({ REDIS_URLS: 'redis://hunter2@redis' })
    await api.ready()
    expect(api.output()).toContain('"msg":"REDIS_URLS is set, and nothing reads it: did you mean REDIS_URL?"')
    expect(api.output()).not.toContain('hunter2')
  })

  it('reports all issues of its configuration, and does not start', async () => {
    const api = await start({ NODE_ENV: 'production', PUBLIC_URL: '', DATA_KEYS: '' })
    expect(await api.ended).toBe(1)
    const lines = api.output().trim().split('\n')
    expect(lines.map((line) => line.split(' ')[0]).sort()).toEqual([
      'DATA_KEYS',
      'PUBLIC_URL',
      'WECHAT_API_URL',
      'WECHAT_APPS',
    ])
  })
})
