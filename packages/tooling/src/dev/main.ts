import { onShutdown } from './on-shutdown.ts'
import { Output } from './output.ts'
import { preflight } from './preflight.ts'
import { untilReady } from './readiness.ts'
import { summary } from './summary.ts'
import { startTasks } from './tasks.ts'

/**
 * Starts the API, the WeChat simulator and the mini program's build, prints their addresses, and forwards their output
 * until the developer stops it or one of them ends.
 *
 * @param folder the root of the repository
 * @returns the exit code: 0 if the developer stopped it
 */
export async function dev(folder: string): Promise<number> {
  const { settings, issues } = await preflight(folder)
  if (!settings) {
    for (const issue of issues) console.error(issue)
    return 1
  }
  const startedAt = Date.now()
  const stop = onShutdown()
  const output = new Output()
  console.log('Starting the API, the WeChat simulator and the mini program …')
  const tasks = startTasks(folder, settings.variables, (line) => output.take(line))
  const failure = Promise.race([tasks.failure, untilReady(settings, tasks, output)])

  const early = await Promise.race([stop.then(() => 'stop' as const), failure])
  if (early === 'ready') {
    output.showRoutine(true)
    console.log(summary(settings, Date.now() - startedAt))
  }
  const end =
    early === 'ready' ? await Promise.race([stop.then(() => 'stop' as const), tasks.failure]) : early

  if (end === 'stop') {
    output.showRoutine(false)
    console.log('\nStopping …')
  } else {
    if (end.task !== undefined) output.explain(end.task)
    console.error(`\n${end.reason}`)
  }
  await tasks.stop()
  if (end === 'stop') console.log('Stopped.')
  return end === 'stop' ? 0 : 1
}
