import { STATUS_CODES } from 'node:http'
import { connect } from 'node:net'
import { api } from '@repo/shared'
import { openApiDocument } from '@repo/shared/openapi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasDatabase } from '../support/database.ts'
import { createTestApp, problem, type TestApp } from '../support/test-app.ts'

describe.runIf(hasDatabase)('the API over HTTP', () => {
  let testApp: TestApp
  let port: number
  beforeAll(async () => {
    testApp = await createTestApp()
    await testApp.app.listen({ host: '127.0.0.1', port: 0 })
    port = Number(new URL(testApp.app.listeningOrigin).port)
  })
  afterAll(() => testApp?.close())

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

  const malformed = ['invalid_request', 400] as const
  const tooLarge = ['headers_too_large', 431] as const
  const chunked = 'POST /v1/auth/login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n'
  it.each([
    ['what is not HTTP', 'HELLO\r\n\r\n', ...malformed],
    ['a method that does not exist', 'FETCH / HTTP/1.1\r\nHost: x\r\n\r\n', ...malformed],
    ['a version that does not exist', 'GET / HTTP/9.9\r\nHost: x\r\n\r\n', ...malformed],
    ['a path with a line break in it', 'GET /a\nb HTTP/1.1\r\nHost: x\r\n\r\n', ...malformed],
    ['a header without a colon', 'GET / HTTP/1.1\r\nHost: x\r\nX\r\n\r\n', ...malformed],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      ...malformed,
    ],
    ['a length and chunks', `${chunked}Content-Length: 5\r\n\r\n0\r\n\r\n`, ...malformed],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', ...malformed],
    ['no Host', 'GET /health/live HTTP/1.1\r\n\r\n', ...malformed],
    [
      'another expectation than 100-continue',
      'GET /health/live HTTP/1.1\r\nHost: x\r\nExpect: gold\r\n\r\n',
      ...malformed,
    ],
    [
      'headers that are too large',
      `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
      ...tooLarge,
    ],
    ['a path that is too long', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, ...tooLarge],
    ['chunks with too much beside them', `${chunked}\r\n1;${'x'.repeat(20_000)}\r\n`, 'body_too_large', 413],
  ] as const)('responds to %s with a problem', async (_name, text, code, status) => {
    const title = STATUS_CODES[status]
    const answer = await send(text)
    const [head = '', body = ''] = answer.split('\r\n\r\n')
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} ${title}\r\n`))
    for (const header of [
      'content-type: application/problem+json; charset=utf-8',
      'cache-control: no-store',
      'x-content-type-options: nosniff',
    ])
      expect(head.toLowerCase().split('\r\n')).toContain(header)
    expect(JSON.parse(body)).toMatchObject({ ...problem(code, status).body, title })
    expect((await fetch(`http://127.0.0.1:${port}/health/live`)).status).toBe(200)
  })

  it.each([
    ['HTTP/1.0 without Host', 'GET /health/live HTTP/1.0\r\n\r\n'],
    [
      'an expectation of 100-continue',
      'GET /health/live HTTP/1.1\r\nHost: x\r\nExpect: 100-Continue\r\n\r\n',
    ],
  ])('accepts %s', async (_name, text) => {
    expect(await send(text)).toContain('HTTP/1.1 200 OK\r\n')
  })

  it('responds to a body that is shorter than announced, and keeps serving', async () => {
    await send(
      'POST /v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    )
    expect((await fetch(`http://127.0.0.1:${port}/health/live`)).status).toBe(200)
  })

  it('creates an id for every request, which is in the log', async () => {
    const answers = await Promise.all([testApp.call('GET /v1/me'), testApp.call('GET /v1/me')])
    const ids = answers.map(({ body }) => body.requestId)
    expect(new Set(ids).size).toBe(2)
    for (const id of ids) expect(testApp.log()).toContain(`"requestId":"${id}"`)
  })

  it("responds to a browser's preflight without CORS headers", async () => {
    const answer = await testApp.call('OPTIONS /v1/auth/login', {
      headers: {
        origin: 'https://example.com',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      },
    })
    const fromElsewhere = await testApp.call('GET /health/live', {
      headers: { origin: 'https://example.com' },
    })
    expect(answer).toMatchObject(problem('not_found', 404))
    for (const { headers } of [answer, fromElsewhere])
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([])
  })

  it('forbids caching and content sniffing of every response, success or error', async () => {
    const login = await testApp.call('POST /v1/auth/login', {
      body: { code: await testApp.code('person-1') },
    })
    expect(login.status).toBe(200)
    for (const { headers } of [login, await testApp.call('GET /v1/me'), await testApp.call('GET /nowhere')])
      expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
  })

  it('serves no docs outside of development', async () => {
    expect(await testApp.call('GET /docs')).toMatchObject(problem('not_found', 404))
    expect(await testApp.call('GET /openapi.json')).toMatchObject(problem('not_found', 404))
  })
})

describe.runIf(hasDatabase)('in development', () => {
  it('serves every key of the contract, and below /v1 only the message push besides', async () => {
    const testApp = await createTestApp({ NODE_ENV: 'development' })
    try {
      const routes = routesOf(testApp.app.printRoutes({ commonPrefix: false }))
      const keys = routes.filter((key) => / \/v1\//.test(key) && !key.startsWith('HEAD '))
      const push = ['GET /v1/wechat/push/:appId', 'POST /v1/wechat/push/:appId']
      expect(keys.sort()).toEqual([...Object.keys(api), ...push].sort())
    } finally {
      await testApp.close()
    }
  })

  it('GET /openapi.json and GET /docs/ show the contract', async () => {
    const testApp = await createTestApp({ NODE_ENV: 'development' })
    try {
      const { body } = await testApp.call('GET /openapi.json')
      expect(body).toEqual(JSON.parse(JSON.stringify(openApiDocument())))
      expect(body.paths['/v1/auth/login'].post.responses['409'].description).toBe(
        'consent_outdated, shared_account_choice, different_account',
      )
      expect(body.paths['/v1/me/avatar'].post.requestBody.content).toMatchObject({
        'multipart/form-data': { schema: { properties: { file: { format: 'binary' } } } },
      })
      const page = await testApp.call('GET /docs/')
      expect(page).toMatchObject({ status: 200, text: expect.stringContaining('swagger-ui') })
    } finally {
      await testApp.close()
    }
  })

  it('forbids framing the docs, and scripts other than their own', async () => {
    const testApp = await createTestApp({ NODE_ENV: 'development' })
    try {
      const { headers } = await testApp.call('GET /docs/')
      const policy = headers['content-security-policy']
      expect(policy).toMatch(/default-src 'self'.*frame-ancestors 'none'/)
      expect(policy).not.toContain('unsafe')
      expect(headers['x-content-type-options']).toBe('nosniff')
    } finally {
      await testApp.close()
    }
  })
})

/** Every route as `METHOD /path`, from the tree that Fastify prints. */
function routesOf(tree: string): string[] {
  const parents: string[] = []
  return tree.split('\n').flatMap((line) => {
    const [, indent = '', part = '', methods = ''] = /^([^/\w-]*[─ ] )(\S+)(?: \((.+)\))?$/.exec(line) ?? []
    const depth = indent.length / 4
    parents[depth] = part
    const path = parents.slice(0, depth + 1).join('')
    return methods === '' ? [] : methods.split(', ').map((method) => `${method} ${path}`)
  })
}
