import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import Taro from '@tarojs/taro'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ApiError } from '../../src/session/errors.ts'
import { createApiClient } from '../../src/session/http-client.ts'
import { taroPlatform } from '../../src/session/taro-adapter.ts'
import { consent } from '../fakes/consent.ts'
import { requestLikeWechat } from './fake-wx-request.ts'

type Handler = (request: IncomingMessage, response: ServerResponse) => void

let server: Server
let received: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[]
let handler: Handler

beforeEach(async () => {
  received = []
  handler = (_request, response) => json(response, 200, { ok: true })
  server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => (body += chunk))
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      received.push({ method, url, headers, body })
      handler(request, response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  vi.mocked(Taro.request).mockImplementation(requestLikeWechat as never)
})

afterEach(async () => {
  vi.useRealTimers()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const client = () =>
  createApiClient({
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    transport: taroPlatform,
  })

const me = () => client().call('GET /v1/me', { accessToken: 'token' })

function json(response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}) {
  response.writeHead(status, { 'content-type': 'application/problem+json', ...headers })
  response.end(JSON.stringify(body))
}

async function rejectionOf(promise: Promise<unknown>): Promise<ApiError> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(ApiError)
  return error as ApiError
}

describe('call', () => {
  it('sends the body as JSON to the path of its key', async () => {
    await client().call('POST /v1/auth/login', { body: { code: 'a"b\n&secret=', consent } })
    expect(received).toMatchObject([{ method: 'POST', url: '/v1/auth/login' }])
    expect(JSON.parse(received[0]?.body ?? '')).toEqual({ code: 'a"b\n&secret=', consent })
    expect(received[0]?.headers.authorization).toBeUndefined()
  })

  it('sends the access token as a bearer token, never in the URL', async () => {
    await me()
    expect(received[0]).toMatchObject({ method: 'GET', url: '/v1/me', body: '' })
    expect(received[0]?.headers.authorization).toBe('Bearer token')
  })

  it('sends no body without one', async () => {
    handler = (_request, response) => response.writeHead(204).end()
    const answer = await client().call('POST /v1/auth/logout', { accessToken: 'token' })
    expect(answer).toBeUndefined()
    expect(received[0]).toMatchObject({ method: 'POST', body: '' })
  })

  it('resolves with the response', async () => {
    handler = (_request, response) => json(response, 200, { id: '1', nickname: '阿达' })
    await expect(me()).resolves.toEqual({ id: '1', nickname: '阿达' })
  })

  it('sends once, whatever comes back', async () => {
    handler = (_request, response) => json(response, 503, { code: 'wechat_busy' })
    await rejectionOf(me())
    expect(received).toHaveLength(1)
  })
})

describe('path parameters', () => {
  it('are encoded into the path, and sent nowhere else', async () => {
    handler = (_request, response) => response.writeHead(204).end()
    await client().call('POST /v1/me/sessions/:id/revoke', {
      body: { proof: { password: 'p' } },
      params: { id: '../a b?c#d/阿' },
      accessToken: 'token',
    })
    expect(received).toMatchObject([
      {
        method: 'POST',
        url: '/v1/me/sessions/..%2Fa%20b%3Fc%23d%2F%E9%98%BF/revoke',
        body: '{"proof":{"password":"p"}}',
      },
    ])
  })
})

