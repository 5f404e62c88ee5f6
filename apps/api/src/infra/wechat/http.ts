import type { FastifyBaseLogger } from 'fastify'
import { type Dispatcher, Pool, ProxyAgent } from 'undici'
import type { Config } from '../../config/config.ts'
import { ApiError } from '../../utils/api-error.ts'
import { withTimeout } from '../../utils/with-timeout.ts'
import { type CircuitBreaker, createCircuitBreaker } from './circuit-breaker.ts'
import type { WechatCallName } from './errcodes.ts'
import { wechatError, wechatUnavailable } from './wechat-api-error.ts'

/** How one call to WeChat ended. */
export type WechatCall = {
  call: WechatCallName
  /** `failed`: no valid response. `not_sent`: the circuit is open, or too many calls are in flight. */
  outcome: 'ok' | 'rejected' | 'failed' | 'not_sent'
  /** Set when WeChat rejected the call. */
  errcode?: number
  durationMs: number
}

export type WechatRequest = {
  method: 'GET' | 'POST'
  path: string
  query?: Record<string, string>
  body?: object
}

export type WechatHttp = {
  /**
   * @returns the fields of a response whose errcode is 0 or absent.
   * @throws ApiError as in `errcodes.ts` for any other errcode; `wechat_unavailable` when WeChat does not respond within
   *   the timeout, or the call was not sent.
   */
  call(name: WechatCallName, request: WechatRequest): Promise<Record<string, unknown>>
  close(): Promise<void>
}

/** WeChat's responses are below 1 KB; a larger one is not WeChat's. */
const maximumResponseBytes = 16 * 1024

/** `text` is null when the body was too long. */
type WechatResponse = { status: number; text: string | null }

/** Calls WeChat. No error from here contains the URL, which carries the AppSecret or a token. */
export function createWechatHttp(
  config: Omit<Config['wechat'], 'apps'>,
  { log, onCallEnd }: { log: FastifyBaseLogger; onCallEnd: (call: WechatCall) => void },
): WechatHttp {
  const { apiUrl, timeoutMs } = config
  const { origin, pathname } = new URL(apiUrl)
  const basePath = pathname === '/' ? '' : pathname
  const connections = openConnections(config, origin)

  // One per API: failing calls that need an access token must not block logins.
  const breakers = new Map<WechatCallName, CircuitBreaker>()
  function breakerOf(name: WechatCallName): CircuitBreaker {
    const breaker =
      breakers.get(name) ??
      createCircuitBreaker({
        ...config,
        onChange(state) {
          if (state === 'open')
            log.warn({ call: name }, 'WeChat is not responding: calls fail immediately for now')
          if (state === 'closed') log.info({ call: name }, 'WeChat is responding again')
        },
      })
    breakers.set(name, breaker)
    return breaker
  }

  /** Returns any response, even an odd one. Throws when WeChat is unreachable: the circuit breaker counts that. */
  async function send(request: WechatRequest): Promise<WechatResponse> {
    const abort = new AbortController()
    // undici honors a signal only once it is connected, so the timeout does not rely on it.
    const onTimeout = () => {
      abort.abort()
      return wechatUnavailable(`no response within ${timeoutMs} ms`)
    }
    try {
      const response = await withTimeout(exchange(request, abort.signal), timeoutMs, onTimeout)
      if (response.status >= 500) throw wechatUnavailable(`HTTP status ${response.status}`)
      return response
    } catch (error) {
      if (error instanceof ApiError) throw error
      throw wechatUnavailable(reasonOf(error as NodeJS.ErrnoException, config.proxyUrl !== null))
    }
  }

  async function exchange(
    { method, path, query, body }: WechatRequest,
    signal: AbortSignal,
  ): Promise<WechatResponse> {
    const response = await connections.request({
      origin,
      method,
      path: `${basePath}${path}${query ? `?${new URLSearchParams(query)}` : ''}`,
      ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      signal,
    })
    return { status: response.statusCode, text: await response.body.text().catch(nullIfTooLong) }
  }

  return {
    async call(name, request) {
      const startedAt = performance.now()
      let outcome: WechatCall['outcome'] = 'not_sent'
      let errcode = 0
      try {
        const response = parse(
          await breakerOf(name)(() => {
            outcome = 'failed'
            return send(request)
          }),
        )
        errcode = Number(response.errcode ?? 0)
        outcome = errcode === 0 ? 'ok' : 'rejected'
        if (errcode !== 0) throw wechatError(name, errcode, String(response.errmsg))
        return response
      } finally {
        const durationMs = Math.round((performance.now() - startedAt) * 10) / 10
        onCallEnd({ call: name, outcome, ...(errcode === 0 ? {} : { errcode }), durationMs })
      }
    },
    close: () => connections.close(),
  }
}

/** One connection per call, limited by the circuit breakers, so that no call waits for another. */
function openConnections(
  { proxyUrl, timeoutMs }: Pick<Config['wechat'], 'proxyUrl' | 'timeoutMs'>,
  origin: string,
): Dispatcher {
  const options = { connect: { timeout: timeoutMs }, maxResponseSize: maximumResponseBytes }
  if (proxyUrl === null) return new Pool(origin, options)
  const { username, password, origin: uri } = new URL(proxyUrl)
  const credentials = [username, password].map(decodeURIComponent).join(':')
  return new ProxyAgent({
    ...options,
    // Separate from the URL, which may appear in an error.
    uri,
    ...(username && { token: `Basic ${Buffer.from(credentials).toString('base64')}` }),
    proxyTls: { timeout: timeoutMs },
    requestTls: { timeout: timeoutMs },
    clientFactory: (proxy, more) => new Pool(proxy, { ...more, headersTimeout: timeoutMs }),
  })
}

/** Our own wording, plus the error code: the original message may contain the URL. */
function reasonOf({ name, code, message }: NodeJS.ErrnoException, isProxied: boolean): string {
  if (!isProxied) return `no response: ${code ?? name}`
  const status = /^Proxy response \((\d{3})\)/.exec(message)?.[1]
  if (status === '407') return 'the proxy rejects our credentials: check WECHAT_PROXY_URL'
  if (status) return `the proxy rejects the request: HTTP status ${status}`
  return `no response through the proxy: ${code ?? name}`
}

/** Reads text, then JSON: `code2Session` responds with `text/plain`. */
function parse({ status, text }: WechatResponse): Record<string, unknown> {
  if (status !== 200) throw wechatUnavailable(`HTTP status ${status}`)
  if (text === null) throw wechatUnavailable('the response is too long')
  try {
    const response: unknown = JSON.parse(text)
    if (typeof response === 'object' && response !== null) return { ...response }
  } catch {
    // Reported below without the text, which may contain anything.
  }
  throw wechatUnavailable('the response is not a JSON object')
}

function nullIfTooLong(error: NodeJS.ErrnoException): null {
  if (error.code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return null
  throw error
}

/** Checks a field that a response must have. */
export const isNonEmptyString = (value: unknown): value is string => typeof value === 'string' && value !== ''
