import { randomUUID } from 'node:crypto'
import type { Server } from 'node:http'
import AjvCompiler from '@fastify/ajv-compiler'
import { uploadTimeoutMs } from '@repo/shared'
import {
  type FastifyHttpOptions,
  type FastifyInstance,
  type FastifySchemaCompiler,
  LogController,
} from 'fastify'
import { timeBudget } from '../config/time-budget.ts'
import { requestLineFields } from '../utils/request-line.ts'
import { registerBodyTimeout } from './body-timeout.ts'
import { errorHandler } from './errors.ts'
import { handleNodeRejections, onClientError, securityHeaders } from './socket-errors.ts'

/** Limits on everything, and one format for every error. */
export const httpOptions = {
  bodyLimit: 16 * 1024,
  /** For uploads, as long as the mini program waits; other bodies have `body-timeout.ts`. */
  requestTimeout: uploadTimeoutMs,
  /** The response is then an error; work that is still running is not cancelled. */
  handlerTimeout: timeBudget.responseMs,
  http: {
    /** Also closes a connection that never sends headers. */
    headersTimeout: 10_000,
    /** How often Node enforces the timeouts: twice a minute by default. */
    connectionsCheckingInterval: 1000,
    maxHeaderSize: 16 * 1024,
    // Rejected by `handleNodeRejections`, with problem details.
    requireHostHeader: false,
  },
  routerOptions: { maxParamLength: 100 },
  genReqId: () => randomUUID(),
  // One line per request, logged below, without query or headers.
  logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
  // A server that is closing still serves new requests: see `drain.ts`.
  return503OnClosing: false,
  /** Longer than balancers keep idle connections (nginx and AWS: 60 s), so that they close them first. */
  keepAliveTimeout: 75_000,
  frameworkErrors: (error, request, reply) => void errorHandler(error, request, reply),
  clientErrorHandler: onClientError,
} satisfies FastifyHttpOptions<Server>

export function registerHttp(app: FastifyInstance): void {
  app.setValidatorCompiler(validatorCompiler)
  acceptEmptyJson(app)
  registerBodyTimeout(app)
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(securityHeaders)
    done()
  })
  handleNodeRejections(app)
  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions } = request
    const durationMs = Math.round(reply.elapsedTime * 10) / 10
    request.log.info(
      {
        method,
        route: routeOptions.url ?? 'unknown',
        status: reply.statusCode,
        durationMs,
        ...requestLineFields(request.log),
      },
      'request',
    )
  })
}

/** No coercion: `{ "code": 5 }` in a body is an error. */
const compileValidator = AjvCompiler()({}, { customOptions: { coerceTypes: false, removeAdditional: false } })

/** In a query all values are text. Where the schema wants a number, only plain digits are one; Ajv would accept `0x10`. */
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

/** `wx.request` sends `content-type: application/json` even without a body, which is not malformed JSON. */
function acceptEmptyJson(app: FastifyInstance): void {
  const parseJson = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined)
    else parseJson(request, body, done)
  })
}
