import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import * as statements from '../../bench/contestants/statements.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

const run = promisify(execFile)
const apiFolder = join(import.meta.dirname, '../..')

describe('the benchmark', () => {
  const postgresUrl = inject('postgresUrl')

  it.each([
    ...(postgresUrl === null ? [] : [['PostgreSQL', []] as const]),
    ['PGlite', ['--embedded']] as const,
  ])(
    'measures every contestant in every scenario on %s',
    async (name, options) => {
      const few = '--users=20 --many-users=40 --rounds=2 --requests=20 --warm-up=20 --concurrency=4'.split(
        ' ',
      )
      const { stdout } = await run(
        process.execPath,
        ['--import', 'tsx', 'bench/main.ts', ...few, ...options],
        { cwd: apiFolder, env: { ...process.env, TEST_DATABASE_URL: postgresUrl ?? '' } },
      )
      expect(stdout).toContain(name)
      // CPU, its spread, and how that compares: a number that could not be measured would be NaN or 0.
      const rows = [...stdout.matchAll(/^(.+?) {2,}([1-9]\d*) \(.+?\) +(\d+\.\d\d) \(/gm)]
      const contestants = ['floor: no framework, no ORM', 'bare Fastify', 'this API', 'this API, 40 users']
      expect(rows.map(([, contestant]) => contestant)).toEqual(Array(4).fill(contestants).flat())
      expect(stdout.match(/^ {2}target: .+ (met|MISSED), \d+\.\d\d x$/gm)).toHaveLength(5)
    },
    240_000,
  )

  it('says how to use it, rather than measure something else than it was asked for', async () => {
    const mistake = run(process.execPath, ['--import', 'tsx', 'bench/main.ts', '--rounds', 'many'], {
      cwd: apiFolder,
    })
    await expect(mistake).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('--rounds <n>') })
  })
})

describe('the servers that the API is compared with', () => {
  let testApp: TestApp
  beforeAll(async () => {
    testApp = await createTestApp()
  })
  afterAll(() => testApp?.close())

  it('run its very statements', async () => {
    const query = vi.spyOn(pg.Client.prototype, 'query')
    const { accessToken } = await testApp.login('person-0')
    await testApp.login('person-0')
    await testApp.call('GET /v1/me', { token: accessToken })
    const ofTheApi = new Set(query.mock.calls.map(([statement]) => words(statement)))
    query.mockRestore()

    const key = { bytes: new Uint8Array(), keyId: '' }
    const login = { isNewUser: false, wechatMs: 0, openid: '', ip: '', device: undefined }
    const now = new Date()
    const theirs = [
      'BEGIN',
      'COMMIT',
      statements.logIn('', key, ''),
      statements.lock(''),
      statements.findBan(),
      statements.addUser('', ''),
      statements.addIdentity('', '', key),
      statements.beginSession({ ...login, sessionId: '', userId: '', now, expiresAt: now, endsAt: now }),
      statements.currentUser(''),
    ]
    expect(new Set(theirs.map(words))).toEqual(ofComparedRequests(ofTheApi))
  })

  /**
   * The simulator's people have a unionid, those of the benchmark have none and save looking for it; and the list of
   * revocations is read and that of jobs are read beside the requests, not by them.
   */
  const ofComparedRequests = (texts: Set<string>) =>
    new Set([...texts].filter((text) => !/WHERE unionid =|JOIN revocations|UPDATE jobs/.test(text)))

  const words = (statement: unknown) =>
    (typeof statement === 'string' ? statement : (statement as { text: string }).text)
      .replace(/\s+/g, ' ')
      .trim()
})
