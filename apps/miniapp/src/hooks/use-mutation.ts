import { useRef, useState } from 'react'

/** Something that a person sets going. */
export type Action<Arguments extends unknown[]> = {
  /** Begins, unless it is under way. Never rejects: what went wrong is in `error`. */
  run(...args: Arguments): Promise<void>
  isBusy: boolean
  /** Why the latest try failed; `null` when it did not, or the user has cancelled it. */
  error: unknown
  clearError(): void
}

/** Runs `action` once at a time, and keeps what went wrong. */
export function useAction<Arguments extends unknown[]>(
  action: (...args: Arguments) => Promise<unknown>,
): Action<Arguments> {
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  // Two presses may come before the page is drawn again.
  const isRunning = useRef(false)

  async function run(...args: Arguments): Promise<void> {
    if (isRunning.current) return
    isRunning.current = true
    setBusy(true)
    setError(null)
    try {
      await action(...args)
    } catch (failure) {
      // The user has closed the question: they know.
      if ((failure as { code?: unknown }).code !== 'proof_cancelled') setError(failure)
    } finally {
      isRunning.current = false
      setBusy(false)
    }
  }

  return { run, isBusy, error, clearError: () => setError(null) }
}
