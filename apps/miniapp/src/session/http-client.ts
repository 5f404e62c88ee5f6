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
import { ApiProblem, problemOf } from './errors.ts'
import { withDeadline } from './with-timeout.ts'

/** One HTTP request, as the platform is asked to send it. */
export type HttpRequest = {
  url: string
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  headers: Record<string, string>
  /** Travels as JSON; absent: no body. */
  body?: unknown
  timeoutMs: number
}

/** One file on its way to the API, as the platform is asked to send it: multipart/form-data. */
export type HttpUpload = {
  url: string
  headers: Record<string, string>
  /** The field of the form that carries the file. */
  field: string
  /** Where the phone keeps the file, such as `wxfile://tmp_…`. */
  filePath: string
  /** Told what has left the phone, in whole percent. */
  onProgress?: ((percent: number) => void) | undefined
  timeoutMs: number
}

/** What came back, with any status. `body` is the parsed JSON, or the text where it is none. */
export type HttpAnswer = { status: number; headers: Record<string, unknown>; body: unknown }

/** The platform's ways to the network. Both reject with an ApiProblem when no answer came. */
export type Transport = {
  send(request: HttpRequest): Promise<HttpAnswer>
  sendFile(upload: HttpUpload): Promise<HttpAnswer>
}

/** What the mini program can ask for; admins work elsewhere. */
type AppEndpointKey = {
  [Key in EndpointKey]: Key extends `${string} /v1/admin/${string}` ? never : Key
}[EndpointKey]

/** The operations that take a file. */
export type UploadKey = {
  [Key in AppEndpointKey]: Api[Key] extends { upload: string } ? Key : never
}[AppEndpointKey]

/** The operations that travel as JSON. */
export type ClientEndpointKey = Exclude<AppEndpointKey, UploadKey>

/** Those of them that only a logged-in person can ask for. */
export type UserEndpointKey = {
  [Key in ClientEndpointKey]: Api[Key]['access'] extends 'user' ? Key : never
}[ClientEndpointKey]

/** What an operation is told: its body, query and the parameters of its path, where it takes them, and nothing else. */
export type InputOf<Key extends EndpointKey> = (RequestBody<Key> extends undefined
  ? { body?: never }
  : { body: RequestBody<Key> }) &
  (Query<Key> extends undefined ? { query?: never } : { query: Query<Key> }) &
  (PathParams<Key> extends undefined ? { params?: never } : { params: PathParams<Key> })

type TokenOf<Key extends EndpointKey> = Key extends UserEndpointKey
  ? { accessToken: string }
  : { accessToken?: never }

/** What an operation for a logged-in person is called with. */
export const withToken = <Key extends UserEndpointKey>(input: InputOf<Key>, accessToken: string) =>
  ({ ...input, accessToken }) as InputOf<Key> & TokenOf<Key>

/** A file for the API, and who is told how far it has come. */
export type UploadInput = Pick<HttpUpload, 'filePath' | 'onProgress'>

export type ApiClient = {
  /** Sends one request, once. Resolves with the contract's answer, rejects with an ApiProblem. */
  call<Key extends ClientEndpointKey>(
    key: Key,
    options: InputOf<Key> & TokenOf<Key>,
  ): Promise<ResponseBody<Key>>
  /** Sends one file, once, likewise. */
  upload<Key extends UploadKey>(
    key: Key,
    options: UploadInput & { accessToken: string },
  ): Promise<ResponseBody<Key>>
}

/** Longer than any of the API's own time limits, which are derived from it, so that the API's answer arrives. */
const timeoutMs = 17_500 satisfies typeof clientTimeoutMs
/** A picture over a slow uplink takes its time. */
const uploadTimeoutMs = 60_000 satisfies typeof SharedUploadTimeoutMs
/** The contract's name for the field of an upload; that it is this one is checked where the types are tested. */
const uploadField = 'file' satisfies Api[UploadKey]['upload']

/** The contract's operations over the platform's network. `baseUrl` has no trailing slash. */
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
        url: baseUrl + path + queryOf(options.query as object | undefined),
        method,
        headers: headersFor(options.accessToken),
        timeoutMs,
      }
      if (options.body !== undefined) request.body = options.body
      return bodyOf(await inTime(transport.send(request), timeoutMs)) as ResponseBody<Key>
    },
    async upload<Key extends UploadKey>(key: Key, options: UploadInput & { accessToken: string }) {
      const { filePath, onProgress, accessToken } = options
      const answer = transport.sendFile({
        url: baseUrl + parseKey(key).path,
        headers: headersFor(accessToken),
        field: uploadField,
        filePath,
        onProgress,
        timeoutMs: uploadTimeoutMs,
      })
      return bodyOf(await inTime(answer, uploadTimeoutMs)) as ResponseBody<Key>
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
const queryOf = (query: object = {}): string =>
  Object.entries(query)
    .map(([name, value], index) => `${index === 0 ? '?' : '&'}${name}=${encodeURIComponent(value)}`)
    .join('')

const headersFor = (accessToken: string | undefined): Record<string, string> => ({
  accept: 'application/json',
  ...(accessToken ? { authorization: `Bearer ${accessToken}` } : {}),
})

const inTime = (answer: Promise<HttpAnswer>, limitMs: number): Promise<HttpAnswer> =>
  withDeadline(answer, limitMs, () => new ApiProblem('request_timeout'))

/** A page of HTML with status 200, as a hotel's network serves it, is no answer of ours. */
function bodyOf(answer: HttpAnswer): unknown {
  const { status, body } = answer
  if (status < 200 || status > 299) throw problemOf(answer)
  if (status === 204) return undefined
  if (typeof body === 'object' && body !== null) return body
  throw new ApiProblem('unexpected_answer', { status })
}
