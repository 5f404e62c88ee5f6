/** The state of a key's current window. */
export type CounterState = { count: number; endsInMs: number }

/** Counts in fixed windows; the first increment of a key opens one. */
export type Counters = {
  increment(key: string, windowMs: number): CounterState | Promise<CounterState>
  /** Undoes one increment, if the window of the key still runs. */
  decrement(key: string): void | Promise<void>
  /** Ends the windows of these keys. */
  reset(keys: string[]): void | Promise<void>
  close(): void
}

/** Keys come from outside, so the number of keys per limit is bounded. */
const maximumKeysPerLimit = 50_000

type Window = { count: number; endsAt: number }

/**
 * Counts in the memory of this process, one map per limit: a flood at one limit evicts no key of another. The windows of
 * one limit have the same length, so they end in the order in which they were opened.
 */
export function createMemoryCounters(maximum: number = maximumKeysPerLimit): Counters {
  const limits = new Map<string, Map<string, Window>>()

  function windowsOf(key: string, windowMs: number): Map<string, Window> {
    const limit = `${nameOf(key)}:${windowMs}`
    let windows = limits.get(limit)
    if (windows === undefined) {
      windows = new Map()
      limits.set(limit, windows)
    }
    return windows
  }

  function open(windows: Map<string, Window>, key: string, now: number, windowMs: number): Window {
    // Re-inserted at the end: the order in the map is the order of opening.
    windows.delete(key)
    for (const [oldest, { endsAt }] of windows) {
      if (endsAt > now && windows.size < maximum) break
      windows.delete(oldest)
    }
    const window = { count: 0, endsAt: now + windowMs }
    windows.set(key, window)
    return window
  }

  return {
    increment(key, windowMs) {
      const now = performance.now()
      const windows = windowsOf(key, windowMs)
      let window = windows.get(key)
      if (window === undefined || window.endsAt <= now) window = open(windows, key, now, windowMs)
      window.count += 1
      return { count: window.count, endsInMs: Math.round(window.endsAt - now) }
    },
    decrement(key) {
      for (const windows of limits.values()) {
        const window = windows.get(key)
        if (window !== undefined && window.count > 0) window.count -= 1
      }
    },
    reset(keys) {
      for (const windows of limits.values()) for (const key of keys) windows.delete(key)
    },
    close: () => limits.clear(),
  }
}

/** The second part of `limit:<name>:<subject>`; it never comes from outside. */
const nameOf = (key: string) => key.split(':', 2)[1] ?? ''
