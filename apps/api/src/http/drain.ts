import type { Server } from 'node:http'
import { Server as NetServer, type Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'

/** How the API leaves: it is not ready first, goes on serving without keeping connections, then closes. */
export type Drain = {
  /** From now on the API is not ready, and every response ends its connection. */
  begin(): void
  hasBegun(): boolean
  /** Accepts no connection any more; resolves when the requests under way have their responses. */
  closeServer(): Promise<void>
}

declare module 'fastify' {
  interface FastifyInstance {
    drain: Drain
  }
}

/** How long a connection without a request may stay: one that was just opened is about to bring one. */
const silentMs = 1000

export function registerDrain(app: FastifyInstance): Drain {
  const { server } = app as FastifyInstance & { server: Server }
  const silent = trackSilentConnections(server)
  let begun = false
  const begin = () => {
    begun = true
  }
  app.addHook('onSend', async (_request, reply) => {
    if (begun) reply.header('connection', 'close')
  })
  const drain: Drain = {
    begin,
    hasBegun: () => begun,
    async closeServer() {
      begin()
      if (!server.listening) return
      await quietTurn()
      // Not as an http server, which would end idle connections at once: a balancer may be sending a request into one. They
      // are served for a moment longer, and end with that response.
      const closed = new Promise((resolve) => NetServer.prototype.close.call(server, resolve))
      const timer = setTimeout(() => {
        for (const socket of silent) socket.destroy()
      }, silentMs)
      await closed
      clearTimeout(timer)
    },
  }
  app.decorate('drain', drain)
  return drain
}

/** The open connections without a request under way. */
function trackSilentConnections(server: Server): Set<Socket> {
  const silent = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    silent.add(socket)
    socket.once('close', () => silent.delete(socket))
  })
  server.on('request', ({ socket }, response) => {
    silent.delete(socket)
    response.once('close', () => {
      if (!socket.destroyed) silent.add(socket)
    })
  })
  return silent
}

const quietMs = 0.2
const maximumTurns = 2000

/**
 * Resolves at the end of a turn of the event loop that had nothing to do: every connection and every request that the
 * machine holds has been taken by then. The system resets those that it still holds when a server closes.
 */
async function quietTurn(): Promise<void> {
  for (let turn = 0; turn < maximumTurns; turn += 1) {
    const startedAt = performance.now()
    await nextTurn()
    if (performance.now() - startedAt < quietMs) return
  }
}
