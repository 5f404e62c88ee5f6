import { connectionFailure, errno, type NetworkCall, type NetworkResult } from '../../../network-call.ts'
import type { CallLog } from '../call-log.ts'
import { failureOf, type Options, settle } from './api.ts'
import { decodeBase64, encodeBase64 } from './base64.ts'
import { WxFailure } from './failure.ts'

export type NetworkState = { isOnline: () => boolean; defaultTimeoutMs: number }

type Answer = Extract<NetworkResult, { statusCode: number }>

const methods = ['OPTIONS', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'TRACE', 'CONNECT']
const methodsWithoutBody = ['GET', 'HEAD', 'OPTIONS']

/** `wx.request`. Any status is a success; the preview's server sends what a phone would send. */
export function createRequestApi(log: CallLog, network: NetworkState) {
  return function request(options: Options) {
    const aborted = new AbortController()
    const headerListeners = new Set<(result: object) => void>()
    const finish = log.start('network', titleOf(options))

    const outcome = send(options, network, aborted.signal).then(
      (answer) => {
        finish(answer.statusCode < 400, String(answer.statusCode))
        const { header, cookies, statusCode } = answer
        for (const listener of headerListeners) listener({ header, cookies, statusCode })
        return { errMsg: 'request:ok', data: decode(options, answer), header, cookies, statusCode }
      },
      (error: unknown) => {
        const failure = failureOf('request', error)
        finish(false, failure.errMsg.slice('request:'.length))
        throw failure
      },
    )
    // A task is returned, never a promise; a failure without a callback is nobody's.
    settle({ success: () => {}, ...options }, outcome)
    return {
      abort: () => aborted.abort(new WxFailure('abort', errno.interrupted)),
      onHeadersReceived: (listener: (result: object) => void) => void headerListeners.add(listener),
      offHeadersReceived: (listener: (result: object) => void) => void headerListeners.delete(listener),
      onChunkReceived: () => notChunked(),
      offChunkReceived: () => {},
    }
  }
}

function notChunked(): never {
  throw new Error('RequestTask.onChunkReceived 未模拟 · is not imitated by the preview')
}

/** The path alone: queries carry codes and tokens. */
function titleOf({ method = 'GET', url = '' }: Options): string {
  const path = String(url)
    .replace(/^https?:\/\/[^/]+/i, '')
    .replace(/[?#].*$/, '')
  return `${String(method).toUpperCase()} ${path || '/'}`
}

async function send(options: Options, network: NetworkState, aborted: AbortSignal): Promise<Answer> {
  const timeoutMs = typeof options.timeout === 'number' ? options.timeout : network.defaultTimeoutMs
  const call = createCall(options, timeoutMs)
  if (!network.isOnline()) throw failed(connectionFailure(-106, 'ERR_INTERNET_DISCONNECTED'))
  const signal = AbortSignal.any([aborted, AbortSignal.timeout(timeoutMs)])
  try {
    const response = await fetch('/__preview/request', { method: 'POST', body: JSON.stringify(call), signal })
    const result = (await response.json()) as NetworkResult | { error: string }
    if ('statusCode' in result) return result
    throw 'failure' in result ? failed(result.failure) : new WxFailure(result.error)
  } catch (error) {
    if (error instanceof WxFailure) throw error
    if (aborted.aborted) throw aborted.reason
    if (signal.aborted) throw new WxFailure('timeout', errno.timeout)
    throw failed(connectionFailure(-102, 'ERR_CONNECTION_REFUSED'))
  }
}

const failed = ({ message, errno }: { message: string; errno: number }) => new WxFailure(message, errno)

function createCall(options: Options, timeoutMs: number): NetworkCall {
  const method = String(options.method ?? 'GET').toUpperCase()
  if (!methods.includes(method)) throw new WxFailure(`method is invalid: ${method}`, 1001)
  const header = headerOf(options.header)
  const base = {
    method,
    header,
    timeoutMs,
    redirect: options.redirect === 'manual' ? 'manual' : 'follow',
  } as const
  const url = String(options.url ?? '')
  const { data } = options
  if (data === undefined || data === null) return { ...base, url }
  if (methodsWithoutBody.includes(method)) return { ...base, url: withQuery(url, data) }
  const isForm = contentTypeOf(header).startsWith('application/x-www-form-urlencoded')
  return { ...base, url, bodyBase64: encodeBase64(bodyOf(data, isForm)) }
}

/** Values become texts; the page that sends is WeChat's to name. */
function headerOf(header: unknown): Record<string, string> {
  const entries = Object.entries((header ?? {}) as Record<string, unknown>)
  const own = entries
    .filter(([name]) => name.toLowerCase() !== 'referer')
    .map(([name, value]) => [name, String(value)])
  const hasType = own.some(([name]) => name?.toLowerCase() === 'content-type')
  return { ...(!hasType && { 'content-type': 'application/json' }), ...Object.fromEntries(own) }
}

function contentTypeOf(header: Readonly<Record<string, string>>): string {
  const [, value = ''] = Object.entries(header).find(([name]) => name.toLowerCase() === 'content-type') ?? []
  return value.toLowerCase()
}

function bodyOf(data: unknown, isForm: boolean): Uint8Array {
  if (data instanceof ArrayBuffer) return new Uint8Array(data)
  const text = typeof data === 'string' ? data : isForm ? toQuery(data) : JSON.stringify(data)
  return new TextEncoder().encode(text)
}

function withQuery(url: string, data: unknown): string {
  const query = typeof data === 'string' ? data : toQuery(data)
  return query ? `${url}${url.includes('?') ? '&' : '?'}${query}` : url
}

function toQuery(data: unknown): string {
  const text = (value: unknown) => (typeof value === 'object' ? JSON.stringify(value) : String(value))
  return Object.entries(data as Record<string, unknown>)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(text(value))}`)
    .join('&')
}

function decode({ dataType = 'json', responseType }: Options, { bodyBase64 }: Answer): unknown {
  const bytes = decodeBase64(bodyBase64)
  if (responseType === 'arraybuffer') return bytes.buffer
  const text = new TextDecoder().decode(bytes)
  if (dataType !== 'json') return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
