/** Tries again until `look` succeeds, for what jobs do in the background. Fails with its last error. */
export async function eventually<Result>(look: () => Promise<Result>, withinMs = 10_000): Promise<Result> {
  const deadline = Date.now() + withinMs
  for (;;) {
    try {
      return await look()
    } catch (error) {
      if (Date.now() > deadline) throw error
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
