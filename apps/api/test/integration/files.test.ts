import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasDatabase } from '../support/database.ts'
import { createTestApp, problem, type TestApp } from '../support/test-app.ts'
import { picture, uploadOf } from '../support/uploads.ts'

describe.runIf(hasDatabase)('GET /files', () => {
  let testApp: TestApp
  let uploaded: string
  let generated: string
  beforeAll(async () => {
    testApp = await createTestApp()
    const { accessToken: token, user } = await testApp.login('person-0')
    generated = new URL(user.avatarUrl ?? '').pathname
    const { body } = await testApp.call('POST /v1/me/avatar', {
      token,
      ...uploadOf({ content: await picture('#f00').png().toBuffer() }),
    })
    uploaded = new URL(body.avatarUrl).pathname
  })
  afterAll(() => testApp?.close())

  const paths = () => [
    [uploaded, 'image/jpeg'],
    [generated, 'image/png'],
  ]

  it('returns files that may be cached for ever, have the right type, and need no login', async () => {
    for (const [path, type] of paths()) {
      const cacheControl =
        path === generated ? 'public, max-age=31536000, immutable' : 'public, max-age=600, must-revalidate'
      const { status, headers, bytes } = await testApp.call(`GET ${path}`)
      expect(status).toBe(200)
      expect(headers).toMatchObject({
        'content-type': type,
        'content-length': String(bytes.length),
        'cache-control': cacheControl,
        'x-content-type-options': 'nosniff',
        etag: expect.stringMatching(/^"[\da-f]+"$/),
      })
    }
  })

  it('returns 304 with its headers and no body when the client has the file', async () => {
    for (const [path] of paths()) {
      const { headers } = await testApp.call(`GET ${path}`)
      const etag = String(headers.etag)
      for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
        const answer = await testApp.call(`GET ${path}`, { headers: { 'if-none-match': known } })
        expect([answer.status, answer.text]).toEqual([304, ''])
        expect(answer.headers).toMatchObject({ etag, 'cache-control': headers['cache-control'] })
      }
      expect((await testApp.call(`GET ${path}`, { headers: { 'if-none-match': '"other"' } })).status).toBe(
        200,
      )
      const head = await testApp.call(`HEAD ${path}`)
      expect([head.status, head.text]).toEqual([200, ''])
      expect(head.headers['content-length']).toBe(headers['content-length'])
    }
  })

  it.each([
    `/files/avatars/${'0'.repeat(64)}.jpg`,
    `/files/avatars/${'0'.repeat(64)}.png`,
    `/files/avatars/${'A'.repeat(64)}.jpg`,
    '/files/avatars/..%2f..%2fdatabase%2fPG_VERSION',
    '/files/avatars/%2e%2e/secret.jpg',
    '/files/avatars/%00.jpg',
    '/files/avatars/',
    '/files/avatars',
    '/files/default-avatars/0123456789abcdeg.png',
    '/files/default-avatars/0123456789abcdef0.png',
    '/files/default-avatars/0123456789abcdef.jpg',
    '/files/other/x.jpg',
    '/files',
  ])('returns 404, not to be cached, for %s', async (path) => {
    const answer = await testApp.call(`GET ${path}`)
    expect(answer).toMatchObject(problem('not_found', 404))
    expect(answer.headers['cache-control']).toBe('no-store')
    expect((await testApp.app.inject({ method: 'HEAD', url: path })).statusCode).toBe(404)
  })

  it('returns 404 after the user deleted the file, whatever the ETag', async () => {
    const { accessToken: token } = await testApp.login('person-8')
    const content = await picture('#0f0').png().toBuffer()
    const { body } = await testApp.call('POST /v1/me/avatar', { token, ...uploadOf({ content }) })
    const path = new URL(body.avatarUrl).pathname
    const { status, headers } = await testApp.call(`GET ${path}`)
    expect(status).toBe(200)
    await testApp.call('DELETE /v1/me/avatar', { token })
    const known = { headers: { 'if-none-match': String(headers.etag) } }
    const answers = await Promise.all([testApp.call(`GET ${path}`), testApp.call(`GET ${path}`, known)])
    for (const answer of answers) expect(answer).toMatchObject(problem('not_found', 404))
  })

  it('queues avatars to generate up to a bound, and serves generated ones without waiting', async () => {
    const names = Array.from({ length: 200 }, (_, index) => `${1000 + index}abcdef012345`)
    const drawn = testApp.call(`GET ${generated}`)
    const answers = await Promise.all(
      names.map((name) => testApp.call(`GET /files/default-avatars/${name}.png`)),
    )
    const refused = answers.filter(({ status }) => status !== 200)
    expect(refused.length).toBeGreaterThan(100)
    expect(refused.length).toBeLessThan(200)
    for (const { body, headers } of refused) {
      expect(body).toMatchObject({ code: 'storage_unavailable', status: 503 })
      expect(Number(headers['retry-after'])).toBeGreaterThan(0)
    }
    expect((await drawn).status).toBe(200)
    // What was refused is not kept.
    const [again] = refused.length ? names.slice(-1) : []
    expect((await testApp.call(`GET /files/default-avatars/${again}.png`)).status).toBe(200)
  })

  it('generates the same avatar for the same name, and different ones for different names', async () => {
    const draw = async (name: string) => (await testApp.call(`GET /files/default-avatars/${name}.png`)).bytes
    const first = await draw('0011223344556677')
    expect(await sharp(first).metadata()).toMatchObject({ format: 'png', width: 256, height: 256 })
    const names = Array.from({ length: 40 }, (_, index) => `${index}`.repeat(16).slice(0, 16))
    const pictures = new Set<string>()
    for (const name of names) pictures.add((await draw(name)).toString('hex'))
    expect(pictures.size).toBeGreaterThan(20)
    const other = await createTestApp()
    try {
      const again = await other.call('GET /files/default-avatars/0011223344556677.png')
      expect(again.bytes).toEqual(first)
    } finally {
      await other.close()
    }
  })

  it.skipIf(process.platform === 'win32')('that hang are answered 503 within a bounded time', async () => {
    const { folder } = testApp.config.storage as { folder: string }
    const name = `${'f'.repeat(64)}.jpg`
    const path = join(folder, 'avatars', name)
    // Whoever opens a pipe waits for somebody at its other end.
    execFileSync('mkfifo', [path])
    const startedAt = performance.now()
    const { user } = await testApp.login('person-7')
    await testApp.database.prisma.user.update({
      where: { id: user.id },
      data: { avatarKey: `avatars/${name}` },
    })
    expect(await testApp.call(`GET /files/avatars/${name}`)).toMatchObject(
      problem('storage_unavailable', 503),
    )
    expect(performance.now() - startedAt).toBeLessThan(15_000)
    await writeFile(path, 'let go')
  })

  it('counts towards the limit of the IP', async () => {
    const limited = await createTestApp({ LIMIT_PER_IP: '3' })
    try {
      const ask = () => limited.call(`GET ${generated}`)
      const statuses = [await ask(), await ask(), await ask(), await ask()].map(({ status }) => status)
      expect(statuses).toEqual([200, 200, 200, 429])
    } finally {
      await limited.close()
    }
  })
})
