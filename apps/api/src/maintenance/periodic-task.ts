import { setTimeout as sleep } from 'node:timers/promises'

/** Background work in small batches, a few seconds after the start and then every hour. */
export type PeriodicTask = {
  /** Whether no further batch may start. */
  isStopping(): boolean
  /** Between two batches; resolves early when the task is stopping. */
  pause(): Promise<void>
  /** Starts no further batch, and waits for the current one. */
  close(): Promise<void>
}

const pauseMs = 100
const firstRunAfterMs = 5000
const runEveryMs = 60 * 60 * 1000

/** @param run never rejects. */
export function startPeriodicTask(run: () => Promise<void>): PeriodicTask {
  const stop = new AbortController()
  let running = Promise.resolve()
  let timer = schedule(firstRunAfterMs)

  function schedule(delayMs: number): NodeJS.Timeout {
    return setTimeout(() => {
      running = runAndSchedule()
    }, delayMs).unref()
  }

  async function runAndSchedule(): Promise<void> {
    await run()
    if (!stop.signal.aborted) timer = schedule(runEveryMs)
  }

  return {
    isStopping: () => stop.signal.aborted,
    pause: () => sleep(pauseMs, undefined, { signal: stop.signal, ref: false }).catch(() => undefined),
    async close() {
      stop.abort()
      clearTimeout(timer)
      await running
    },
  }
}
