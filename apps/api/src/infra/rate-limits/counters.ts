/** How often something happened in the window that is running. */
export type Count = { count: number; endsInMs: number }

/** Counts what happens in fixed windows: the first hit of a key opens one. */
export type Counters = {
  hit(key: string, windowMs: number): Count | Promise<Count>
  /** Takes one hit back, if the window of the key still runs. */
  takeBack(key: string): void | Promise<void>
  /** Ends the windows of these keys. */
  forget(keys: string[]): void | Promise<void>
  close(): void
}

/** Keys come from outside, so there is a bound to how many of one limit are kept. */
const maximumKeysPerLimit = 50_000

type Window = { count: number; endsAt: number }

/**
 * Counts in the memory of this process, each limit in a map of its own: a flood at one limit makes no other forget. Windows
 * of one limit last equally long, so the order of opening is that of ending, and what has ended goes first.
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
    // Behind all others, since the order in the map is the order of opening.
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
    hit(key, windowMs) {
      const now = performance.now()
      const windows = windowsOf(key, windowMs)
      let window = windows.get(key)
      if (window === undefined || window.endsAt <= now) window = open(windows, key, now, windowMs)
      window.count += 1
      return { count: window.count, endsInMs: Math.round(window.endsAt - now) }
    },
    takeBack(key) {
      for (const windows of limits.values()) {
        const window = windows.get(key)
        if (window !== undefined && window.count > 0) window.count -= 1
      }
    },
    forget(keys) {
      for (const windows of limits.values()) for (const key of keys) windows.delete(key)
    },
    close: () => limits.clear(),
  }
}

/** The second part of `limit:<name>:<who>`; it never comes from outside. */
const nameOf = (key: string) => key.split(':', 2)[1] ?? ''
