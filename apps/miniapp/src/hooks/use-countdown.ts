import { useEffect, useState } from 'react'
import { ApiError } from '../session/index.ts'

/** Caps `Retry-After`: one response must not disable a button for hours. */
const maxSeconds = 120

/** The seconds until the server allows a retry after `error`, counted down to 0. */
export function useCountdown(error: unknown): number {
  const [secondsLeft, setSecondsLeft] = useState(0)
  useEffect(() => {
    const seconds = (error instanceof ApiError && error.retryAfterSeconds) || 0
    setSecondsLeft(Math.min(seconds, maxSeconds))
    if (seconds === 0) return
    const timer = setInterval(() => setSecondsLeft((left) => Math.max(0, left - 1)), 1000)
    return () => clearInterval(timer)
  }, [error])
  return secondsLeft
}
