import { cpus } from 'node:os'
import { parseOptions } from './options.ts'
import { renderReport } from './report.ts'

/** Measures what a request costs in this API and in two baselines. Informational: a missed target exits with 0. */
const options = parseOptions(process.argv.slice(2))
// Loaded after the options, so that `--help` and a mistake are answered at once.
const { runBenchmark } = await import('./run.ts')
const say = (line: string) => console.error(line)
const benchmark = await runBenchmark(options, say)

const [processor] = cpus()
console.log(`Node ${process.version}, ${cpus().length} x ${processor?.model.trim()}, ${benchmark.database}`)
console.log(
  `${options.rounds} rounds of ${options.requests} requests over ${options.concurrency} connections; medians, (min – max)\n`,
)
console.log(renderReport(benchmark))
