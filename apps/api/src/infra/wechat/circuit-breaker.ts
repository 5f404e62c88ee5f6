import { wechatUnavailable } from './wechat-api-error.ts'

/**
 * Runs a call.
 *
 * @throws ApiError `wechat_unavailable` at once when the circuit is open or too many calls are in flight.
 */
export type CircuitBreaker = <Result>(call: () => Promise<Result>) => Promise<Result>

export type CircuitState = 'closed' | 'open' | 'probing'

/**
 * Keeps an unresponsive server from blocking ours: limits the calls in flight, and after consecutive failures fails
 * calls at once. After a pause one probe call decides whether the circuit closes or the pause starts again.
 */
export function createCircuitBreaker({
  maximumConcurrentCalls,
  maximumFailures,
  pauseMs,
  onChange,
}: {
  maximumConcurrentCalls: number
  /** Consecutive failures that open the circuit. */
  maximumFailures: number
  pauseMs: number
  onChange: (state: CircuitState) => void
}): CircuitBreaker {
  let state: CircuitState = 'closed'
  let failures = 0
  let openUntil = 0
  let running = 0
  /** Counts state changes: a call that started before the latest one says nothing about the current state. */
  let period = 0

  function transition(to: CircuitState): void {
    state = to
    failures = 0
    period += 1
    onChange(to)
  }

  function admit(): void {
    const pauseLeftMs = openUntil - performance.now()
    if (state === 'probing' || (state === 'open' && pauseLeftMs > 0)) {
      throw wechatUnavailable('not sent: previous calls failed', Math.max(1, Math.ceil(pauseLeftMs / 1000)))
    }
    if (running >= maximumConcurrentCalls) throw wechatUnavailable('not sent: too many calls in flight')
    if (state === 'open') transition('probing')
  }

  function onSuccess(): void {
    failures = 0
    if (state === 'probing') transition('closed')
  }

  function onFailure(): void {
    failures += 1
    if (state === 'closed' && failures < maximumFailures) return
    openUntil = performance.now() + pauseMs
    transition('open')
  }

  return async (call) => {
    admit()
    const startedIn = period
    running += 1
    try {
      const result = await call()
      if (startedIn === period) onSuccess()
      return result
    } catch (error) {
      if (startedIn === period) onFailure()
      throw error
    } finally {
      running -= 1
    }
  }
}
