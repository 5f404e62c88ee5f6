import { setTimeout as sleep } from 'node:timers/promises'
import { errcodeOf } from './wechat-api-error.ts'

const delaysMs = [100, 400]

/**
 * Repeats a call twice while WeChat says that it is busy (-1), after a short wait each time. For calls that may reach
 * WeChat several times; never for the exchange of a login code, which works once.
 */
export async function retryBusy<Result>(call: () => Promise<Result>): Promise<Result> {
  for (const delayMs of delaysMs) {
    try {
      return await call()
    } catch (error) {
      if (errcodeOf(error) !== -1) throw error
    }
    // Not all at once, or the busy server gets its load back in one piece.
    await sleep(delayMs * (0.5 + Math.random()))
  }
  return call()
}
