import { setTimeout as sleep } from 'node:timers/promises'

/** Work in the background that is done in small batches, a while after the start and then every hour. */
export type Rounds = {
  /** Whether no other batch is to begin. */
  isEnding(): boolean
  /** Between two batches; resolves early when it is time to end. */
  pause(): Promise<void>
  /** Begins no other batch, and waits for the one that is under way. */
  close(): Promise<void>
}

const pauseMs = 100
const firstRoundAfterMs = 5000
const roundEveryMs = 60 * 60 * 1000

/** @param round never rejects. */
export function startRounds(round: () => Promise<void>): Rounds {
  const end = new AbortController()
  let running = Promise.resolve()
  let timer = roundLater(firstRoundAfterMs)

  function roundLater(delayMs: number): NodeJS.Timeout {
    return setTimeout(() => {
      running = roundAndAgain()
    }, delayMs).unref()
  }

  async function roundAndAgain(): Promise<void> {
    await round()
    if (!end.signal.aborted) timer = roundLater(roundEveryMs)
  }

  return {
    isEnding: () => end.signal.aborted,
    pause: () => sleep(pauseMs, undefined, { signal: end.signal, ref: false }).catch(() => undefined),
    async close() {
      end.abort()
      clearTimeout(timer)
      await running
    },
  }
}
