import { useEffect, useRef, useState } from 'react'

/** Something that a page shows and the server has. */
export type Resource<Value> = {
  /** What came last; `null` before anything has. It stays in view while it is loaded again. */
  value: Value | null
  /** Why the latest try failed; `null` when it did not, or goes on. */
  error: unknown
  isLoading: boolean
  reload(): Promise<void>
  /** Shows a change that the server has accepted. */
  show(value: Value): void
}

/** Loads when the page is there, and again when it is asked to. Of several answers, the latest question's counts. */
export function useResource<Value>(load: () => Promise<Value>): Resource<Value> {
  const [value, setValue] = useState<Value | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [isLoading, setLoading] = useState(true)
  const latest = useRef(0)

  async function reload(): Promise<void> {
    latest.current += 1
    const question = latest.current
    setLoading(true)
    setError(null)
    const settle = (show: () => void) => {
      if (question !== latest.current) return
      setLoading(false)
      show()
    }
    await load().then(
      (answer) => settle(() => setValue(answer)),
      (failure) => settle(() => setError(failure)),
    )
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the page is there
  useEffect(() => {
    void reload()
    // No answer is the latest for a page that has gone.
    return () => {
      latest.current += 1
    }
  }, [])

  return { value, error, isLoading, reload, show: setValue }
}
