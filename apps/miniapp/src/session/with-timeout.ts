/** Settles as `work` does, or rejects with `timeoutError()` after `timeoutMs`. It does not stop the work itself. */
export function withTimeout<Result>(
  work: Promise<Result>,
  timeoutMs: number,
  timeoutError: () => Error,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(timeoutError()), timeoutMs)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
