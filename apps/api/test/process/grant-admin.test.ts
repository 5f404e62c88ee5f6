import { execFile } from 'node:child_process'
import { join } from 'node:path'
import type { LoginResult } from '@repo/shared'
import { startWechatSimulator, type WechatSimulator } from '@repo/wechat-simulator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiProcess, nodeCommand, startApiProcess, temporaryDatabase } from '../support/api-process.ts'
import { consent } from '../support/consent.ts'
import { apps, people, testVariables } from '../support/test-app.ts'

const apiFolder = join(import.meta.dirname, '../..')

describe('the command that makes an admin', () => {
  let simulator: WechatSimulator
  let data: Awaited<ReturnType<typeof temporaryDatabase>>
  let variables: Record<string, string>
  let login: LoginResult
  beforeAll(async () => {
    simulator = await startWechatSimulator({ apps, users: people })
    data = await temporaryDatabase()
    variables = {
      ...testVariables(simulator.url),
      PUBLIC_URL: 'http://api.test',
      DATABASE_URL: data.url,
    }
    login = await withApi((api) => post(api, 'login', { code: 'the code is a mock one', consent }))
  })
  afterAll(async () => {
    await simulator.close()
    await data.remove()
  })

  async function withApi<Result>(work: (api: ApiProcess) => Promise<Result>): Promise<Result> {
    const api = await startApiProcess(variables)
    try {
      await api.ready()
      return await work(api)
    } finally {
      api.child.kill('SIGTERM')
      await api.ended
    }
  }
  const post = async (api: ApiProcess, path: string, body: object): Promise<LoginResult> => {
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(`${api.url}/v1/auth/${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    })
    expect(response.status).toBe(200)
    return (await response.json()) as LoginResult
  }
  const listUsers = (api: ApiProcess, token: string) =>
    fetch(`${api.url}/v1/admin/users`, { headers: { authorization: `Bearer ${token}` } })
  const run = (...words: string[]) =>
    new Promise<{ code: number; out: string; fault: string }>((resolve) => {
      const { PATH = '', HOME = '' } = process.env
      const options = { cwd: apiFolder, env: { PATH, HOME, ...variables } }
      const command = [...nodeCommand('grant-admin'), ...words]
      execFile(process.execPath, command, options, (error, out, fault) =>
        resolve({ code: error === null ? 0 : Number(error.code), out, fault }),
      )
    })

  it('makes a user an admin from the next token on, and removes the role', {
    timeout: 60_000,
  }, async () => {
    const { id } = login.user
    expect(await run(id)).toEqual({ code: 0, out: `${id} is an admin now\n`, fault: '' })
    expect((await run(id)).out).toBe(`${id} is an admin already\n`)
    const token = await withApi(async (api) => {
      expect((await listUsers(api, login.accessToken)).status).toBe(401)
      const { accessToken } = await post(api, 'refresh', { refreshToken: login.refreshToken })
      expect((await listUsers(api, accessToken)).status).toBe(200)
      const details = await fetch(`${api.url}/v1/admin/users/${id}?reason=ticket`, {
        headers: { authorization: `Bearer ${accessToken}` },
      })
      expect(await details.json()).toMatchObject({
        events: [
          { type: 'role_changed', userId: id, actorId: null },
          { type: 'login' },
          { type: 'consent_given' },
        ],
      })
      return accessToken
    })
    expect((await run(id, '--revoke')).out).toBe(`${id} is no admin now\n`)
    await withApi(async (api) => expect((await listUsers(api, token)).status).toBe(401))
  })

  it('reports an unknown user', async () => {
    const id = login.user.id.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'))
    const fault = `there is no user ${id} in this database\n`
    expect(await run(id)).toEqual({ code: 1, out: '', fault })
  })

  it.each([[[]], [['張三']], [['--all']], [['019a0000-0000-7000-8000-000000000000', 'x']]])(
    'prints its usage with the arguments %j',
    async (words) => {
      const answer = await run(...words)
      expect(answer).toMatchObject({ code: 1, out: '' })
      expect(answer.fault).toMatch(/^usage: admin <user id> \[--revoke\]/)
    },
  )

  it('reports that the embedded database is in use, and by which process', async () => {
    await withApi(async ({ child }) => {
      const { code, fault } = await run(login.user.id)
      expect(code).toBe(1)
      expect(fault).toContain(`is in use by process ${child.pid}`)
      expect(fault).toContain('Stop that process')
    })
  })
})
