import { connect } from 'node:net'
import { api } from '@repo/shared'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasDatabase } from '../support/database.ts'
import { problem, startWorld, type World } from '../support/world.ts'

describe.runIf(hasDatabase)('the API over HTTP', () => {
  let world: World
  let port: number
  beforeAll(async () => {
    world = await startWorld()
    await world.app.listen({ host: '127.0.0.1', port: 0 })
    port = Number(new URL(world.app.listeningOrigin).port)
  })
  afterAll(() => world?.close())

  const send = (text: string) =>
    new Promise<string>((resolve, reject) => {
      let answer = ''
      connect(port, '127.0.0.1', function (this: import('node:net').Socket) {
        this.end(text)
      })
        .on('data', (chunk) => {
          answer += chunk
        })
        .on('close', () => resolve(answer))
        .on('error', reject)
    })

  it('answers what is not HTTP, and headers that are too large, with a problem', async () => {
    for (const text of ['HELLO\r\n\r\n', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`]) {
      const answer = await send(text)
      expect(answer).toMatch(/^HTTP\/1.1 400 Bad Request\r\nContent-Type: application\/problem\+json/)
      expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject(
        problem('invalid_request', 400).body,
      )
    }
  })

  it('answers a body that is shorter than announced, and goes on', async () => {
    await send(
      'POST /v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    )
    expect((await fetch(`http://127.0.0.1:${port}/health/live`)).status).toBe(200)
  })

  it('gives every request an id of its own, which stands in the log', async () => {
    const answers = await Promise.all([world.call('GET /v1/me'), world.call('GET /v1/me')])
    const ids = answers.map(({ body }) => body.requestId)
    expect(new Set(ids).size).toBe(2)
    for (const id of ids) expect(world.log()).toContain(`"requestId":"${id}"`)
  })

  it('says that it lives and that its database answers', async () => {
    expect(await world.call('GET /health/live')).toMatchObject({ status: 200, body: { status: 'live' } })
    expect(await world.call('GET /health/ready')).toMatchObject({ status: 200, body: { status: 'ready' } })
  })

  it('answers a preflight of a browser without a single CORS header', async () => {
    const answer = await world.call('OPTIONS /v1/auth/login', {
      headers: {
        origin: 'https://example.com',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      },
    })
    const fromElsewhere = await world.call('GET /health/live', { headers: { origin: 'https://example.com' } })
    expect(answer).toMatchObject(problem('not_found', 404))
    for (const { headers } of [answer, fromElsewhere])
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([])
  })

  it('lets nobody keep or reinterpret an answer, be it a success or an error', async () => {
    const login = await world.call('POST /v1/auth/login', { body: { code: await world.code('person-1') } })
    expect(login.status).toBe(200)
    for (const { headers } of [login, await world.call('GET /v1/me'), await world.call('GET /nowhere')])
      expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
  })

  it('shows no docs outside of development', async () => {
    expect(await world.call('GET /docs')).toMatchObject(problem('not_found', 404))
    expect(await world.call('GET /openapi.json')).toMatchObject(problem('not_found', 404))
  })
})

describe.runIf(hasDatabase)('in development', () => {
  it('shows as OpenAPI and as a page what the contract says: no route without a key, no key without a route', async () => {
    const world = await startWorld({ NODE_ENV: 'development' })
    try {
      const { body } = await world.call('GET /openapi.json')
      const operations = Object.entries(body.paths as Record<string, object>).flatMap(([path, methods]) =>
        Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace('{id}', ':id')}`),
      )
      expect(operations.sort()).toEqual(Object.keys(api).sort())
      expect(body.paths['/v1/auth/login'].post.responses['409'].description).toBe('different_account')
      expect(body.paths['/v1/me/avatar'].post.requestBody.content).toMatchObject({
        'multipart/form-data': { schema: { properties: { file: { format: 'binary' } } } },
      })
      const page = await world.call('GET /docs/')
      expect(page).toMatchObject({ status: 200, text: expect.stringContaining('swagger-ui') })
      expect(page.headers['content-security-policy']).toMatch(/default-src 'self'.*frame-ancestors 'none'/)
      expect(page.headers['content-security-policy']).not.toContain('unsafe')
    } finally {
      await world.close()
    }
  })
})
