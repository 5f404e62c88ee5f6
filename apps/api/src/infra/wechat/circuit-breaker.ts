import { unavailable } from './wechat-api-error.ts'

/**
 * Runs a call, or refuses to.
 *
 * @throws ApiError `wechat_unavailable` at once when the circuit is open or too many calls are waiting already.
 */
export type CircuitBreaker = <Result>(call: () => Promise<Result>) => Promise<Result>

export type CircuitState = 'closed' | 'open' | 'probing'

/**
 * Keeps a server that does not answer from holding up ours. Only so many calls may wait for it. After a row of
 * failures the circuit opens and calls fail at once; after a pause one call goes through, and decides whether the
 * circuit closes or the pause begins anew.
 */
export function createCircuitBreaker({
  maximumConcurrentCalls,
  maximumFailures,
  pauseMs,
  onChange,
}: {
  maximumConcurrentCalls: number
  /** In a row, without a success between them. */
  maximumFailures: number
  pauseMs: number
  onChange: (state: CircuitState) => void
}): CircuitBreaker {
  let state: CircuitState = 'closed'
  let failures = 0
  let pauseEndsAt = 0
  let running = 0
  /** Counts the changes of state: what began before the latest says nothing about the server as it is now. */
  let period = 0

  function change(to: CircuitState): void {
    state = to
    failures = 0
    period += 1
    onChange(to)
  }

  function admit(): void {
    const pauseLeftMs = pauseEndsAt - performance.now()
    if (state === 'probing' || (state === 'open' && pauseLeftMs > 0)) {
      throw unavailable('not sent: the calls before failed', Math.max(1, Math.ceil(pauseLeftMs / 1000)))
    }
    if (running >= maximumConcurrentCalls) throw unavailable('not sent: too many calls are waiting')
    if (state === 'open') change('probing')
  }

  function succeeded(): void {
    failures = 0
    if (state === 'probing') change('closed')
  }

  function failed(): void {
    failures += 1
    if (state === 'closed' && failures < maximumFailures) return
    pauseEndsAt = performance.now() + pauseMs
    change('open')
  }

  return async (call) => {
    admit()
    const begunIn = period
    running += 1
    try {
      const result = await call()
      if (begunIn === period) succeeded()
      return result
    } catch (error) {
      if (begunIn === period) failed()
      throw error
    } finally {
      running -= 1
    }
  }
}
