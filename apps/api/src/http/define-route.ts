import { Readable } from 'node:stream'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import {
  api,
  type Endpoint,
  type EndpointKey,
  errorStatus,
  errorsOf,
  type PathParams,
  Problem,
  type Query,
  type RequestBody,
  type ResponseBody,
  uploadTimeoutMs,
} from '@repo/shared'
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { AuthenticatedRequest } from './authenticate.ts'
import { clientIp } from './client-ip.ts'
import { withUpload } from './uploads.ts'

/** The typed request of a contract entry, without HTTP details. */
export type RouteRequest<Key extends EndpointKey> = {
  params: PathParams<Key>
  query: Query<Key>
  body: RequestBody<Key>
  ip: string
  log: FastifyBaseLogger
} & ((typeof api)[Key]['access'] extends 'public' ? unknown : AuthenticatedRequest) &
  /** The uploaded file; its size is limited in `uploads.ts`. */
  ((typeof api)[Key] extends { upload: string } ? { file: Buffer } : unknown)

/** The result of a handler. A download is streamed, with backpressure. */
export type RouteResult<Key extends EndpointKey> = (typeof api)[Key] extends { download: string }
  ? AsyncIterable<string>
  : ResponseBody<Key>

/**
 * Registers the route of a contract key. The schemas validate the request and serialize the response, so a field that the
 * contract does not list cannot leak.
 */
export function defineRoute<Key extends EndpointKey>(
  app: FastifyInstance,
  key: Key,
  handler: (request: RouteRequest<Key>) => Promise<RouteResult<Key>>,
): void {
  const { access, params, query, body, upload, response, download, verifiedPhone }: Endpoint = api[key]
  const [method, url] = key.split(' ') as [string, string]
  const needsPhone = verifiedPhone === 'always' || (verifiedPhone === 'configured' && app.phoneIsRequired)
  app.withTypeProvider<TypeBoxTypeProvider>().route({
    method,
    url,
    // A HEAD request would generate, and count, the whole download for nothing.
    exposeHeadRoute: download === undefined,
    // Large transfers take longer than other requests.
    ...(upload || download ? { handlerTimeout: uploadTimeoutMs } : {}),
    schema: {
      ...(params ? { params } : {}),
      ...(query ? { querystring: query } : {}),
      ...(body ? { body } : {}),
      response: {
        ...(response ? { 200: response } : { 204: { type: 'null' } }),
        ...problemResponses(key),
      },
    },
    // Counted first, so that rejected requests count too.
    onRequest: [
      ...app.rateLimitByIp(key),
      ...{ public: [], user: [app.authenticate], admin: [app.authenticate, app.requireAdmin] }[access],
      ...(needsPhone ? [app.requireVerifiedPhone] : []),
    ],
    ...(access === 'admin' ? { onError: app.auditDeniedAccess } : {}),
    handler: async (request, reply) => {
      const handle = (file?: Buffer) => handler(toRouteRequest<Key>(request, file))
      const result = await (upload === undefined ? handle() : withUpload(request, upload, handle))
      if (download !== undefined) return sendDownload(reply, download, result as AsyncIterable<string>)
      return response ? result : reply.status(204).send()
    },
  })
}

/** An error while streaming cuts the connection, so that the client does not take half a document for a whole one. */
function sendDownload(reply: FastifyReply, name: string, pieces: AsyncIterable<string>): FastifyReply {
  return reply
    .type('application/json; charset=utf-8')
    .header('content-disposition', `attachment; filename="${name}"`)
    .send(Readable.from(pieces, { objectMode: false }))
}

function toRouteRequest<Key extends EndpointKey>(
  request: FastifyRequest,
  file: Buffer | undefined,
): RouteRequest<Key> {
  const { params, query, body, log, claims } = request
  return { params, query, body, file, ip: clientIp(request), log, claims } as unknown as RouteRequest<Key>
}

/** Errors are serialized by their schema, too. */
const problemResponses = (key: EndpointKey): Record<number, object> =>
  Object.fromEntries(
    errorsOf(key).map((code) => [
      errorStatus[code],
      { content: { 'application/problem+json': { schema: Problem } } },
    ]),
  )
