import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { Agent, get } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { registerDrain } from '../../src/http/drain.ts'

const request = 'GET / HTTP/1.1\r\nHost: api.test\r\n\r\n'

describe('the drain of the API', () => {
  let app: FastifyInstance
  let port: number
  beforeEach(async () => {
    app = Fastify({ return503OnClosing: false })
    const drain = registerDrain(app)
    app.addHook('preClose', () => drain.closeServer())
    app.get('/', async () => 'served')
    await app.listen({ host: '127.0.0.1', port: 0 })
    port = (app.server.address() as AddressInfo).port
  })
  afterEach(() => app.close())

  /** Resolves with what arrives on this connection until it ends, or with the error that ended it. */
  const received = (socket: Socket) => text(socket).catch((error: Error) => error.message)

  it('keeps connections alive until the listening socket closes', async () => {
    const agent = new Agent({ keepAlive: true })
    app.drain.start()
    const [response] = await once(get({ port, agent }), 'response')
    expect(response.headers.connection).toBe('keep-alive')
    response.resume()
    await once(response, 'end')
    agent.destroy()
  })

  it.each([
    ['a timer', () => sleep(1)],
    ['an I/O event', () => readFile(import.meta.filename)],
  ])('serves every connection that waits in the accept queue when %s stops it', async (_event, happens) => {
    await happens()
    const sockets = Array.from({ length: 100 }, () => connect(port, '127.0.0.1'))
    const responses = sockets.map(received)
    for (const socket of sockets) socket.write(request)
    // The connections start in this tick. A busy machine takes a moment to queue them, so the event loop stands still.
    await new Promise((resolve) => process.nextTick(resolve))
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50)
    await app.close()
    for (const response of await Promise.all(responses))
      expect(response).toMatch(/^HTTP\/1.1 200 OK\r\n[\s\S]*connection: close\r\n/i)
  })

  it('responds to a request on an idle connection after the socket has closed, and closes it', async () => {
    const socket = connect(port, '127.0.0.1')
    socket.write(request)
    const [first] = await once(socket, 'data')
    expect(String(first)).toMatch(/^HTTP\/1.1 200 OK\r\n[\s\S]*connection: keep-alive\r\n/i)
    const response = received(socket)
    const closed = app.close()
    await expect.poll(() => app.server.listening).toBe(false)
    await sleep(100)
    socket.write(request)
    expect(await response).toMatch(/^HTTP\/1.1 200 OK\r\n[\s\S]*connection: close\r\n/i)
    await closed
  })

  it('closes connections that stay idle', async () => {
    const socket = connect(port, '127.0.0.1')
    await once(app.server, 'connection')
    const response = received(socket)
    await app.close()
    expect(await response).toBe('')
  })
})
