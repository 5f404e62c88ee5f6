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

/** Keys come from outside, so there is a bound to how many are kept. */
const maximumKeys = 100_000

/** Counts in the memory of this process. When it is full, the windows that were opened first are forgotten. */
export function createMemoryCounters(maximum: number = maximumKeys): Counters {
  const windows = new Map<string, { count: number; endsAt: number }>()

  function open(key: string, endsAt: number): { count: number; endsAt: number } {
    // Behind all others, since the order in the map is the order of opening.
    windows.delete(key)
    if (windows.size >= maximum) windows.delete(windows.keys().next().value as string)
    const window = { count: 0, endsAt }
    windows.set(key, window)
    return window
  }

  return {
    hit(key, windowMs) {
      const now = performance.now()
      let window = windows.get(key)
      if (window === undefined || window.endsAt <= now) window = open(key, now + windowMs)
      window.count += 1
      return { count: window.count, endsInMs: Math.round(window.endsAt - now) }
    },
    takeBack(key) {
      const window = windows.get(key)
      if (window !== undefined && window.count > 0) window.count -= 1
    },
    forget(keys) {
      for (const key of keys) windows.delete(key)
    },
    close: () => windows.clear(),
  }
}
