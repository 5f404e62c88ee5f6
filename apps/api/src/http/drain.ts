import type { Server } from 'node:http'
import { Server as NetServer, type Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'

/** How the API stops: not ready first while it serves as before, then it closes the socket, then the connections. */
export type Drain = {
  /** From now on the API is not ready. */
  start(): void
  isDraining(): boolean
  /** Accepts no more connections; resolves when the open ones have their responses and are closed. */
  closeServer(): Promise<void>
}

declare module 'fastify' {
  interface FastifyInstance {
    drain: Drain
  }
}

/** How long a connection may stay idle after the socket has closed: a balancer may be sending a request into it. */
const idleTimeoutMs = 1000

export function registerDrain(app: FastifyInstance): Drain {
  const { server } = app as FastifyInstance & { server: Server }
  const idleConnections = trackIdleConnections(server)
  const acceptedCount = countConnections(server)
  let draining = false
  let closing = false
  // Not earlier: a balancer would open a connection for each request, also while the socket closes.
  app.addHook('onSend', async (_request, reply) => {
    if (closing) reply.header('connection', 'close')
  })
  const drain: Drain = {
    start() {
      draining = true
    },
    isDraining: () => draining,
    async closeServer() {
      draining = true
      if (!server.listening) return
      await emptyAcceptQueue(acceptedCount)
      closing = true
      // The HTTP server's own close() would end idle connections at once, and the request that a balancer sends into one.
      const closed = new Promise((resolve) => NetServer.prototype.close.call(server, resolve))
      const timer = setTimeout(() => {
        for (const socket of idleConnections) socket.destroy()
      }, idleTimeoutMs)
      await closed
      clearTimeout(timer)
    },
  }
  app.decorate('drain', drain)
  return drain
}

/** The open connections without an active request. */
function trackIdleConnections(server: Server): Set<Socket> {
  const idle = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    idle.add(socket)
    socket.once('close', () => idle.delete(socket))
  })
  server.on('request', ({ socket }, response) => {
    idle.delete(socket)
    response.once('close', () => {
      if (!socket.destroyed) idle.add(socket)
    })
  })
  return idle
}

function countConnections(server: Server): () => number {
  let count = 0
  server.on('connection', () => {
    count += 1
  })
  return () => count
}

const quietTurnMs = 0.2
const maximumMs = 1000

/**
 * Resolves after a short turn of the event loop that accepted no connection: the kernel resets the connections that still
 * wait in the queue when the socket closes.
 */
async function emptyAcceptQueue(acceptedCount: () => number): Promise<void> {
  const deadline = performance.now() + maximumMs
  // The rest of the turn under way: after an I/O event it looks at no socket any more.
  await nextTurn()
  while (performance.now() < deadline) {
    const [countBefore, startedAt] = [acceptedCount(), performance.now()]
    await nextTurn()
    if (acceptedCount() === countBefore && performance.now() - startedAt < quietTurnMs) return
  }
}
