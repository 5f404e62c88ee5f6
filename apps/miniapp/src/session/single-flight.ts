/** Runs once at a time: callers share the result of the run in progress. */
export type SingleFlight<Result> = {
  run(): Promise<Result>
  /** The next `run` starts again: the run in progress belongs to a session that has ended. */
  reset(): void
}

export function singleFlight<Result>(work: () => Promise<Result>): SingleFlight<Result> {
  let inFlight: Promise<Result> | null = null
  return {
    run() {
      if (inFlight) return inFlight
      const started = work().finally(() => {
        if (inFlight === started) inFlight = null
      })
      inFlight = started
      return started
    },
    reset() {
      inFlight = null
    },
  }
}
