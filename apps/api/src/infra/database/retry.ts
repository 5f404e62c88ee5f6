import { setTimeout as sleep } from 'node:timers/promises'
import { isConflict } from './errors.ts'

const maximumAttempts = 3
const longestPauseMs = 50

/**
 * Runs work again that PostgreSQL has rolled back because of other transactions, such as in a deadlock. The work is a whole
 * transaction or a single statement, so nothing of it is left.
 */
export async function retryConflicts<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      if (attempt === maximumAttempts || !isConflict(error)) throw error
      // Of any length, or two transactions would meet again.
      await sleep(Math.random() * longestPauseMs * attempt)
    }
  }
}
