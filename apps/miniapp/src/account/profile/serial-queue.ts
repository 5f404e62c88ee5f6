/** Runs what it is handed, later or at once, and settles as that does. */
export type Queue = <Value>(task: () => Promise<Value>) => Promise<Value>

/** One task after the other in the order in which they came, whatever became of the one before. */
export function createQueue(): Queue {
  let last: Promise<unknown> = Promise.resolve()
  return (task) => {
    const run = last.then(task, task)
    last = run
    return run
  }
}

/**
 * Requests may overtake each other on their way, and the older choice would win. Kept beside the page, not in it: it may
 * be left and opened again while one is under way.
 */
export const profileQueue = createQueue()
/** A queue of its own: a picture over a slow network takes its time. */
export const pictureQueue = createQueue()
