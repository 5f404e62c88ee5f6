import type { LoginResult } from '@repo/shared'
import { freePort } from '@repo/tooling/free-port'
import { startTestPostgres } from '@repo/tooling/test-postgres'
import { startWechatSimulator } from '@repo/wechat-simulator'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type ApiProcess, startApiProcess } from '../support/api-process.ts'
import { consent } from '../support/consent.ts'
import { hasDatabase } from '../support/database.ts'
import { apps, firstApp, people, testVariables } from '../support/test-app.ts'

/** Real processes, killed for real. */
describe.runIf(hasDatabase)('the API under load', () => {
  type Server = NonNullable<Awaited<ReturnType<typeof startTestPostgres>>>
  let simulator: Awaited<ReturnType<typeof startWechatSimulator>>
  let server: Server | null
  let database: Awaited<ReturnType<Server['createDatabase']>>
  let variables: Record<string, string>
  let api: ApiProcess
  beforeAll(async () => {
    simulator = await startWechatSimulator({ apps, users: people })
    // A server of its own, since it is restarted; and one that writes to the disk, since it is killed.
    server = await startTestPostgres({
      durable: true,
      environment: { PATH: process.env.PATH, CI: process.env.CI },
    })
  })
  beforeEach(async () => {
    if (!server) return
    database = await server.createDatabase()
    variables = {
      ...testVariables(simulator.url),
      LOG_LEVEL: 'error',
      PUBLIC_URL: 'http://api.test',
      PORT: String(await freePort()),
      DATABASE_URL: database.url,
    }
  })
  afterEach(async () => {
    api?.child.kill('SIGKILL')
    await api?.ended
    await database?.drop()
  })
  afterAll(async () => {
    await server?.stop()
    await simulator.close()
  })

  async function start() {
    api = await startApiProcess(variables)
    await api.ready()
  }

  async function post(url: string, body: object): Promise<{ status: number; body: unknown } | null> {
    try {
      const headers = { 'content-type': 'application/json' }
      const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
      return { status: response.status, body: await response.json() }
    } catch {
      // The process was killed before it answered: nothing was acknowledged.
      return null
    }
  }

  async function logIn(person: string) {
    const minted = await post(`${simulator.url}/__simulator/login`, { appId: firstApp, person })
    return post(`${api.url}/v1/auth/login`, {
      code: String((minted?.body as { code?: string } | undefined)?.code),
      consent,
    })
  }

  it('loses no acknowledged login and creates no duplicate user across 10 SIGKILLs', async (context) => {
    if (!server) return context.skip()
    const acknowledged: { person: string; login: LoginResult }[] = []
    for (let round = 0; round < 10; round += 1) {
      await start()
      let killed = false
      const clients = Array.from({ length: 8 }, async (_, client) => {
        for (let turn = 0; !killed; turn += 1) {
          const person = `person-${(round * 7 + client * 3 + turn) % 60}`
          const answer = await logIn(person)
          if (answer?.status === 200) acknowledged.push({ person, login: answer.body as LoginResult })
        }
      })
      await new Promise((resolve) => setTimeout(resolve, 100 + 37 * round))
      // On a busy machine this takes longer.
      await expect.poll(() => acknowledged.length, { timeout: 30_000 }).toBeGreaterThan(6 * round)
      api.child.kill('SIGKILL')
      killed = true
      await Promise.all([api.ended, ...clients])
    }
    expect(acknowledged.length, 'there was load').toBeGreaterThan(50)

    const userByPerson = new Map<string, Set<string>>()
    for (const { person, login } of acknowledged) {
      userByPerson.set(person, (userByPerson.get(person) ?? new Set()).add(login.user.id))
    }
    for (const [person, users] of userByPerson) expect(users.size, person).toBe(1)

    const client = new pg.Client(database.url)
    await client.connect()
    const column = async (sql: string) =>
      new Set((await client.query(sql)).rows.map(({ value }) => String(value)))
    const users = await column('SELECT id AS value FROM users')
    const sessions = await column('SELECT id AS value FROM sessions')
    const identities = await column('SELECT openid AS value FROM wechat_identities')
    await client.end()
    for (const { login } of acknowledged) {
      expect(users).toContain(login.user.id)
      expect(sessions).toContain(login.refreshToken.split('.')[0])
    }
    expect(users.size, 'one user per person').toBe(identities.size)
  }, 900_000)

  it('returns 503 while PostgreSQL restarts, and recovers without a restart of its own', async (context) => {
    if (!server?.restart) return context.skip()
    await start()
    const first = await logIn('person-0')
    expect(first?.status).toBe(200)
    const accessToken = (first?.body as LoginResult | undefined)?.accessToken
    const statuses: number[] = []
    let stopped = false
    const load = Array.from({ length: 4 }, async () => {
      while (!stopped) {
        const me = await fetch(`${api.url}/v1/me`, { headers: { authorization: `Bearer ${accessToken}` } })
        statuses.push(me.status, (await logIn(`person-${1 + (statuses.length % 200)}`))?.status ?? 0)
      }
    })
    await new Promise((resolve) => setTimeout(resolve, 300))
    for (let round = 0; round < 3; round += 1) await server.restart()
    await expect
      .poll(async () => (await logIn('person-1'))?.status, { timeout: 30_000, interval: 100 })
      .toBe(200)
    stopped = true
    await Promise.all(load)
    expect(
      [...new Set(statuses)].filter((status) => status !== 200 && status !== 503),
      api.output(),
    ).toEqual([])
    expect(api.child.exitCode, 'the same process').toBeNull()
  }, 120_000)
})
