import type { NetworkCall } from '../common/network-call.ts'
import type { Options } from '../runtime/async-api.ts'
import { decodeBase64, encodeBase64 } from '../runtime/base64.ts'
import type { CallLog } from '../runtime/call-log.ts'
import { WxError } from '../runtime/wx-error.ts'
import { headerOf, type NetworkResponse, type NetworkState, startTransfer } from './network-task.ts'

const methods = ['OPTIONS', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'TRACE', 'CONNECT']
const methodsWithoutBody = ['GET', 'HEAD', 'OPTIONS']

/** `wx.request`. Any status is a success; the preview's server sends what a phone would send. */
export function createRequestApi(log: CallLog, network: NetworkState) {
  return (options: Options) => ({
    ...startTransfer({
      name: 'request',
      method: String(options.method ?? 'GET').toUpperCase(),
      options,
      network,
      log,
      prepare: (timeoutMs) => createCall(options, timeoutMs),
      resultOf: (response) => ({
        data: decode(options, response),
        header: response.header,
        cookies: response.cookies,
      }),
    }),
    onChunkReceived: () => notChunked(),
    offChunkReceived: () => {},
  })
}

function notChunked(): never {
  throw new Error('RequestTask.onChunkReceived 未模拟 · is not imitated by the preview')
}

function createCall(options: Options, timeoutMs: number): NetworkCall {
  const method = String(options.method ?? 'GET').toUpperCase()
  if (!methods.includes(method)) throw new WxError(`method is invalid: ${method}`, 1001)
  const header = withContentType(headerOf(options.header))
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

function withContentType(header: Record<string, string>): Record<string, string> {
  const hasType = Object.keys(header).some((name) => name.toLowerCase() === 'content-type')
  return hasType ? header : { 'content-type': 'application/json', ...header }
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

function decode({ dataType = 'json', responseType }: Options, { bodyBase64 }: NetworkResponse): unknown {
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
