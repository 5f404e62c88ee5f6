import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import type { ErrorCode } from '@repo/shared'
import type { ConnectionError, FastifyInstance } from 'fastify'
import { ApiError } from '../utils/api-error.ts'
import { problemType, toProblemDetails } from './errors.ts'

/** No CORS headers: a mini program needs none. */
export const securityHeaders = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }

const lingerMs = 1000

/** Responds to a connection that never became a complete request, and closes it. */
export function sendErrorOnSocket(socket: Socket, error: ApiError): void {
  const problem = toProblemDetails(error, randomUUID())
  const body = JSON.stringify(problem)
  const headers = {
    ...securityHeaders,
    'content-type': problemType,
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  // Destroyed once the response can have been read: a client that never closes its side would hold it for ever.
  setTimeout(() => socket.destroy(), lingerMs).unref()
  socket.end(`HTTP/1.1 ${problem.status} ${problem.title}\r\n${lines.join('')}\r\n${body}`)
}

/** Node rejects these requests without an explanation, so the API does it instead. */
export function handleNodeRejections(app: FastifyInstance): void {
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response))
  app.addHook('onRequest', ({ headers, raw }, _reply, done) => {
    if (headers.host === undefined && raw.httpVersion === '1.1') done(malformed('the header Host is missing'))
    else if (headers.expect !== undefined && !/\b100-continue\b/i.test(headers.expect))
      done(malformed('the header Expect can only be 100-continue'))
    else done()
  })
}

const malformed = (detail: string) => new ApiError('invalid_request', { detail })

/** Node's codes for connections that never become a request; other codes mean that it is not HTTP. */
const connectionErrors: Record<string, ErrorCode> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'body_too_large',
  HPE_HEADER_OVERFLOW: 'headers_too_large',
}

export function onClientError({ code }: ConnectionError, socket: Socket): void {
  if (code === 'ECONNRESET' || !socket.writable) return
  const known = connectionErrors[code]
  sendErrorOnSocket(socket, known ? new ApiError(known) : malformed('the request is not valid HTTP'))
}
