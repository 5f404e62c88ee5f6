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

/** What a handler is given: what the contract promises, and nothing of HTTP. */
export type EndpointRequest<Key extends EndpointKey> = {
  params: PathParams<Key>
  query: Query<Key>
  body: RequestBody<Key>
  /** The address that the request came from. */
  ip: string
  log: FastifyBaseLogger
} & ((typeof api)[Key]['access'] extends 'public' ? unknown : AuthenticatedRequest) &
  /** The uploaded file, no larger than `uploads.ts` says. */
  ((typeof api)[Key] extends { upload: string } ? { file: Buffer } : unknown)

/** What a handler answers with: for a download its text, piece by piece, made as fast as it is taken. */
export type EndpointAnswer<Key extends EndpointKey> = (typeof api)[Key] extends { download: string }
  ? AsyncIterable<string>
  : ResponseBody<Key>

/**
 * Registers the route of a contract key. The schemas validate the request and serialize the answer, so a field
 * that the contract does not name cannot leak.
 */
export function endpoint<Key extends EndpointKey>(
  app: FastifyInstance,
  key: Key,
  handler: (request: EndpointRequest<Key>) => Promise<EndpointAnswer<Key>>,
): void {
  const { access, params, query, body, upload, response, download }: Endpoint = api[key]
  const [method, url] = key.split(' ') as [string, string]
  app.withTypeProvider<TypeBoxTypeProvider>().route({
    method,
    url,
    // Whoever asks for the headers alone would have all of it made, and counted, for nothing.
    exposeHeadRoute: download === undefined,
    // What is large takes its time on the way.
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
    // Counted first: a request that is refused below has been made, too.
    onRequest: [
      ...app.limitAddress(key),
      ...{ public: [], user: [app.authenticate], admin: [app.authenticate, app.requireAdmin] }[access],
    ],
    ...(access === 'admin' ? { onError: app.auditDeniedAccess } : {}),
    handler: async (request, reply) => {
      const handle = (file?: Buffer) => handler(toEndpointRequest<Key>(request, file))
      const answer = await (upload === undefined ? handle() : withUpload(request, upload, handle))
      if (download !== undefined) return sendDownload(reply, download, answer as AsyncIterable<string>)
      return response ? answer : reply.status(204).send()
    },
  })
}

/** An error on the way cuts the connection: half a document must not pass for a whole one. */
function sendDownload(reply: FastifyReply, name: string, pieces: AsyncIterable<string>): FastifyReply {
  return reply
    .type('application/json; charset=utf-8')
    .header('content-disposition', `attachment; filename="${name}"`)
    .send(Readable.from(pieces, { objectMode: false }))
}

function toEndpointRequest<Key extends EndpointKey>(
  request: FastifyRequest,
  file: Buffer | undefined,
): EndpointRequest<Key> {
  const { params, query, body, log, claims } = request
  return { params, query, body, file, ip: clientIp(request), log, claims } as unknown as EndpointRequest<Key>
}

/** Errors are serialized by their schema, too. */
const problemResponses = (key: EndpointKey): Record<number, object> =>
  Object.fromEntries(
    errorsOf(key).map((code) => [
      errorStatus[code],
      { content: { 'application/problem+json': { schema: Problem } } },
    ]),
  )
