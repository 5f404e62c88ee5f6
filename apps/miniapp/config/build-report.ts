import type { Compiler } from 'webpack'

/** Says one line per build, and every error and warning in full, in place of Taro's progress bars. */
export class BuildReport {
  apply(compiler: Compiler): void {
    compiler.hooks.done.tap('BuildReport', (stats) => {
      const { errors = [], warnings = [] } = stats.toJson({ all: false, errors: true, warnings: true })
      for (const { message } of [...errors, ...warnings]) console.error(`${message}\n`)
      const seconds = (((stats.endTime ?? 0) - (stats.startTime ?? 0)) / 1000).toFixed(1)
      console.log(
        errors.length > 0
          ? `mini program: ${errors.length} error(s), see above`
          : `mini program: built in ${seconds} s`,
      )
    })
  }
}
