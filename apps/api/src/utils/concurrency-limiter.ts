import type { ErrorCode } from '@repo/shared'
import { ApiError } from './api-error.ts'

/** Runs work when it is its turn. @throws ApiError `overflow` when too many wait already, or it waited too long. */
export type Queue = <Result>(work: () => Promise<Result>) => Promise<Result>

const retryAfterSeconds = 5

/**
 * Lets a bounded number run at the same time, and a bounded number wait, first come first served.
 *
 * @param overflow what is answered when too many wait, or one for too long.
 * @param maximumWaitMs how long one may wait; absent: until it is its turn.
 */
export function createQueue({
  atOnce,
  maximumWaiting,
  maximumWaitMs,
  overflow = 'rate_limited',
}: {
  atOnce: number
  maximumWaiting: number
  maximumWaitMs?: number
  overflow?: ErrorCode
}): Queue {
  const waiting: (() => void)[] = []
  let running = 0

  async function turn(): Promise<void> {
    if (running < atOnce) {
      running += 1
      return
    }
    if (waiting.length >= maximumWaiting) throw tooMany(overflow)
    await new Promise<void>((resolve, reject) => {
      const timer =
        maximumWaitMs === undefined
          ? undefined
          : setTimeout(() => {
              waiting.splice(waiting.indexOf(begin), 1)
              reject(tooMany(overflow))
            }, maximumWaitMs)
      function begin(): void {
        clearTimeout(timer)
        resolve()
      }
      waiting.push(begin)
    })
  }

  return async (work) => {
    await turn()
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      // Whoever is next takes the place over.
      if (next) next()
      else running -= 1
    }
  }
}

const tooMany = (code: ErrorCode) => new ApiError(code, { retryAfterSeconds })
