import { useEffect, useRef, useState } from 'react'

export type Query<Value> = {
  /** The latest value; `null` before the first. It stays while the query reloads. */
  value: Value | null
  /** The failure of the latest load; `null` after a success or while loading. */
  error: unknown
  isLoading: boolean
  reload(): Promise<void>
  /** Sets a value that the server has accepted. */
  setValue(value: Value): void
}

/** Loads when the component mounts and on `reload()`. Ignores all but the latest response. */
export function useQuery<Value>(load: () => Promise<Value>): Query<Value> {
  const [value, setValue] = useState<Value | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [isLoading, setLoading] = useState(true)
  const latestLoad = useRef(0)

  async function reload(): Promise<void> {
    latestLoad.current += 1
    const thisLoad = latestLoad.current
    setLoading(true)
    setError(null)
    const settle = (apply: () => void) => {
      if (thisLoad !== latestLoad.current) return
      setLoading(false)
      apply()
    }
    await load().then(
      (loaded) => settle(() => setValue(loaded)),
      (failure) => settle(() => setError(failure)),
    )
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: once per mount
  useEffect(() => {
    void reload()
    // Ignore responses after unmount.
    return () => {
      latestLoad.current += 1
    }
  }, [])

  return { value, error, isLoading, reload, setValue }
}
