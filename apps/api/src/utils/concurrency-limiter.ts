import type { ErrorCode } from '@repo/shared'
import { ApiError } from './api-error.ts'

/** Runs work when a place is free. @throws ApiError `overflow` when too many wait already, or this one waited too long. */
export type ConcurrencyLimiter = <Result>(work: () => Promise<Result>) => Promise<Result>

const retryAfterSeconds = 5

/**
 * Limits how much work runs at the same time and how much waits, first come, first served.
 *
 * @param overflow the error code when too many wait, or one waits too long.
 * @param maximumWaitMs how long one may wait; without it there is no limit.
 */
export function createConcurrencyLimiter({
  concurrency,
  maximumWaiting,
  maximumWaitMs,
  overflow = 'rate_limited',
}: {
  concurrency: number
  maximumWaiting: number
  maximumWaitMs?: number
  overflow?: ErrorCode
}): ConcurrencyLimiter {
  const waiting: (() => void)[] = []
  let running = 0

  async function acquire(): Promise<void> {
    if (running < concurrency) {
      running += 1
      return
    }
    if (waiting.length >= maximumWaiting) throw tooMany(overflow)
    await new Promise<void>((resolve, reject) => {
      const timer =
        maximumWaitMs === undefined
          ? undefined
          : setTimeout(() => {
              waiting.splice(waiting.indexOf(start), 1)
              reject(tooMany(overflow))
            }, maximumWaitMs)
      function start(): void {
        clearTimeout(timer)
        resolve()
      }
      waiting.push(start)
    })
  }

  function release(): void {
    const next = waiting.shift()
    // The next one takes over the place, so the count stays.
    if (next) next()
    else running -= 1
  }

  return async (work) => {
    await acquire()
    try {
      return await work()
    } finally {
      release()
    }
  }
}

const tooMany = (code: ErrorCode) => new ApiError(code, { retryAfterSeconds })
