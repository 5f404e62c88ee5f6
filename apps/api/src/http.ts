import { randomUUID } from 'node:crypto'
import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import AjvCompiler from '@fastify/ajv-compiler'
import { errorStatus, type Problem } from '@repo/shared'
import {
  type ConnectionError,
  type FastifyHttpOptions,
  type FastifyInstance,
  type FastifySchemaCompiler,
  LogController,
} from 'fastify'
import { ApiError, answerProblem } from './problem.ts'

/** How the API speaks HTTP: limits on everything, and one shape for every refusal. */
export const httpOptions = {
  bodyLimit: 16 * 1024,
  /** How long a client may take to send its request. */
  requestTimeout: 10_000,
  http: {
    /** And its headers; a connection that never sends any ends with this, too. */
    headersTimeout: 10_000,
    /** How often Node looks for who is too slow: by default twice a minute. */
    connectionsCheckingInterval: 1000,
    maxHeaderSize: 16 * 1024,
  },
  routerOptions: { maxParamLength: 100 },
  genReqId: () => randomUUID(),
  // One line per request, written below, without query or headers.
  logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
  return503OnClosing: false,
  frameworkErrors: (error, request, reply) => void answerProblem(error, request, reply),
  clientErrorHandler: refuseMalformedRequest,
} satisfies FastifyHttpOptions<Server>

export function registerHttp(app: FastifyInstance): void {
  app.setValidatorCompiler(validatorCompiler)
  acceptEmptyJson(app)
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(answerHeaders)
    done()
  })
  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions } = request
    const durationMs = Math.round(reply.elapsedTime * 10) / 10
    request.log.info(
      { method, route: routeOptions.url ?? 'unknown', status: reply.statusCode, durationMs },
      'request',
    )
  })
  refuseWhileClosing(app)
}

/** Answers are for one client, and are what they say they are. No CORS headers: a mini program needs none. */
const answerHeaders = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }

/** In a path and a query everything is text, so `limit=20` is a number there; in a body `{ "code": 5 }` is a mistake. */
const compileValidator = AjvCompiler()
const exact = compileValidator({}, { customOptions: { coerceTypes: false, removeAdditional: false } })
const coercing = compileValidator({}, { customOptions: { coerceTypes: true, removeAdditional: false } })
const validatorCompiler: FastifySchemaCompiler<unknown> = (route) =>
  (route.httpPart === 'querystring' || route.httpPart === 'params' ? coercing : exact)(route as never)

/** `wx.request` sends `content-type: application/json` even without a body; that is no body, not a broken one. */
function acceptEmptyJson(app: FastifyInstance): void {
  const parseJson = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined)
    else parseJson(request, body, done)
  })
}

/** Once the stop began, every connection ends with the answer that is under way, and brings no new request. */
function refuseWhileClosing(app: FastifyInstance): void {
  let closing = false
  app.addHook('preClose', async () => {
    closing = true
  })
  app.addHook('onRequest', async () => {
    if (closing) throw new ApiError('shutting_down')
  })
  app.addHook('onSend', async (_request, reply) => {
    if (closing) reply.header('connection', 'close')
  })
}

const lingerMs = 1000

/** What is not HTTP never becomes a request; the socket gets its answer here. */
function refuseMalformedRequest(error: ConnectionError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return
  const status = errorStatus.invalid_request
  const problem: Problem = {
    title: 'Bad Request',
    status,
    code: 'invalid_request',
    detail:
      error.code === 'HPE_HEADER_OVERFLOW'
        ? 'the headers are too large'
        : 'the request is not valid HTTP, or came too slowly',
    requestId: randomUUID(),
  }
  const body = JSON.stringify(problem)
  // Destroyed once the answer can have been read: a client that never closes its side would hold it for ever.
  setTimeout(() => socket.destroy(), lingerMs).unref()
  socket.end(
    `HTTP/1.1 ${status} Bad Request\r\nContent-Type: application/problem+json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  )
}
