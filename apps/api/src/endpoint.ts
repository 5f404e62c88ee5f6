import {
  api,
  type Endpoint,
  type EndpointKey,
  errorStatus,
  Problem,
  type RequestBody,
  type ResponseBody,
} from '@repo/shared'
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest } from 'fastify'
import type { AuthenticatedRequest } from './auth/authenticate.ts'

/** What a handler is given: what the contract promises, and nothing of HTTP. */
export type EndpointRequest<Key extends EndpointKey> = {
  body: RequestBody<Key>
  /** The address that the request came from. */
  ip: string
  log: FastifyBaseLogger
} & ((typeof api)[Key]['access'] extends 'user' ? AuthenticatedRequest : unknown)

/**
 * Registers the route of a contract key. The schemas validate the request and serialize the answer, so a field
 * that the contract does not name cannot leak.
 */
export function endpoint<Key extends EndpointKey>(
  app: FastifyInstance,
  key: Key,
  handler: (request: EndpointRequest<Key>) => Promise<ResponseBody<Key>>,
): void {
  const { summary, access, body, response, errors }: Endpoint = api[key]
  const [method, url] = key.split(' ') as [string, string]
  app.route({
    method,
    url,
    schema: {
      summary,
      tags: [url.split('/')[2] ?? ''],
      ...(access === 'user' ? { security: [{ accessToken: [] }] } : {}),
      ...(body ? { body } : {}),
      response: {
        ...(response ? { 200: response } : { 204: { type: 'null', description: 'Done' } }),
        ...problemResponses([...errors, ...commonErrors(access, body !== undefined)]),
      },
    },
    ...(access === 'user' ? { onRequest: app.authenticate } : {}),
    handler: async (request, reply) => {
      const answer = await handler(toEndpointRequest<Key>(request))
      return response ? answer : reply.status(204).send()
    },
  })
}

function toEndpointRequest<Key extends EndpointKey>(request: FastifyRequest): EndpointRequest<Key> {
  const { body, ip, log, claims } = request
  return { body, ip, log, claims } as EndpointRequest<Key>
}

function commonErrors(access: Endpoint['access'], hasBody: boolean): Endpoint['errors'] {
  return [
    ...(hasBody ? (['invalid_request', 'body_too_large', 'unsupported_media_type'] as const) : []),
    ...(access === 'user'
      ? (['access_token_missing', 'access_token_invalid', 'access_token_expired', 'session_revoked'] as const)
      : []),
    'database_unavailable',
  ]
}

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
