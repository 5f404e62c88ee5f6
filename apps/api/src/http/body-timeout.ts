import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ApiError } from '../utils/api-error.ts'
import { refuseOnSocket } from './socket-errors.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Ends the request while its body is on the way; `null` where there is no body. */
    bodyDeadline: { begin(): void; lift(): void } | null
  }
}

/** How long a client may take for a body, once its headers are there. */
const bodyTimeoutMs = 10_000

/**
 * Bounds every body: Node knows one bound for all requests of a server, which has to be that of an upload. Also one that
 * nobody reads, since its request was refused by then: it holds a connection as well.
 */
export function registerBodyDeadline(app: FastifyInstance): void {
  app.decorateRequest('bodyDeadline', null)
  app.addHook('onRequest', (request, reply, done) => {
    if (hasBody(request)) {
      request.bodyDeadline = createDeadline(request.raw, reply.raw)
      request.bodyDeadline.begin()
    }
    done()
  })
}

/** Leaves a body to the bound of uploads: once it is known who sends it, and that they may. */
export function liftBodyDeadline({ bodyDeadline }: FastifyRequest): void {
  bodyDeadline?.lift()
}

/** Bounds what is left of a body as any other: of an upload that is refused while it is on the way. */
export function restoreBodyDeadline({ bodyDeadline }: FastifyRequest): void {
  bodyDeadline?.begin()
}

const hasBody = ({ headers }: FastifyRequest) =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0'

function createDeadline(request: IncomingMessage, response: ServerResponse) {
  let timer: NodeJS.Timeout | undefined
  const lift = () => clearTimeout(timer)
  request.once('close', lift)
  return {
    lift,
    begin() {
      lift()
      if (!request.destroyed) timer = setTimeout(() => end(request, response), bodyTimeoutMs).unref()
    },
  }
}

function end(request: IncomingMessage, response: ServerResponse): void {
  // It has its answer, and a second one would be taken for that of the next request.
  if (response.headersSent) request.destroy()
  else if (request.socket.writable) refuseOnSocket(request.socket, new ApiError('request_timeout'))
}
