import { useEffect, useState } from 'react'
import { ApiProblem } from '../session/index.ts'

/** Longer waits are cut: a button must not stay closed for hours because of one answer. */
const longestWaitSeconds = 120

/** How many seconds the server asks to wait after `error`, counted down to 0. */
export function useWait(error: unknown): number {
  const [secondsLeft, setSecondsLeft] = useState(0)
  useEffect(() => {
    const seconds = (error instanceof ApiProblem && error.retryAfterSeconds) || 0
    setSecondsLeft(Math.min(seconds, longestWaitSeconds))
    if (seconds === 0) return
    const timer = setInterval(() => setSecondsLeft((left) => Math.max(0, left - 1)), 1000)
    return () => clearInterval(timer)
  }, [error])
  return secondsLeft
}
