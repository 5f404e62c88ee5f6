import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWorld, type World } from '../support/world.ts'

/** What a client may take for its request, and how late Node may notice. */
const boundMs = 10_000
const noticeMs = 8_000

describe('a client that is slow on purpose', () => {
  let world: World
  let port: number
  beforeAll(async () => {
    world = await startWorld()
    await world.app.listen({ host: '127.0.0.1', port: 0 })
    port = Number(new URL(world.app.listeningOrigin).port)
  })
  afterAll(() => world?.close())

  const login = 'POST /v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n'

  const requestTimeout =
    /^HTTP\/1\.1 408 Request Timeout\r\n.*content-type: application\/problem\+json.*"code":"request_timeout"/s
  it.concurrent.each([
    ['its body, byte by byte', `${login}Content-Length: 1000\r\n\r\n{`, ' ', requestTimeout],
    ['its headers, byte by byte', `${login}X-Slow: `, 'x', requestTimeout],
    ['nothing at all', '', '', /^$|^HTTP\/1\.1 408 /],
  ])('is cut within the bound when it sends %s', async (_name, begin, drip, expected) => {
    const socket = connect(port, '127.0.0.1')
    let answer = ''
    socket.on('data', (chunk) => {
      answer += chunk
    })
    socket.on('error', () => {})
    await once(socket, 'connect')
    const startedAt = performance.now()
    socket.write(begin)
    const dripping = setInterval(() => socket.writable && socket.write(drip), 500)
    await once(socket, 'close')
    clearInterval(dripping)
    const tookMs = performance.now() - startedAt
    expect(tookMs).toBeGreaterThan(boundMs - 1000)
    expect(tookMs).toBeLessThan(boundMs + noticeMs)
    expect(answer).toMatch(expected)
    expect((await fetch(`http://127.0.0.1:${port}/health/live`)).status).toBe(200)
  })

  it('holds no connection that it refused, although its side stays open', async () => {
    const connections = () =>
      new Promise<number>((resolve) => world.app.server.getConnections((_error, count) => resolve(count)))
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
