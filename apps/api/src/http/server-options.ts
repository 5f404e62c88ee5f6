import { randomUUID } from 'node:crypto'
import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import AjvCompiler from '@fastify/ajv-compiler'
import { type ErrorCode, uploadTimeoutMs } from '@repo/shared'
import {
  type ConnectionError,
  type FastifyHttpOptions,
  type FastifyInstance,
  type FastifySchemaCompiler,
  LogController,
} from 'fastify'
import { timeBudget } from '../config/time-budget.ts'
import { ApiError } from '../utils/api-error.ts'
import { registerBodyDeadline } from './body-timeout.ts'
import { answerProblem } from './errors.ts'
import { answerHeaders, refuseOnSocket } from './socket-errors.ts'

/** How the API speaks HTTP: limits on everything, and one shape for every refusal. */
export const httpOptions = {
  bodyLimit: 16 * 1024,
  /** How long a client may take to send an upload, as long as the mini program waits; all else ends by `body-deadline.ts`. */
  requestTimeout: uploadTimeoutMs,
  /** When the answer is an error instead; whatever goes on then goes on by itself. */
  handlerTimeout: timeBudget.answerMs,
  http: {
    /** And for its headers; a connection that never sends any ends with this, too. */
    headersTimeout: 10_000,
    /** How often Node looks for who is too slow: by default twice a minute. */
    connectionsCheckingInterval: 1000,
    maxHeaderSize: 16 * 1024,
    // Refused below, where it gets a problem for an answer.
    requireHostHeader: false,
  },
  routerOptions: { maxParamLength: 100 },
  genReqId: () => randomUUID(),
  // One line per request, written below, without query or headers.
  logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
  // A server that closes serves what still comes: see `drain.ts`.
  return503OnClosing: false,
  /** Longer than balancers keep idle connections (nginx and AWS: 60 s), so that they are the ones to close them. */
  keepAliveTimeout: 75_000,
  frameworkErrors: (error, request, reply) => void answerProblem(error, request, reply),
  clientErrorHandler: refuseMalformedRequest,
} satisfies FastifyHttpOptions<Server>

export function registerHttp(app: FastifyInstance): void {
  app.setValidatorCompiler(validatorCompiler)
  acceptEmptyJson(app)
  registerBodyDeadline(app)
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(answerHeaders)
    done()
  })
  refuseInPlaceOfNode(app)
  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions } = request
    const durationMs = Math.round(reply.elapsedTime * 10) / 10
    request.log.info(
      { method, route: routeOptions.url ?? 'unknown', status: reply.statusCode, durationMs },
      'request',
    )
  })
}

/** Nothing is coerced: in a body `{ "code": 5 }` is a mistake. */
const compileValidator = AjvCompiler()({}, { customOptions: { coerceTypes: false, removeAdditional: false } })

/** In a query everything is text. Where the schema wants a number, plain digits are one; Ajv would also take `0x10`. */
const validatorCompiler: FastifySchemaCompiler<{ properties?: Record<string, { type?: string }> }> = (
  route,
) => {
  const validate = compileValidator(route as never)
  if (route.httpPart !== 'querystring') return validate
  const properties = Object.entries(route.schema.properties ?? {})
  const numbers = properties.flatMap(([name, { type }]) => (type === 'integer' ? [name] : []))
  return (query: Record<string, unknown>) => {
    for (const name of numbers) {
      const text = query[name]
      if (typeof text === 'string' && /^\d+$/.test(text)) query[name] = Number(text)
    }
    return validate(query) ? { value: query } : { error: validate.errors ?? [] }
  }
}

/** `wx.request` sends `content-type: application/json` even without a body; that is no body, not a broken one. */
function acceptEmptyJson(app: FastifyInstance): void {
  const parseJson = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined)
    else parseJson(request, body, done)
  })
}

/** What Node refuses by itself, it refuses without a word of explanation. */
function refuseInPlaceOfNode(app: FastifyInstance): void {
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response))
  app.addHook('onRequest', ({ headers, raw }, _reply, done) => {
    if (headers.host === undefined && raw.httpVersion === '1.1') done(malformed('the header Host is missing'))
    else if (headers.expect !== undefined && !/\b100-continue\b/i.test(headers.expect))
      done(malformed('the header Expect can only be 100-continue'))
    else done()
  })
}

const malformed = (detail: string) => new ApiError('invalid_request', { detail })

/** Node's codes for what never becomes a request; all others say that it is not HTTP. */
const connectionErrors: Record<string, ErrorCode> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'body_too_large',
  HPE_HEADER_OVERFLOW: 'headers_too_large',
}

function refuseMalformedRequest({ code }: ConnectionError, socket: Socket): void {
  if (code === 'ECONNRESET' || !socket.writable) return
  const known = connectionErrors[code]
  refuseOnSocket(socket, known ? new ApiError(known) : malformed('the request is not valid HTTP'))
}
