import { request as requestHttp } from 'node:http'
import { expect, test } from 'vitest'
import { apiOrigin, appId, bodyOf, startServer, startTestPreview } from './phone.ts'

type Call = {
  url: string
  method?: string
  header?: object
  bodyBase64?: string
  timeoutMs?: number
  redirect?: string
}

async function send(preview: { url: string }, call: Call) {
  const response = await fetch(`${preview.url}/__preview/request`, {
    method: 'POST',
    headers: { origin: preview.url },
    body: JSON.stringify({ method: 'GET', header: {}, timeoutMs: 5_000, redirect: 'follow', ...call }),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

const text = (result: Record<string, unknown>) =>
  Buffer.from(String(result.bodyBase64), 'base64').toString('utf8')

test('keeps the host when a path begins with two slashes', async () => {
  const elsewhere = await startServer((_request, response) => response.end('elsewhere'))
  const api = await startServer((request, response) => response.end(request.url))
  const path = `//${new URL(elsewhere).host}/secret`
  const { body } = await send(await startTestPreview({ api }), { url: `${apiOrigin}${path}` })
  expect(text(body)).toBe(path)
})

test('passes on header names that every object has', async () => {
  const api = await startServer((_request, response) => {
    response.writeHead(200, ['constructor', 'x'])
    response.end()
  })
  const { body } = await send(await startTestPreview({ api }), { url: `${apiOrigin}/` })
  expect(body.header).toMatchObject({ constructor: 'x' })
})

test("sends a phone's headers to the real origin", async () => {
  let seen: unknown
  const api = await startServer(async (request, response) => {
    const { method, url, headers } = request
    seen = { method, url, headers, body: await bodyOf(request) }
    response.writeHead(201, [
      'X-Own-Name',
      'a',
      'x-twice',
      '1',
      'x-twice',
      '2',
      'Set-Cookie',
      'a=1',
      'Set-Cookie',
      'b=2',
    ])
    response.end('完成')
  })
  const { body } = await send(await startTestPreview({ api }), {
    url: `${apiOrigin}/v1/things?a=1`,
    method: 'DELETE',
    header: { 'content-type': 'application/json', Authorization: 'Bearer x', 'user-agent': 'mine' },
  })

  expect(seen).toMatchObject({
    method: 'DELETE',
    url: '/v1/things?a=1',
    headers: {
      authorization: 'Bearer x',
      'content-type': 'application/json',
      referer: `https://servicewechat.com/${appId}/devtools/page-frame.html`,
      'user-agent': expect.stringContaining('MicroMessenger'),
    },
    body: '',
  })
  expect(body).toMatchObject({
    statusCode: 201,
    header: { 'X-Own-Name': 'a', 'x-twice': '1,2' },
    cookies: ['a=1', 'b=2'],
  })
  expect(text(body)).toBe('完成')
})

test('sends and receives a body byte for byte', async () => {
  const api = await startServer(async (request, response) => response.end(await bodyOf(request)))
  const { body } = await send(await startTestPreview({ api }), {
    url: apiOrigin,
    method: 'POST',
    bodyBase64: Buffer.from('名字=\0&+ %').toString('base64'),
  })
  expect(text(body)).toBe('名字=\0&+ %')
})

test.each([
  'https://evil.example',
  'http://api.example.com',
  'https://api.example.com:444',
  'https://api.example.com.evil.example',
  'https://api.example.com@evil.example',
])('rejects an origin that is not configured: %s', async (origin) => {
  const { body } = await send(await startTestPreview(), { url: `${origin}/` })
  expect(body).toEqual({ failure: { message: 'url not in domain list', errno: 600_002 } })
})

test.each(['', '/v1/me', 'file:///etc/passwd', 'javascript:1'])('rejects an invalid URL: %j', async (url) => {
  const { body } = await send(await startTestPreview(), { url })
  expect(body).toMatchObject({ failure: { errno: 600_009 } })
})

test('follows a redirect within the origin and rejects one to another origin', async () => {
  const api = await startServer((request, response) => {
    if (request.url === '/here') response.end(`${request.method}`)
    else response.writeHead(302, { location: request.url === '/a' ? '/here' : 'http://127.0.0.1:1/' }).end()
  })
  const preview = await startTestPreview({ api })
  expect(text((await send(preview, { url: `${apiOrigin}/a`, method: 'POST' })).body)).toBe('GET')
  expect((await send(preview, { url: `${apiOrigin}/b` })).body).toMatchObject({ failure: { errno: 600_002 } })
  expect((await send(preview, { url: `${apiOrigin}/b`, redirect: 'manual' })).body).toMatchObject({
    statusCode: 302,
  })
})

test('fails after too many redirects', async () => {
  const api = await startServer((_, response) => response.writeHead(302, { location: '/' }).end())
  const { body } = await send(await startTestPreview({ api }), { url: apiOrigin })
  expect(body).toMatchObject({ failure: { errno: 600_008 } })
})

test("fails with a phone's error when the connection is refused", async () => {
  const { body } = await send(await startTestPreview({ api: 'http://127.0.0.1:9' }), { url: apiOrigin })
  expect(body).toEqual({
    failure: {
      message: 'errcode:-102 cronet_error_code:-102 error_msg:net::ERR_CONNECTION_REFUSED',
      errno: 600_001,
    },
  })
})

test('fails when the connection breaks halfway', async () => {
  const api = await startServer((_, response) => {
    response.writeHead(200, { 'content-length': 100 })
    response.write('begin', () => response.destroy())
  })
  const { body } = await send(await startTestPreview({ api }), { url: apiOrigin })
  expect(body).toMatchObject({ failure: { errno: 600_001 } })
})

test('fails when the request times out', async () => {
  const api = await startServer(() => {})
  const startedAt = Date.now()
  const { body } = await send(await startTestPreview({ api }), { url: apiOrigin, timeoutMs: 100 })
  expect(body).toEqual({ failure: { message: 'timeout', errno: 5 } })
  expect(Date.now() - startedAt).toBeLessThan(10_000)
})

test('fails when the response exceeds ten megabytes', async () => {
  const api = await startServer((_, response) => response.end(Buffer.alloc(10 * 1024 * 1024 + 1)))
  const { body } = await send(await startTestPreview({ api }), { url: apiOrigin })
  expect(body).toMatchObject({ failure: { errno: 600_001 } })
})

/** Raw, because `fetch` names the host by itself. */
function post(url: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const call = { url: apiOrigin, method: 'GET', header: {}, timeoutMs: 1_000, redirect: 'follow' }
    const sent = requestHttp(`${url}/__preview/request`, { method: 'POST', headers }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    sent.on('error', reject).end(JSON.stringify(call))
  })
}

test('rejects requests of another website and of another host name', async () => {
  const { url } = await startTestPreview()
  const { host } = new URL(url)
  expect(await post(url, { origin: url })).toBe(200)
  expect(await post(url, { origin: 'https://evil.example' })).toBe(403)
  expect(await post(url, { origin: 'null' })).toBe(403)
  expect(await post(url, {})).toBe(403)
  expect(await post(url, { host: 'evil.example', origin: 'http://evil.example' })).toBe(403)
  expect(await post(url, { host, origin: `https://${host}` })).toBe(403)
})

test.each([
  ['no JSON', 'x'],
  ['a list', '[]'],
  ['no method', '{"url":"https://api.example.com","header":{},"timeoutMs":1,"redirect":"follow"}'],
  [
    'a header that is no text',
    '{"url":"","method":"GET","header":{"a":1},"timeoutMs":1,"redirect":"follow"}',
  ],
  [
    'a method with a line break',
    '{"url":"","method":"GET\\r\\nX: 1","header":{},"timeoutMs":1,"redirect":"follow"}',
  ],
])('responds 400 to an invalid call: %s', async (_, body) => {
  const { url } = await startTestPreview()
  const response = await fetch(`${url}/__preview/request`, { method: 'POST', headers: { origin: url }, body })
  expect(response.status).toBe(400)
})

test('fails when a header cannot be sent', async () => {
  const { body } = await send(
    await startTestPreview({ api: await startServer((_, response) => response.end()) }),
    {
      url: apiOrigin,
      header: { 'x-own': 'line\r\nbreak' },
    },
  )
  expect(body).toMatchObject({ failure: { errno: 600_001 } })
})
