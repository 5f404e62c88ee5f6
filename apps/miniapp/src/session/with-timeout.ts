/**
 * Settles as `work` does, or rejects with `lateError()` after `timeoutMs`. The work itself is not stopped: whoever
 * can stop it does so, and a late result is nobody's.
 */
export function withDeadline<Result>(
  work: Promise<Result>,
  timeoutMs: number,
  lateError: () => Error,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(lateError()), timeoutMs)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
