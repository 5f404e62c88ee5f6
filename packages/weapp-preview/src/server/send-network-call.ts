import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { connectionFailure, errno, type NetworkCall, type NetworkResult } from '../common/network-call.ts'
import { readBody, TooLargeError } from './read-body.ts'

export type Network = {
  appId: string
  /** From the origin that the mini program names to the origin where it really is. No other is reachable. */
  origins: Readonly<Record<string, string>>
}

type Failure = Extract<NetworkResult, { failure: unknown }>

const maximumResponseBytes = 10 * 1024 * 1024
const maximumTimeoutMs = 60_000
const maximumRedirects = 5

const userAgent =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.50(0x1800323b) NetType/WIFI Language/zh_CN'

/** Sends a phone's request to the configured origins only. Never rejects: a failure is a result. */
export async function sendNetworkCall(
  call: NetworkCall,
  network: Network,
  signal: AbortSignal,
): Promise<NetworkResult> {
  const timeout = AbortSignal.timeout(Math.min(Math.max(call.timeoutMs, 1), maximumTimeoutMs))
  const ended = AbortSignal.any([signal, timeout])
  try {
    return await follow(call, network, ended)
  } catch (error) {
    if (timeout.aborted) return { failure: { message: 'timeout', errno: errno.timeout } }
    if (signal.aborted) return { failure: { message: 'interrupted', errno: errno.interrupted } }
    return { failure: explain(error) }
  }
}

async function follow(call: NetworkCall, network: Network, signal: AbortSignal): Promise<NetworkResult> {
  let { url, method, bodyBase64 } = call
  for (let hop = 0; hop <= maximumRedirects; hop += 1) {
    const target = resolveTarget(url, network)
    if ('failure' in target) return target
    const response = await exchange(
      { ...call, method, bodyBase64: bodyBase64 ?? '' },
      target,
      network,
      signal,
    )
    const location = response.headers.location
    if (call.redirect === 'manual' || location === undefined || !isRedirect(response))
      return receive(response)

    response.resume()
    url = new URL(location, url).href
    if (response.statusCode !== 307 && response.statusCode !== 308) {
      method = method === 'HEAD' ? 'HEAD' : 'GET'
      bodyBase64 = undefined
    }
  }
  return { failure: { message: 'too many redirects', errno: errno.redirects } }
}

function resolveTarget(address: string, { origins }: Network): URL | Failure {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (!url || !/^https?:$/.test(url.protocol)) {
    return { failure: { message: `invalid url "${address}"`, errno: errno.invalidUrl } }
  }
  const origin = Object.hasOwn(origins, url.origin) ? origins[url.origin] : undefined
  if (origin === undefined) return { failure: { message: 'url not in domain list', errno: errno.domain } }
  // Set separately: a path that begins with two slashes would name another host.
  const target = new URL(origin)
  target.pathname = url.pathname
  target.search = url.search
  return target
}

const isRedirect = ({ statusCode = 0 }: IncomingMessage): boolean =>
  [301, 302, 303, 307, 308].includes(statusCode)

function exchange(
  call: NetworkCall & { bodyBase64: string },
  target: URL,
  { appId }: Network,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const body = Buffer.from(call.bodyBase64, 'base64')
  const headers = {
    ...call.header,
    'User-Agent': userAgent,
    Referer: `https://servicewechat.com/${appId}/devtools/page-frame.html`,
    ...(body.length > 0 && { 'Content-Length': body.length }),
  }
  const request = target.protocol === 'https:' ? requestHttps : requestHttp
  return new Promise((resolve, reject) => {
    request(target, { method: call.method, headers, signal }, resolve).on('error', reject).end(body)
  })
}

async function receive(response: IncomingMessage): Promise<NetworkResult> {
  const body = await readBody(response, maximumResponseBytes)
  return {
    statusCode: response.statusCode ?? 0,
    header: headerOf(response.rawHeaders),
    cookies: response.headers['set-cookie'] ?? [],
    bodyBase64: body.toString('base64'),
  }
}

function headerOf(rawHeaders: readonly string[]): Record<string, string> {
  const header: Record<string, string> = Object.create(null)
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name = '', value = ''] = rawHeaders.slice(index, index + 2)
    header[name] = name in header ? `${header[name]},${value}` : value
  }
  return header
}

const connectionErrors: Record<string, [code: number, name: string]> = {
  ECONNREFUSED: [-102, 'ERR_CONNECTION_REFUSED'],
  ECONNRESET: [-101, 'ERR_CONNECTION_RESET'],
  ENOTFOUND: [-105, 'ERR_NAME_NOT_RESOLVED'],
  EHOSTUNREACH: [-109, 'ERR_ADDRESS_UNREACHABLE'],
}

function explain(error: unknown): { message: string; errno: number } {
  if (error instanceof TooLargeError) return connectionFailure(-2, 'ERR_FAILED')
  const code = (error as NodeJS.ErrnoException).code ?? ''
  return connectionFailure(...(connectionErrors[code] ?? [-324, 'ERR_EMPTY_RESPONSE']))
}
