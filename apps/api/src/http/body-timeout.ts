import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ApiError } from '../utils/api-error.ts'
import { sendErrorOnSocket } from './socket-errors.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Ends the request while its body is being received; `null` where there is no body. */
    bodyTimeout: { start(): void; stop(): void } | null
  }
}

/** How long a client may take to send a body, after its headers. */
const bodyTimeoutMs = 10_000

/**
 * Node has one timeout for all requests of a server, which has to be long enough for an upload; other bodies get a shorter
 * one here. It also covers a body that is never read because the request was rejected.
 */
export function registerBodyTimeout(app: FastifyInstance): void {
  app.decorateRequest('bodyTimeout', null)
  app.addHook('onRequest', (request, reply, done) => {
    if (hasBody(request)) {
      request.bodyTimeout = createBodyTimeout(request.raw, reply.raw)
      request.bodyTimeout.start()
    }
    done()
  })
}

/** Applies the timeout of uploads instead, once the upload is authorized. */
export function extendBodyTimeout({ bodyTimeout }: FastifyRequest): void {
  bodyTimeout?.stop()
}

/** Applies the timeout of other bodies again, to the rest of an upload that was rejected while it arrived. */
export function restoreBodyTimeout({ bodyTimeout }: FastifyRequest): void {
  bodyTimeout?.start()
}

const hasBody = ({ headers }: FastifyRequest) =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0'

function createBodyTimeout(request: IncomingMessage, response: ServerResponse) {
  let timer: NodeJS.Timeout | undefined
  const stop = () => clearTimeout(timer)
  request.once('close', stop)
  return {
    stop,
    start() {
      stop()
      if (!request.destroyed) timer = setTimeout(() => end(request, response), bodyTimeoutMs).unref()
    },
  }
}

function end(request: IncomingMessage, response: ServerResponse): void {
  // A second response would be taken for that of the next request.
  if (response.headersSent) request.destroy()
  else if (request.socket.writable) sendErrorOnSocket(request.socket, new ApiError('request_timeout'))
}
