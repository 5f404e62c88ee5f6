import type {
  Api,
  clientTimeoutMs,
  EndpointKey,
  PathParams,
  Query,
  RequestBody,
  ResponseBody,
  uploadTimeoutMs as SharedUploadTimeoutMs,
} from '@repo/shared'
import { ApiError, toApiError } from './errors.ts'
import { withTimeout } from './with-timeout.ts'

/** One HTTP request for the platform to send. */
export type HttpRequest = {
  url: string
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  headers: Record<string, string>
  /** Sent as JSON; absent: no body. */
  body?: unknown
  timeoutMs: number
}

/** One file for the platform to send as multipart/form-data. */
export type HttpUpload = {
  url: string
  headers: Record<string, string>
  /** The form field of the file. */
  field: string
  /** A path on the phone, such as `wxfile://tmp_…`. */
  filePath: string
  /** Receives the uploaded share in whole percent. */
  onProgress?: ((percent: number) => void) | undefined
  timeoutMs: number
}

/** A response with any status. `body` is the parsed JSON, or the text if it is not JSON. */
export type HttpResponse = { status: number; headers: Record<string, unknown>; body: unknown }

/** The platform's network functions. Both reject with an ApiError without a response. */
export type Transport = {
  send(request: HttpRequest): Promise<HttpResponse>
  sendFile(upload: HttpUpload): Promise<HttpResponse>
}

/** The mini program has no admin pages. */
type AppEndpointKey = {
  [Key in EndpointKey]: Key extends `${string} /v1/admin/${string}` ? never : Key
}[EndpointKey]

/** Endpoints that take a file. */
export type UploadKey = {
  [Key in AppEndpointKey]: Api[Key] extends { upload: string } ? Key : never
}[AppEndpointKey]

/** Endpoints that take JSON. */
export type ClientEndpointKey = Exclude<AppEndpointKey, UploadKey>

/** Endpoints that need a login. */
export type UserEndpointKey = {
  [Key in ClientEndpointKey]: Api[Key]['access'] extends 'user' ? Key : never
}[ClientEndpointKey]

/** Endpoints that take no access token. */
export type PublicEndpointKey = Exclude<ClientEndpointKey, UserEndpointKey>

/** The endpoint's body, query and path parameters, where it has them. */
export type InputOf<Key extends EndpointKey> = (RequestBody<Key> extends undefined
  ? { body?: never }
  : { body: RequestBody<Key> }) &
  (Query<Key> extends undefined ? { query?: never } : { query: Query<Key> }) &
  (PathParams<Key> extends undefined ? { params?: never } : { params: PathParams<Key> })

type TokenOf<Key extends EndpointKey> = Key extends UserEndpointKey
  ? { accessToken: string }
  : { accessToken?: never }

export const withToken = <Key extends UserEndpointKey>(input: InputOf<Key>, accessToken: string) =>
  ({ ...input, accessToken }) as InputOf<Key> & TokenOf<Key>

/** A file to upload, and its progress listener. */
export type UploadInput = Pick<HttpUpload, 'filePath' | 'onProgress'>

export type ApiClient = {
  /** Sends one request, once. Rejects with an ApiError. */
  call<Key extends ClientEndpointKey>(
    key: Key,
    options: InputOf<Key> & TokenOf<Key>,
  ): Promise<ResponseBody<Key>>
  /** Sends one file, once. Rejects with an ApiError. */
  upload<Key extends UploadKey>(
    key: Key,
    options: UploadInput & { accessToken: string },
  ): Promise<ResponseBody<Key>>
}

/** The API derives its own timeouts from this one, so that its response arrives first. */
const timeoutMs = 17_500 satisfies typeof clientTimeoutMs
/** Long enough for an image over a slow uplink. */
const uploadTimeoutMs = 60_000 satisfies typeof SharedUploadTimeoutMs
/** A type test compares this with the contract. */
const uploadField = 'file' satisfies Api[UploadKey]['upload']

/** `baseUrl` has no trailing slash. */
export function createApiClient({
  baseUrl,
  transport,
}: {
  baseUrl: string
  transport: Transport
}): ApiClient {
  return {
    async call<Key extends ClientEndpointKey>(key: Key, options: InputOf<Key> & TokenOf<Key>) {
      const { method, path } = parseKey(key, options.params as Record<string, string> | undefined)
      const request: HttpRequest = {
        url: baseUrl + path + queryString(options.query as object | undefined),
        method,
        headers: headersFor(options.accessToken),
        timeoutMs,
      }
      if (options.body !== undefined) request.body = options.body
      return parseResponse(await withinTimeout(transport.send(request), timeoutMs)) as ResponseBody<Key>
    },
    async upload<Key extends UploadKey>(key: Key, options: UploadInput & { accessToken: string }) {
      const { filePath, onProgress, accessToken } = options
      const response = transport.sendFile({
        url: baseUrl + parseKey(key).path,
        headers: headersFor(accessToken),
        field: uploadField,
        filePath,
        onProgress,
        timeoutMs: uploadTimeoutMs,
      })
      return parseResponse(await withinTimeout(response, uploadTimeoutMs)) as ResponseBody<Key>
    },
  }
}

function parseKey(
  key: EndpointKey,
  params: Record<string, string> = {},
): { method: HttpRequest['method']; path: string } {
  const space = key.indexOf(' ')
  const path = key
    .slice(space + 1)
    .replace(/:\w+/g, (name) => encodeURIComponent(params[name.slice(1)] ?? ''))
  return { method: key.slice(0, space) as HttpRequest['method'], path }
}

/** Such as `?kind=logins`. */
const queryString = (query: object = {}): string =>
  Object.entries(query)
    .map(([name, value], index) => `${index === 0 ? '?' : '&'}${name}=${encodeURIComponent(value)}`)
    .join('')

const headersFor = (accessToken: string | undefined): Record<string, string> => ({
  accept: 'application/json',
  ...(accessToken ? { authorization: `Bearer ${accessToken}` } : {}),
})

const withinTimeout = (response: Promise<HttpResponse>, limitMs: number): Promise<HttpResponse> =>
  withTimeout(response, limitMs, () => new ApiError('request_timeout'))

/** Rejects an HTML page with status 200, as a hotel's network serves it. */
function parseResponse(response: HttpResponse): unknown {
  const { status, body } = response
  if (status < 200 || status > 299) throw toApiError(response)
  if (status === 204) return undefined
  if (typeof body === 'object' && body !== null) return body
  throw new ApiError('unexpected_response', { status })
}
