import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../support/test-app.ts'
import { picture, uploadOf } from '../support/uploads.ts'

/** What a client may take for its request, and how late Node may notice. */
const boundMs = 10_000
const noticeMs = 8_000
/** What an upload may take here, rather than its whole minute. */
const uploadBoundMs = 20_000

describe('a deliberately slow client', () => {
  let testApp: TestApp
  let port: number
  beforeAll(async () => {
    testApp = await createTestApp()
    await testApp.app.listen({ host: '127.0.0.1', port: 0 })
    port = Number(new URL(testApp.app.listeningOrigin).port)
    expect(testApp.app.server.requestTimeout).toBe(60_000)
    testApp.app.server.requestTimeout = uploadBoundMs
  })
  afterAll(() => testApp?.close())

  const login = 'POST /v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n'

  const requestTimeout =
    /^HTTP\/1\.1 408 Request Timeout\r\n.*content-type: application\/problem\+json.*"code":"request_timeout"/s
  /** What comes back, and when the connection is closed, for who sends piece by piece as long as there are any. */
  async function drip(begin: string | Buffer, next: () => string | Buffer | undefined) {
    const socket = connect(port, '127.0.0.1')
    let answer = ''
    socket.on('data', (chunk) => {
      answer += chunk
    })
    socket.on('error', () => {})
    await once(socket, 'connect')
    const startedAt = performance.now()
    socket.write(begin)
    const dripping = setInterval(() => {
      const piece = next()
      if (piece !== undefined && socket.writable) socket.write(piece)
    }, 500)
    await once(socket, 'close')
    clearInterval(dripping)
    return { answer, tookMs: performance.now() - startedAt }
  }
  const expectCutAt = (tookMs: number, cutAtMs: number) => {
    expect(tookMs).toBeGreaterThan(cutAtMs - 1000)
    expect(tookMs).toBeLessThan(cutAtMs + noticeMs)
  }

  /** A picture that takes so many seconds to send. */
  async function upload(person: string, seconds: number) {
    const { accessToken } = await testApp.login(person)
    const { headers, body } = uploadOf({ content: await picture('#f00').png().toBuffer() })
    const begin = [
      'POST /v1/me/avatar HTTP/1.1',
      'Host: x',
      'Connection: close',
      `Authorization: Bearer ${accessToken}`,
      `Content-Type: ${headers['content-type']}`,
      `Content-Length: ${body.length}`,
    ].join('\r\n')
    const size = Math.ceil(body.length / (2 * seconds))
    let sent = 0
    return drip(`${begin}\r\n\r\n`, () => {
      const piece = body.subarray(sent, sent + size)
      sent += piece.length
      return piece.length > 0 ? piece : undefined
    })
  }

  it.concurrent('may upload two avatars slowly at the same time, and starts no third', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => upload('person-3', 15)))
    expect(answers.map(({ answer }) => answer.slice(9, 12)).sort()).toEqual(['200', '200', '429'])
    // Both are through: the next one may.
    expect((await upload('person-3', 12)).answer).toMatch(/^HTTP\/1\.1 200 /)
  })

  it.concurrent('may upload slowly when the user is logged in', async () => {
    const { answer, tookMs } = await upload('person-1', 15)
    expect(answer).toMatch(/^HTTP\/1\.1 200 .*"avatarUrl":"[^"]*\/files\/avatars\//s)
    expect(tookMs).toBeGreaterThan(boundMs + 3000)
  })

  it.concurrent('may not upload for ever either', async () => {
    const { answer, tookMs } = await upload('person-2', 100)
    expect(answer).toMatch(requestTimeout)
    expectCutAt(tookMs, uploadBoundMs)
  })

  it.concurrent.each([
    ['its body, byte by byte', `${login}Content-Length: 1000\r\n\r\n{`, ' ', requestTimeout],
    ['its body, in chunks', `${login}Transfer-Encoding: chunked\r\n\r\n`, '1\r\n \r\n', requestTimeout],
    ['its headers, byte by byte', `${login}X-Slow: `, 'x', requestTimeout],
    ['nothing at all', '', '', /^$|^HTTP\/1\.1 408 /],
    [
      'a body to where nobody reads it',
      'POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 1000\r\n\r\n',
      ' ',
      /^HTTP\/1\.1 404 (?!.*HTTP\/1\.1)/s,
    ],
    [
      'an upload without a login',
      'POST /v1/me/avatar HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 1000\r\n\r\n',
      ' ',
      /^HTTP\/1\.1 401 (?!.*HTTP\/1\.1)/s,
    ],
  ])('is disconnected in bounded time when it sends %s', async (_name, begin, piece, expected) => {
    const { answer, tookMs } = await drip(begin, () => piece)
    expectCutAt(tookMs, boundMs)
    expect(answer).toMatch(expected)
    expect((await fetch(`http://127.0.0.1:${port}/health/live`)).status).toBe(200)
    expect(testApp.log()).not.toContain('request failed')
  })

  it('holds no connection after a rejection, even if it does not close its side', async () => {
    const connections = () =>
      new Promise<number>((resolve) => testApp.app.server.getConnections((_error, count) => resolve(count)))
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    socket.on('error', () => {})
    socket.write('GARBAGE\r\n\r\n')
    const [answer] = await once(socket, 'data')
    expect(String(answer)).toMatch(/HTTP\/1\.1 400 /)
    const before = await connections()
    await expect.poll(connections, { timeout: 10_000 }).toBeLessThan(before)
    expect(socket.writable, 'the client has not closed').toBe(true)
    socket.destroy()
  })
})
