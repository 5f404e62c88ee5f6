/** Runs tasks one at a time, in call order. */
export type SerialQueue = {
  /** Settles as the task does. A failed task does not stop the next. */
  run<Result>(task: () => Promise<Result>): Promise<Result>
  /** The next task starts at once: the current one belongs to a session that has ended. */
  reset(): void
}

export function createSerialQueue(): SerialQueue {
  let last: Promise<unknown> = Promise.resolve()
  return {
    run(task) {
      const run = last.then(task)
      last = run.catch(() => {})
      return run
    },
    reset() {
      last = Promise.resolve()
    },
  }
}
