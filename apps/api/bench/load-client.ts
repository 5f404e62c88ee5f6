import type { LoadResult, LoadTask } from './load.ts'
import { forkProgram, nextMessage, stopProgram } from './program.ts'

/** The process that asks: one of its own, so that asking is not charged to anybody who answers. */
export async function startLoad(file: string) {
  const child = forkProgram(file, {})
  return {
    /** @throws Error when an answer was not a success. */
    async run(task: LoadTask): Promise<Exclude<LoadResult, { failure: string }>> {
      child.send(task)
      const result = (await nextMessage(child)) as LoadResult
      if ('failure' in result) throw new Error(`${task.contestant}, ${task.scenario}: ${result.failure}`)
      return result
    },
    stop: () => stopProgram(child),
  }
}
