import type { LoginResult } from '@repo/shared'
import { startWechatSimulator, type WechatSimulator } from '@repo/wechat-simulator'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { sessionIdOf } from '../support/admin.ts'
import { type ApiProcess, startApiProcess } from '../support/api-process.ts'
import { createPostgresDatabase } from '../support/database.ts'
import { apps, people, testVariables } from '../support/test-app.ts'
import { timed } from '../support/timed.ts'

describe.runIf(inject('postgresUrl') !== null)('two instances on one database', () => {
  let simulator: WechatSimulator
  let database: Awaited<ReturnType<typeof createPostgresDatabase>>
  let client: pg.Client
  let here: ApiProcess
  let there: ApiProcess
  let variables: Record<string, string>
  let admin: LoginResult
  beforeAll(async () => {
    simulator = await startWechatSimulator({ apps, users: people })
    database = await createPostgresDatabase()
    variables = {
      ...testVariables(simulator.url),
      PUBLIC_URL: 'http://api.test',
      DATABASE_URL: database.config.url,
    }
    here = await startApiProcess(variables)
    there = await startApiProcess(variables)
    await Promise.all([here.ready(), there.ready()])
    client = new pg.Client({ connectionString: database.config.url })
    await client.connect()
    const { user } = await logIn('person-0')
    await client.query("UPDATE users SET role = 'admin' WHERE id = $1", [user.id])
    admin = await logIn('person-0')
  })
  afterAll(async () => {
    for (const api of [here, there]) {
      api?.child.kill('SIGTERM')
      expect(await api?.ended, api?.output()).toBe(0)
    }
    await client?.end()
    await database?.remove()
    await simulator?.close()
  })

  const call = async (
    api: ApiProcess,
    key: string,
    { token, body }: { token?: string; body?: object } = {},
  ) => {
    const [method = '', path] = key.split(' ')
    const response = await fetch(`${api.url}${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const text = await response.text()
    return { status: response.status, body: text ? JSON.parse(text) : undefined }
  }
  async function codeOf(person: string): Promise<{ code: string }> {
    const minted = await fetch(`${simulator.url}/__simulator/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ appId: apps[0].appId, person }),
    })
    return (await minted.json()) as { code: string }
  }
  async function logIn(person: string): Promise<LoginResult> {
    return (await call(here, 'POST /v1/auth/login', { body: await codeOf(person) })).body
  }

  /** `GET /v1/me/sessions` reads neither the session nor the user that asks: it knows by the list alone. */
  const ask = async (api: ApiProcess, token: string) => {
    const { status, body } = await call(api, 'GET /v1/me/sessions', { token })
    return status === 200 ? 'alive' : body.code
  }
  /** Milliseconds until the other instance no longer takes a token for alive, and what it says then. */
  const waitForTheOther = async (token: string) => {
    let afterMs = 0
    for (;;) {
      const answer = await ask(there, token)
      if (answer !== 'alive' || afterMs > 5000) return { answer, afterMs }
      const { durationMs } = await timed(() => new Promise((resolve) => setTimeout(resolve, 50)))
      // An answer comes from memory: what it takes beyond a moment is the machine's doing, to that instance too.
      afterMs += durationMs
    }
  }

  type Revocation = { act: (login: LoginResult) => Promise<{ status: number }>; code: string }
  const byAdmin = (key: string, login: LoginResult, body?: object) => {
    const [method, what] = key.split(' ')
    const path = `${method} /v1/admin/users/${login.user.id}/${what}`
    return call(here, path, { token: admin.accessToken, ...(body ? { body } : {}) })
  }
  it.each<[string, Revocation]>([
    [
      'a logout',
      {
        act: ({ accessToken: token }) => call(here, 'POST /v1/auth/logout', { token }),
        code: 'session_revoked',
      },
    ],
    [
      'a logout everywhere',
      {
        act: async () => {
          const { accessToken: token } = await logIn('person-1')
          return call(here, 'POST /v1/auth/logout-all', { token, body: { proof: await codeOf('person-1') } })
        },
        code: 'session_revoked',
      },
    ],
    [
      'the removal of a device',
      {
        act: async (login) => {
          const { accessToken: token } = await logIn('person-1')
          const body = { proof: await codeOf('person-1') }
          return call(here, `POST /v1/me/sessions/${sessionIdOf(login)}/revoke`, { token, body })
        },
        code: 'session_revoked',
      },
    ],
    [
      'the end of all sessions by an admin',
      { act: (login) => byAdmin('DELETE sessions', login), code: 'session_revoked' },
    ],
    [
      'another role',
      {
        act: async (login) => byAdmin('PUT role', login, { role: 'admin', proof: await codeOf('person-0') }),
        code: 'access_token_expired',
      },
    ],
    [
      'a change of a login method',
      {
        act: async ({ accessToken: token }) => {
          const body = { proof: await codeOf('person-1') }
          const { status } = await call(here, 'POST /v1/me/phone/delete', { token, body })
          return { status: status === 200 ? 204 : status }
        },
        code: 'access_token_expired',
      },
    ],
    ['a ban', { act: (login) => byAdmin('PUT ban', login, { reason: 'spam' }), code: 'account_banned' }],
  ])('apply %s at once on its instance, and within a second on the other', async (_name, { act, code }) => {
    const login = await logIn('person-1')
    const bystander = await logIn('person-2')
    for (const api of [here, there]) expect(await ask(api, login.accessToken)).toBe('alive')
    expect((await act(login)).status).toBe(204)
    const [atOnce, { answer, afterMs }] = await Promise.all([
      ask(here, login.accessToken),
      waitForTheOther(login.accessToken),
    ])
    expect(atOnce).toBe(code)
    expect(answer).toBe(code)
    expect(afterMs).toBeLessThan(1000)
    for (const api of [here, there]) expect(await ask(api, bystander.accessToken)).toBe('alive')
  })

  it('apply a revocation within a second of its commit, however late that is', async () => {
    const login = await logIn('person-3')
    const { accessToken } = login
    const sessionId = sessionIdOf(login)
    await client.query('BEGIN')
    await client.query('INSERT INTO revocations (session_id) VALUES ($1)', [sessionId])
    await client.query("UPDATE sessions SET revoked_at = now(), revoked_reason = 'logout' WHERE id = $1", [
      sessionId,
    ])
    // Others commit meanwhile, so that a cursor on ids or times would have passed it.
    for (let second = 0; second < 4; second += 1) {
      await call(here, 'POST /v1/auth/logout', { token: (await logIn('person-4')).accessToken })
      await new Promise((resolve) => setTimeout(resolve, 1000))
    }
    for (const api of [here, there]) expect(await ask(api, accessToken)).toBe('alive')
    await client.query('COMMIT')
    const { answer, afterMs } = await waitForTheOther(accessToken)
    expect(answer).toBe('session_revoked')
    expect(afterMs).toBeLessThan(1000)
  })

  it('reject a user within a second of the deletion, by whatever means', async () => {
    const { accessToken, user } = await logIn('person-7')
    for (const api of [here, there]) expect(await ask(api, accessToken)).toBe('alive')
    await client.query('DELETE FROM users WHERE id = $1', [user.id])
    const { answer, afterMs } = await waitForTheOther(accessToken)
    expect(answer).toBe('session_revoked')
    expect(afterMs).toBeLessThan(1000)
  })

  it('accept a user who logs in again in the same second', async () => {
    const before = await logIn('person-5')
    await call(here, 'POST /v1/auth/logout-all', {
      token: before.accessToken,
      body: { proof: await codeOf('person-5') },
    })
    const after = await logIn('person-5')
    for (const api of [here, there]) expect(await ask(api, after.accessToken)).toBe('alive')
    expect((await waitForTheOther(before.accessToken)).answer).toBe('session_revoked')
    for (const api of [here, there]) expect(await ask(api, after.accessToken)).toBe('alive')
  })

  it('apply revocations from before they started', async () => {
    const { accessToken } = await logIn('person-6')
    await call(here, 'POST /v1/auth/logout', { token: accessToken })
    const late = await startApiProcess(variables)
    try {
      await late.ready()
      expect(await ask(late, accessToken)).toBe('session_revoked')
    } finally {
      late.child.kill('SIGKILL')
      await late.ended
    }
  })
})
