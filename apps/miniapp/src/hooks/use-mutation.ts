import { useRef, useState } from 'react'

export type Mutation<Arguments extends unknown[]> = {
  /** Ignored while a run is in progress. Never rejects: the failure is in `error`. */
  run(...args: Arguments): Promise<void>
  isPending: boolean
  /** The failure of the latest run; `null` after a success or a cancelled prompt. */
  error: unknown
  clearError(): void
}

/** Runs `mutate` once at a time and keeps its failure. */
export function useMutation<Arguments extends unknown[]>(
  mutate: (...args: Arguments) => Promise<unknown>,
): Mutation<Arguments> {
  const [isPending, setPending] = useState(false)
  const [error, setError] = useState<unknown>(null)
  // The user may tap twice before the page renders.
  const isRunning = useRef(false)

  async function run(...args: Arguments): Promise<void> {
    if (isRunning.current) return
    isRunning.current = true
    setPending(true)
    setError(null)
    try {
      await mutate(...args)
    } catch (failure) {
      // The user closed the prompt and needs no message.
      if ((failure as { code?: unknown }).code !== 'proof_cancelled') setError(failure)
    } finally {
      isRunning.current = false
      setPending(false)
    }
  }

  return { run, isPending, error, clearError: () => setError(null) }
}
