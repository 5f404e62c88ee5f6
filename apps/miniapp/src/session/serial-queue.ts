/** Lets work run one at a time, in the order in which it was asked for. */
export type Turns = {
  take<Result>(work: () => Promise<Result>): Promise<Result>
  /** The next work starts at once: what runs now belongs to a session that is over. */
  forget(): void
}

export function createTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve()
  return {
    take(work) {
      const turn = last.then(work)
      last = turn.catch(() => {})
      return turn
    },
    forget() {
      last = Promise.resolve()
    },
  }
}
