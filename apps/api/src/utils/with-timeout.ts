/**
 * Waits for work at most `timeoutMs`. The work itself is not cancelled; its result is ignored afterwards.
 *
 * @throws the error of `onTimeout` when the time is over.
 */
export async function withTimeout<Result>(
  work: Promise<Result>,
  timeoutMs: number,
  onTimeout: () => Error,
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      // A response that arrived while this process was busy is read first: it was not late.
      setImmediate(() => reject(onTimeout()))
    }, timeoutMs)
  })
  try {
    return await Promise.race([work, timeout])
  } finally {
    clearTimeout(timer)
  }
}