describe('query', () => {
  it.each([
    [{}, ''],
    [{ kind: 'logins' }, '?kind=logins'],
    [{ kind: 'changes', before: 'a&b=c d' }, '?kind=changes&before=a%26b%3Dc%20d'],
  ] as const)('is encoded into the URL: %j', async (query, expected) => {
    handler = (_request, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    await client().call('GET /v1/me/login-history', { query, accessToken: 'token' })
    expect(received).toMatchObject([{ method: 'GET', url: `/v1/me/login-history${expected}`, body: '' }])
  })
})

describe('upload', () => {
  const file = { filePath: 'wxfile://tmp_picture', accessToken: 'token' }
  const send = (onProgress?: (percent: number) => void) =>
    client().upload('POST /v1/me/avatar', onProgress ? { ...file, onProgress } : file)

  /** wx.uploadFile: a task that is a promise as well, whose answer is text whatever it is. */
  function answerUpload(answer: Promise<object>, progress: number[] = []) {
    vi.mocked(Taro.uploadFile).mockReturnValue(
      Object.assign(answer, {
        progress: (told: (result: { progress: number }) => void) => {
          for (const percent of progress) told({ progress: percent })
        },
      }) as never,
    )
  }

  it("sends the file in the contract's field with the bearer token", async () => {
    answerUpload(Promise.resolve({ statusCode: 200, data: '{"id":"1"}' }))
    await expect(send()).resolves.toEqual({ id: '1' })
    expect(Taro.uploadFile).toHaveBeenCalledWith({
      url: expect.stringMatching(/\/v1\/me\/avatar$/),
      name: 'file',
      filePath: 'wxfile://tmp_picture',
      header: { accept: 'application/json', authorization: 'Bearer token' },
      timeout: 60_000,
    })
  })

  it('reports its progress', async () => {
    answerUpload(Promise.resolve({ statusCode: 200, data: '{}' }), [10, 100])
    const told = vi.fn()
    await send(told)
    expect(told.mock.calls).toEqual([[10], [100]])
  })

  it('rejects with the same ApiError', async () => {
    const problem = JSON.stringify({ code: 'image_too_large', requestId: 'r-3' })
    answerUpload(Promise.resolve({ statusCode: 413, data: problem }))
    expect(await rejectionOf(send())).toMatchObject({
      code: 'image_too_large',
      status: 413,
      requestId: 'r-3',
    })
  })

  it.each([
    ['<h1>Request Entity Too Large</h1>', 413, 'unexpected_response'],
    ['<html>Sign in to the hotel</html>', 200, 'unexpected_response'],
    ['', 502, 'server_unavailable'],
  ])('maps the text %o with status %i to %s', async (data, statusCode, code) => {
    answerUpload(Promise.resolve({ statusCode, data }))
    expect(await rejectionOf(send())).toMatchObject({ code, status: statusCode })
  })

  it.each([
    [{ errMsg: 'uploadFile:fail timeout' }, 'request_timeout'],
    [{ errMsg: 'uploadFile:fail', errno: 600003 }, 'request_interrupted'],
    [{ errMsg: 'uploadFile:fail file not found' }, 'network_unreachable'],
  ])('maps %o to %s', async (failure, code) => {
    answerUpload(Promise.reject(failure))
    expect(await rejectionOf(send())).toMatchObject({ code, status: null })
  })

  it('times out after a minute', async () => {
    vi.useFakeTimers()
    answerUpload(new Promise(() => {}))
    const failed = rejectionOf(send())
    await vi.advanceTimersByTimeAsync(60_000)
    expect(await failed).toMatchObject({ code: 'request_timeout' })
  })
})

describe('an error response', () => {
  it('becomes an ApiError with code, status, wait and request id', async () => {
    handler = (_request, response) =>
      json(
        response,
        429,
        { title: 'Too Many Requests', status: 429, code: 'wechat_rate_limited', requestId: 'r-1' },
        { 'retry-after': '17' },
      )
    expect(await rejectionOf(me())).toMatchObject({
      code: 'wechat_rate_limited',
      status: 429,
      retryAfterSeconds: 17,
      requestId: 'r-1',
    })
  })

  it.each(['Retry-After', 'retry-after', 'RETRY-AFTER'])('is read with the header name %s', async (name) => {
    vi.mocked(Taro.request).mockResolvedValue({
      statusCode: 429,
      header: { [name]: '9' },
      data: {},
    } as never)
    expect(await rejectionOf(me())).toMatchObject({ retryAfterSeconds: 9 })
  })

  it('sets no wait when Retry-After is a date, negative or invalid', async () => {
    for (const value of ['Wed, 21 Oct 2026 07:28:00 GMT', '-5', 'soon', '1.5']) {
      handler = (_request, response) => json(response, 503, { code: 'wechat_busy' }, { 'retry-after': value })
      expect(await rejectionOf(me())).toMatchObject({ retryAfterSeconds: null })
    }
  })

  it.each([
    [429, 'too_many_requests'],
    [500, 'server_unavailable'],
    [502, 'server_unavailable'],
    [503, 'server_unavailable'],
    [504, 'request_timeout'],
    [408, 'request_timeout'],
    [401, 'unexpected_response'],
    [403, 'unexpected_response'],
    [404, 'unexpected_response'],
  ])('maps status %i with an HTML page to %s', async (status, code) => {
    handler = (_request, response) => {
      response.writeHead(status, { 'content-type': 'text/html' }).end('<h1>Bad Gateway</h1>')
    }
    expect(await rejectionOf(me())).toMatchObject({ code, status })
  })

  it.each([
    ['a name from Object.prototype', { code: 'toString', requestId: 'r-2' }],
    ['a code that is no text', { code: 5, requestId: 'r-2' }],
  ])('with %s is mapped by its status', async (_name, body) => {
    handler = (_request, response) => json(response, 409, body)
    expect(await rejectionOf(me())).toMatchObject({ code: 'unexpected_response', requestId: 'r-2' })
  })

  it('keeps a code of a newer API and the status', async () => {
    handler = (_request, response) => json(response, 409, { code: 'phone_taken', requestId: 'r-2' })
    expect(await rejectionOf(me())).toMatchObject({ code: 'phone_taken', status: 409, requestId: 'r-2' })
  })

  it.each(['null', '[]', '"text"', '{"code":'])('survives the body %s', async (body) => {
    handler = (_request, response) => {
      response.writeHead(500, { 'content-type': 'application/json' }).end(body)
    }
    expect(await rejectionOf(me())).toMatchObject({ code: 'server_unavailable' })
  })
})

describe('no usable response', () => {
  it.each(['<html>Sign in to the hotel</html>', ''])(
    'maps status 200 with %o to unexpected_response',
    async (page) => {
      handler = (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/html' }).end(page)
      }
      expect(await rejectionOf(me())).toMatchObject({ code: 'unexpected_response', status: 200 })
    },
  )

  it('maps an unreachable server to network_unreachable', async () => {
    const gone = createApiClient({ baseUrl: 'http://127.0.0.1:1', transport: taroPlatform })
    expect(await rejectionOf(gone.call('GET /v1/me', { accessToken: 'token' }))).toMatchObject({
      code: 'network_unreachable',
      status: null,
    })
  })

  it('maps a closed connection to network_unreachable', async () => {
    handler = (request) => void request.socket.destroy()
    expect(await rejectionOf(me())).toMatchObject({ code: 'network_unreachable' })
  })

  it('times out after 17.5 seconds while WeChat hangs', async () => {
    vi.useFakeTimers()
    vi.mocked(Taro.request).mockReturnValue(new Promise(() => {}) as never)
    const failed = rejectionOf(me())
    await vi.advanceTimersByTimeAsync(17_500)
    expect(await failed).toMatchObject({ code: 'request_timeout', status: null })
    expect(Taro.request).toHaveBeenCalledWith(expect.objectContaining({ timeout: 17_500 }))
  })
})
