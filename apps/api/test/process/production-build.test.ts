import { execFile } from 'node:child_process'
import { access, lstat, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { LoginResult } from '@repo/shared'
import { startWechatSimulator } from '@repo/wechat-simulator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiProcess, startApiProcess, temporaryFolder } from '../support/api-process.ts'
import { consent } from '../support/consent.ts'
import { productionVariables } from '../support/production.ts'
import { apps, people, testVariables } from '../support/test-app.ts'
import { picture } from '../support/uploads.ts'

const run = promisify(execFile)
/** The simulator's own, as in `.env.development`. */
const developmentApps = '[{"appId":"touristappid","secret":"00000000000000000000000000000000"}]'
const apiFolder = join(import.meta.dirname, '../..')

describe('the production build', () => {
  let place: Awaited<ReturnType<typeof temporaryFolder>>
  let folder: string
  beforeAll(async () => {
    place = await temporaryFolder()
    folder = join(place.folder, 'api')
    await run(process.execPath, ['build.js'], { cwd: apiFolder })
    await run('pnpm', ['--filter', '@repo/api', 'deploy', '--prod', folder], { cwd: apiFolder })
  }, 120_000)
  afterAll(() => place?.remove())

  const start = (variables: Record<string, string>) =>
    startApiProcess(variables, { command: ['--enable-source-maps', 'dist/server.js'], folder })

  async function withApi(variables: Record<string, string>, work: (api: ApiProcess) => Promise<void>) {
    const api = await start(variables)
    try {
      await api.ready()
      await work(api)
    } finally {
      api.child.kill('SIGTERM')
      expect(await api.ended, api.output()).toBe(0)
    }
  }

  it('has only production dependencies', async () => {
    expect(await readdir(join(folder, 'node_modules'))).not.toContain('tsx')
    await expect(access(join(folder, 'node_modules/@fastify/swagger'))).rejects.toThrow('ENOENT')
    await expect(access(join(folder, 'node_modules/prisma'))).rejects.toThrow('ENOENT')
  })

  it('weighs at most 80 MB', async () => {
    const entries = await readdir(folder, { recursive: true })
    // By inode: the listing follows pnpm's links and names a package once for each.
    const files = await Promise.all(entries.map((entry) => lstat(join(folder, entry))))
    const sizes = [...new Map(files.map(({ ino, blocks }) => [ino, blocks * 512])).values()]
    const megabytes = sizes.reduce((sum, size) => sum + size, 0) / 2 ** 20
    expect(megabytes).toBeGreaterThan(10)
    expect(megabytes).toBeLessThanOrEqual(80)
  })

  it('contains the licenses of the packages inside its bundle', async () => {
    const licenses = await readFile(join(folder, 'dist/licenses.txt'), 'utf8')
    for (const name of ['fastify', '@prisma/client', 'pg', 'undici'])
      expect(licenses).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(\\S+\\)\\n(?=[\\s\\S])`, 'm'))
  })

  it('runs with plain Node, migrates its database, logs in a user, stores an avatar, and grants the admin role', async () => {
    const simulator = await startWechatSimulator({ apps, users: people })
    try {
      const variables = {
        ...testVariables(simulator.url),
        DATABASE_URL: `pglite:${place.folder}/login`,
        STORAGE_FOLDER: `${place.folder}/files`,
      }
      let userId = ''
      await withApi(variables, async (api) => {
        const answer = await fetch(`${api.url}/v1/auth/login`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ code: 'the code is a mock one', consent }),
        })
        expect(answer.status).toBe(200)
        const login = (await answer.json()) as LoginResult
        expect(login).toMatchObject({ isNewUser: true, user: { status: 'active' } })
        userId = login.user.id
        // What decodes pictures is a program of its own for each platform.
        const form = new FormData()
        form.append('file', new Blob([new Uint8Array(await picture('#f00').webp().toBuffer())]), 'a.webp')
        const upload = await fetch(`${api.url}/v1/me/avatar`, {
          method: 'POST',
          headers: { authorization: `Bearer ${login.accessToken}` },
          body: form,
        })
        const { avatarUrl } = (await upload.json()) as { avatarUrl: string }
        for (const url of [avatarUrl, login.user.avatarUrl ?? '']) {
          const file = await fetch(`${api.url}${new URL(url).pathname}`)
          expect([file.status, file.headers.get('content-type')]).toEqual([
            200,
            expect.stringMatching(/^image\/(jpeg|png)$/),
          ])
        }
      })
      const { PATH } = process.env
      const command = run(process.execPath, ['dist/grant-admin.js', userId], {
        cwd: folder,
        env: { PATH, ...variables },
      })
      expect(await command).toEqual({ stdout: `${userId} is an admin now\n`, stderr: '' })
    } finally {
      await simulator.close()
    }
  })

  it('is in production mode without NODE_ENV: no docs, a log in JSON, no development values', async () => {
    const variables = {
      ...productionVariables(),
      // Nothing says so but the folder.
      NODE_ENV: '',
      DATABASE_URL: `pglite:${place.folder}/production`,
      STORAGE_FOLDER: `${place.folder}/files`,
      SHUTDOWN_DELAY_MS: '0',
    }
    await withApi(variables, async (api) => {
      expect((await fetch(`${api.url}/docs`)).status).toBe(404)
      expect((await fetch(`${api.url}/v1/me`)).status).toBe(401)
      for (const line of api.output().trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('msg')
    })
    const refused = await start({ ...variables, WECHAT_APPS: developmentApps })
    expect(await refused.ended).toBe(1)
    expect(refused.output()).toMatch(/^WECHAT_APPS "touristappid" is the simulator's/)
    const development = await start({ ...variables, NODE_ENV: 'development' })
    expect(await development.ended).toBe(1)
    expect(development.output()).toBe('NODE_ENV must be one of production, test\n')
  })
})
