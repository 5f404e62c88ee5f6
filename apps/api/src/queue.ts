import type { ErrorCode } from '@repo/shared'
import { ApiError } from './problem.ts'

/** Runs work when it is its turn. @throws ApiError `rate_limited`, or what is configured, when too many wait already. */
export type Queue = <Result>(work: () => Promise<Result>) => Promise<Result>

const retryAfterSeconds = 5

/** Lets a bounded number run at the same time, and a bounded number wait, first come first served. */
export function createQueue({
  atOnce,
  maximumWaiting,
  overflow = 'rate_limited',
}: {
  atOnce: number
  maximumWaiting: number
  overflow?: ErrorCode
}): Queue {
  const waiting: (() => void)[] = []
  let running = 0

  async function turn(): Promise<void> {
    if (running < atOnce) {
      running += 1
      return
    }
    if (waiting.length >= maximumWaiting) throw new ApiError(overflow, { retryAfterSeconds })
    await new Promise<void>((resolve) => waiting.push(resolve))
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
