import type { Api, EndpointKey, RequestBody, ResponseBody } from '@repo/shared'
import { withDeadline } from '../deadline.ts'
import { ApiProblem, problemOf } from './problem.ts'

/** One HTTP request, as the platform is asked to send it. */
export type HttpRequest = {
  url: string
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  headers: Record<string, string>
  /** Travels as JSON; absent: no body. */
  body?: unknown
  timeoutMs: number
}

/** What came back, with any status. `body` is the parsed JSON, or the text where it is none. */
export type HttpAnswer = { status: number; headers: Record<string, unknown>; body: unknown }

/** The platform's way to the network. Rejects with an ApiProblem when no answer came. */
export type Send = (request: HttpRequest) => Promise<HttpAnswer>

/**
 * The operations of the mini program that travel as JSON: none of them has a parameter in its path, and admins work
 * elsewhere.
 */
export type ClientEndpointKey = {
  [Key in EndpointKey]: Key extends `${string}/:${string}` | `${string} /v1/admin/${string}`
    ? never
    : Api[Key] extends { upload: string }
      ? never
      : Key
}[EndpointKey]

/** The operations that only a logged-in person can ask for. */
export type UserEndpointKey = {
  [Key in ClientEndpointKey]: Api[Key]['access'] extends 'user' ? Key : never
}[ClientEndpointKey]

/** The body of an operation where it takes one, and nothing where it does not. */
export type BodyOf<Key extends EndpointKey> =
  RequestBody<Key> extends undefined ? { body?: never } : { body: RequestBody<Key> }

type TokenOf<Key extends EndpointKey> = Key extends UserEndpointKey
  ? { accessToken: string }
  : { accessToken?: never }

/** What an operation for a logged-in person is called with. */
export const withToken = <Key extends UserEndpointKey>(options: BodyOf<Key>, accessToken: string) =>
  ({ ...options, accessToken }) as BodyOf<Key> & TokenOf<Key>

export type ApiClient = {
  /** Sends one request, once. Resolves with the contract's answer, rejects with an ApiProblem. */
  call<Key extends ClientEndpointKey>(
    key: Key,
    options: BodyOf<Key> & TokenOf<Key>,
  ): Promise<ResponseBody<Key>>
}

/** Longer than any of the API's own time limits, so that its words arrive rather than ours. */
const timeoutMs = 10_000

/** The contract's operations over `send`. `baseUrl` has no trailing slash. */
export function createApiClient({ baseUrl, send }: { baseUrl: string; send: Send }): ApiClient {
  return {
    async call<Key extends ClientEndpointKey>(key: Key, options: BodyOf<Key> & TokenOf<Key>) {
      const { method, path } = parseKey(key)
      const headers: Record<string, string> = { accept: 'application/json' }
      if (options.accessToken) headers.authorization = `Bearer ${options.accessToken}`
      const request: HttpRequest = { url: baseUrl + path, method, headers, timeoutMs }
      if (options.body !== undefined) request.body = options.body

      const answer = await withDeadline(send(request), timeoutMs, () => new ApiProblem('request_timeout'))
      if (answer.status < 200 || answer.status > 299) throw problemOf(answer)
      return bodyOf(answer) as ResponseBody<Key>
    },
  }
}

function parseKey(key: EndpointKey): { method: HttpRequest['method']; path: string } {
  const space = key.indexOf(' ')
  return { method: key.slice(0, space) as HttpRequest['method'], path: key.slice(space + 1) }
}

/** A page of HTML with status 200, as a hotel's network serves it, is no answer of ours. */
function bodyOf({ status, body }: HttpAnswer): unknown {
  if (status === 204) return undefined
  if (typeof body === 'object' && body !== null) return body
  throw new ApiProblem('unexpected_answer', { status })
}
