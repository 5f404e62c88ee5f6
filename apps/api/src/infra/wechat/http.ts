import type { FastifyBaseLogger } from 'fastify'
import { type Dispatcher, Pool, ProxyAgent } from 'undici'
import type { Config } from '../../config/config.ts'
import { ApiError } from '../../utils/api-error.ts'
import { withDeadline } from '../../utils/with-timeout.ts'
import { type CircuitBreaker, createCircuitBreaker } from './circuit-breaker.ts'
import { refused, unavailable } from './wechat-api-error.ts'

/** WeChat's own names for what we call there. */
export type WechatCallName =
  | 'code2Session'
  | 'getStableAccessToken'
  | 'checkSessionKey'
  | 'resetUserSessionKey'
  | 'getPhoneNumber'
  | 'msgSecCheck'
  | 'mediaCheckAsync'

/** How one call to WeChat ended. */
export type WechatCall = {
  call: WechatCallName
  /** `failed`: no answer that can be understood. `not_sent`: the circuit is open, or too many calls are waiting. */
  outcome: 'ok' | 'refused' | 'failed' | 'not_sent'
  /** WeChat's reason for a refusal. */
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
   * @returns the fields of an answer whose errcode is 0 or absent.
   * @throws ApiError as in `errcodes.ts` for any other; `wechat_unavailable` when there is no answer within the
   *   timeout, or when the call was not even sent.
   */
  call(name: WechatCallName, request: WechatRequest): Promise<Record<string, unknown>>
  close(): Promise<void>
}

/** WeChat's answers have less than 1 KB; more than this is not WeChat. */
const maximumAnswerBytes = 16 * 1024

/** `text` is null where there was too much of it. */
type WechatAnswer = { status: number; text: string | null }

/** Calls WeChat. Whatever fails, no error that leaves here carries the URL: it has the AppSecret or a token in it. */
export function createWechatHttp(
  config: Omit<Config['wechat'], 'apps'>,
  { log, onCallEnd }: { log: FastifyBaseLogger; onCallEnd: (call: WechatCall) => void },
): WechatHttp {
  const { apiUrl, timeoutMs } = config
  const { origin, pathname } = new URL(apiUrl)
  const basePath = pathname === '/' ? '' : pathname
  const connections = openConnections(config, origin)

  // One for each name: the calls that need an access token must not keep people from logging in.
  const breakers = new Map<WechatCallName, CircuitBreaker>()
  function breakerOf(name: WechatCallName): CircuitBreaker {
    const breaker =
      breakers.get(name) ??
      createCircuitBreaker({
        ...config,
        onChange(state) {
          if (state === 'open') log.warn({ call: name }, 'WeChat does not answer: calls fail at once for now')
          if (state === 'closed') log.info({ call: name }, 'WeChat answers again')
        },
      })
    breakers.set(name, breaker)
    return breaker
  }

  /** Any answer, however odd; throws where WeChat is away, which is what the circuit breaker counts. */
  async function send(request: WechatRequest): Promise<WechatAnswer> {
    const abort = new AbortController()
    // undici heeds a signal only once it is connected, so the timeout does not rely on it.
    const late = () => {
      abort.abort()
      return unavailable(`no answer within ${timeoutMs} ms`)
    }
    try {
      const answer = await withDeadline(exchange(request, abort.signal), timeoutMs, late)
      if (answer.status >= 500) throw unavailable(`HTTP status ${answer.status}`)
      return answer
    } catch (error) {
      if (error instanceof ApiError) throw error
      throw unavailable(reasonOf(error as NodeJS.ErrnoException, config.proxyUrl !== null))
    }
  }

  async function exchange(
    { method, path, query, body }: WechatRequest,
    signal: AbortSignal,
  ): Promise<WechatAnswer> {
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
        const answer = parse(
          await breakerOf(name)(() => {
            outcome = 'failed'
            return send(request)
          }),
        )
        errcode = Number(answer.errcode ?? 0)
        outcome = errcode === 0 ? 'ok' : 'refused'
        if (errcode !== 0) throw refused(name, errcode, String(answer.errmsg))
        return answer
      } finally {
        const durationMs = Math.round((performance.now() - startedAt) * 10) / 10
        onCallEnd({ call: name, outcome, ...(errcode === 0 ? {} : { errcode }), durationMs })
      }
    },
    close: () => connections.close(),
  }
}

/** As many connections as there are calls, which the circuit breakers limit: no call waits for the end of another. */
function openConnections(
  { proxyUrl, timeoutMs }: Pick<Config['wechat'], 'proxyUrl' | 'timeoutMs'>,
  origin: string,
): Dispatcher {
  const options = { connect: { timeout: timeoutMs }, maxResponseSize: maximumAnswerBytes }
  if (proxyUrl === null) return new Pool(origin, options)
  const { username, password, origin: uri } = new URL(proxyUrl)
  const credentials = [username, password].map(decodeURIComponent).join(':')
  return new ProxyAgent({
    ...options,
    // Apart from the URL, which may stand in an error.
    uri,
    ...(username && { token: `Basic ${Buffer.from(credentials).toString('base64')}` }),
    proxyTls: { timeout: timeoutMs },
    requestTls: { timeout: timeoutMs },
    clientFactory: (proxy, more) => new Pool(proxy, { ...more, headersTimeout: timeoutMs }),
  })
}

/** In our words, but for the code of the error. */
function reasonOf({ name, code, message }: NodeJS.ErrnoException, isProxied: boolean): string {
  if (!isProxied) return `no answer: ${code ?? name}`
  const status = /^Proxy response \((\d{3})\)/.exec(message)?.[1]
  if (status === '407') return 'the proxy refuses our credentials: check WECHAT_PROXY_URL'
  if (status) return `the proxy refuses: HTTP status ${status}`
  return `no answer through the proxy: ${code ?? name}`
}

/** Text, then JSON: `code2Session` answers `text/plain`. */
function parse({ status, text }: WechatAnswer): Record<string, unknown> {
  if (status !== 200) throw unavailable(`HTTP status ${status}`)
  if (text === null) throw unavailable('the answer is too long')
  try {
    const answer: unknown = JSON.parse(text)
    if (typeof answer === 'object' && answer !== null) return { ...answer }
  } catch {
    // Told below, without the text: nobody knows what is in it.
  }
  throw unavailable('the answer is not a JSON object')
}

function nullIfTooLong(error: NodeJS.ErrnoException): null {
  if (error.code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return null
  throw error
}
