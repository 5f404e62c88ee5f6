import { connectionFailure, errno, type NetworkCall, type NetworkResult } from '../common/network-call.ts'
import { type Options, settle, toFailResult } from '../runtime/async-api.ts'
import type { CallLog } from '../runtime/call-log.ts'
import { WxError } from '../runtime/wx-error.ts'

export type NetworkState = {
  type: () => string
  /** For calls that name no timeout of their own. */
  defaultTimeoutMs: (name: 'request' | 'uploadFile') => number
}

export type NetworkResponse = Extract<NetworkResult, { statusCode: number }>

export type NetworkTask = {
  abort(): void
  onHeadersReceived(listener: (result: object) => void): void
  offHeadersReceived(listener?: (result: object) => void): void
}

export type Transfer = {
  name: 'request' | 'uploadFile'
  method: string
  options: Options
  network: NetworkState
  log: CallLog
  /** Sends the request. `signal` aborts it, also on a timeout. */
  prepare: (timeoutMs: number, signal: AbortSignal) => NetworkCall | Promise<NetworkCall>
  /** What `success` receives besides the status. */
  resultOf: (response: NetworkResponse) => object
}

/** Sends a phone's request and calls the callbacks. Returns a task, never a promise. */
export function startTransfer({
  name,
  method,
  options,
  network,
  log,
  prepare,
  resultOf,
}: Transfer): NetworkTask {
  const aborted = new AbortController()
  const headerListeners = new Set<(result: object) => void>()
  const finish = log.start('network', `${method} ${pathOf(options.url)}`)

  const outcome = send().then(
    (response) => {
      finish(response.statusCode < 400, String(response.statusCode))
      const { header, cookies, statusCode } = response
      for (const listener of headerListeners) listener({ header, cookies, statusCode })
      return { errMsg: `${name}:ok`, statusCode, ...resultOf(response) }
    },
    (error: unknown) => {
      const failure = toFailResult(name, error)
      finish(false, failure.errMsg.slice(name.length + 1))
      throw failure
    },
  )
  // A failure without a callback is ignored.
  settle({ success: () => {}, ...options }, outcome)

  async function send(): Promise<NetworkResponse> {
    const timeoutMs = typeof options.timeout === 'number' ? options.timeout : network.defaultTimeoutMs(name)
    const signal = AbortSignal.any([aborted.signal, AbortSignal.timeout(timeoutMs)])
    try {
      const call = await prepare(timeoutMs, signal)
      if (network.type() === 'none') throw failed(connectionFailure(-106, 'ERR_INTERNET_DISCONNECTED'))
      await pause(latencyMs[network.type()] ?? 0, signal)
      return await sendCall(call, signal)
    } catch (error) {
      if (error instanceof WxError) throw error
      if (aborted.signal.aborted) throw aborted.signal.reason
      if (signal.aborted) throw new WxError('timeout', errno.timeout)
      throw failed(connectionFailure(-102, 'ERR_CONNECTION_REFUSED'))
    }
  }

  return {
    abort: () => aborted.abort(new WxError('abort', errno.interrupted)),
    onHeadersReceived: (listener) => void headerListeners.add(listener),
    offHeadersReceived: (listener) => removeListener(headerListeners, listener),
  }
}

/** How long a call is on its way besides, by the kind of network. */
const latencyMs: Record<string, number> = { '2g': 1500, '4g': 60 }

/** Waits; rejects as soon as `signal` is aborted. */
export async function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, durationMs)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(signal.reason)
    })
  })
}

/** Removes all listeners if none is given, as WeChat does. */
export function removeListener<Listener>(listeners: Set<Listener>, listener: Listener | undefined): void {
  if (listener === undefined) listeners.clear()
  else listeners.delete(listener)
}

/** The path alone: queries carry codes and tokens. */
function pathOf(url: unknown): string {
  const path = String(url ?? '')
    .replace(/^https?:\/\/[^/]+/i, '')
    .replace(/[?#].*$/, '')
  return path || '/'
}

async function sendCall(call: NetworkCall, signal: AbortSignal): Promise<NetworkResponse> {
  const response = await fetch('/__preview/request', { method: 'POST', body: JSON.stringify(call), signal })
  const result = (await response.json()) as NetworkResult | { error: string }
  if ('statusCode' in result) return result
  throw 'failure' in result ? failed(result.failure) : new WxError(result.error)
}

const failed = ({ message, errno }: { message: string; errno: number }) => new WxError(message, errno)

/** Values become texts; the page that sends is WeChat's to name. */
export function headerOf(header: unknown): Record<string, string> {
  const entries = Object.entries((header ?? {}) as Record<string, unknown>)
  const own = entries.filter(([name]) => name.toLowerCase() !== 'referer')
  return Object.fromEntries(own.map(([name, value]) => [name, String(value)]))
}
