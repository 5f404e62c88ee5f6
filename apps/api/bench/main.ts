import { cpus } from 'node:os'
import { readOptions } from './options.ts'
import { renderReport } from './report.ts'
import { runBenchmark } from './run.ts'

/**
 * What a request costs, in this API and in servers that do the same by hand. It shows and never judges: the exit
 * code is 0 whether a target is met or not. `--help` lists the options.
 */
const options = readOptions(process.argv.slice(2))
const say = (line: string) => console.error(line)
const benchmark = await runBenchmark(options, say)

const [processor] = cpus()
console.log(`Node ${process.version}, ${cpus().length} x ${processor?.model.trim()}, ${benchmark.database}`)
console.log(
  `${options.rounds} rounds of ${options.requests} requests, ${options.concurrency} at once; medians, (from – to)\n`,
)
console.log(renderReport(benchmark))
