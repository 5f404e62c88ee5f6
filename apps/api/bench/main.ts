import { cpus } from 'node:os'
import { parseOptions } from './options.ts'
import { renderReport } from './report.ts'

/**
 * Measures what a request costs in this API and in two baselines; a missed goal exits with 0. With `--explain`, prints plans
 * instead, and exits with 1 where one reads a whole table.
 */
const options = parseOptions(process.argv.slice(2))
// Loaded after the options, so that `--help` and a mistake are answered at once.
if (options.explain) {
  const { explainHotPaths } = await import('./explain.ts')
  process.exit((await explainHotPaths(options, (line) => console.error(line))) ? 0 : 1)
}
const { runBenchmark } = await import('./run.ts')
const say = (line: string) => console.error(line)
const benchmark = await runBenchmark(options, say)

const [processor] = cpus()
console.log(`Node ${process.version}, ${cpus().length} x ${processor?.model.trim()}, ${benchmark.database}`)
console.log(
  `${options.rounds} rounds of ${options.requests} requests over ${options.concurrency} connections; medians, (min – max)\n`,
)
console.log(renderReport(benchmark))
