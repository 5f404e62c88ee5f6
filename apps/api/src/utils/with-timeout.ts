/**
 * Waits for something, but not for ever. What was given up goes on by itself, and how it ends is nobody's concern.
 *
 * @throws what `late` makes, when the time is over.
 */
export async function withDeadline<Result>(
  work: Promise<Result>,
  timeoutMs: number,
  late: () => Error,
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      // An answer that arrived while this process was busy is read first: it is not the one that is late.
      setImmediate(() => reject(late()))
    }, timeoutMs)
  })
  try {
    return await Promise.race([work, timeout])
  } finally {
    clearTimeout(timer)
  }
}
