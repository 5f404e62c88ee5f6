import { Readable } from 'node:stream'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import {
  api,
  type Endpoint,
  type EndpointKey,
  errorStatus,
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
  const { summary, access, params, query, body, upload, response, download }: Endpoint = api[key]
  const [method, url] = key.split(' ') as [string, string]
  app.withTypeProvider<TypeBoxTypeProvider>().route({
    method,
    url,
    // Whoever asks for the headers alone would have all of it made, and counted, for nothing.
    exposeHeadRoute: download === undefined,
    // What is large takes its time on the way.
    ...(upload || download ? { handlerTimeout: uploadTimeoutMs } : {}),
    schema: {
      summary,
      tags: [url.split('/')[2] ?? ''],
      ...(access === 'public' ? {} : { security: [{ accessToken: [] }] }),
      ...(params ? { params } : {}),
      ...(query ? { querystring: query } : {}),
      ...(body ? { body } : {}),
      ...(upload ? { consumes: ['multipart/form-data'] } : {}),
      response: {
        ...(response ? { 200: response } : { 204: { type: 'null', description: 'Done' } }),
        ...problemResponses(errorsOf(key)),
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

/** The errors that an operation can answer with, those of its own and those of any like it. */
export const errorsOf = (key: EndpointKey): Endpoint['errors'] => [
  ...api[key].errors,
  ...commonErrors(api[key]),
]

function commonErrors({ access, params, query, body, upload }: Endpoint): Endpoint['errors'] {
  return [
    ...(params || query || body || upload ? (['invalid_request'] as const) : []),
    ...(body || upload ? (['body_too_large', 'unsupported_media_type'] as const) : []),
    ...(access === 'public' ? [] : tokenErrors),
    ...(access === 'admin' ? (['forbidden'] as const) : []),
    'rate_limited',
    'database_unavailable',
    'server_busy',
  ]
}

const tokenErrors = [
  'access_token_missing',
  'access_token_invalid',
  'access_token_expired',
  'session_revoked',
  'refresh_token_reused',
] as const

/** For the docs: which codes an error status can carry here. */
function problemResponses(codes: Endpoint['errors']): Record<number, object> {
  const statuses = new Set(codes.map((code) => errorStatus[code]))
  return Object.fromEntries(
    [...statuses].map((status) => [
      status,
      {
        description: codes.filter((code) => errorStatus[code] === status).join(', '),
        content: { 'application/problem+json': { schema: Problem } },
      },
    ]),
  )
}
