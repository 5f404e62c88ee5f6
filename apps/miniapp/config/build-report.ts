import type { Compiler } from 'webpack'
import { packageSizes, sizeLines } from './package-size.ts'
import { readBundle } from './read-bundle.ts'

/** Stack frames of the compiler do not help. */
const withoutStack = (message: string) => message.replace(/\n\s+at .*/g, '')

/** Prints one line per build and all errors in full, and the package sizes of a production build. */
export class BuildReport {
  apply(compiler: Compiler): void {
    compiler.hooks.done.tap('BuildReport', (stats) => {
      const { errors = [], warnings = [] } = stats.toJson({ all: false, errors: true, warnings: true })
      for (const { message } of [...errors, ...warnings]) console.error(`${withoutStack(message)}\n`)
      if (errors.length > 0) {
        console.log('mini program: not built, see above; the last good build stays')
        return
      }
      const seconds = (((stats.endTime ?? 0) - (stats.startTime ?? 0)) / 1000).toFixed(1)
      console.log(`mini program: built in ${seconds} s`)
      if (compiler.options.mode === 'production') {
        for (const line of sizeLines(packageSizes(readBundle(compiler.outputPath)))) console.log(line)
      }
    })
  }
}
