/** A piece of work that runs once at a time: whoever asks while it runs gets the same result. */
export type Shared<Result> = {
  run(): Promise<Result>
  /** The next `run` starts anew, for what runs now belongs to a session that is over. */
  forget(): void
}

export function shareInFlight<Result>(work: () => Promise<Result>): Shared<Result> {
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
    forget() {
      inFlight = null
    },
  }
}
