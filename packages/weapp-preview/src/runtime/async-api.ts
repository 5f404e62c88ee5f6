import type { CallLog } from './call-log.ts'
import { WxError } from './wx-error.ts'

/** The callbacks of nearly every function of `wx`. */
export type Callbacks = {
  success?: (result: object) => void
  fail?: (result: object) => void
  complete?: (result: object) => void
}

export type Options = Callbacks & Record<string, unknown>

/** Returns or resolves to what `success` receives besides `errMsg`, if anything. */
export type AsyncImplementation = (options: Options) => unknown

/** Makes `wx` functions of implementations: callbacks, or a promise when there are none. */
export function asyncApis(
  log: CallLog,
  implementations: Readonly<Record<string, AsyncImplementation>>,
): Record<string, (options?: Options) => Promise<object> | undefined> {
  return Object.fromEntries(
    Object.entries(implementations).map(([name, implementation]) => [
      name,
      (options: Options = {}) => settle(options, run(log, name, implementation, options)),
    ]),
  )
}

async function run(log: CallLog, name: string, implementation: AsyncImplementation, options: Options) {
  const finish = log.start('wx', name)
  try {
    const result = { errMsg: `${name}:ok`, ...((await implementation(options)) as object | undefined) }
    finish(true, 'ok')
    return result
  } catch (error) {
    const failure = toFailResult(name, error)
    finish(false, failure.errMsg.slice(name.length + 1))
    throw failure
  }
}

export type FailResult = { errMsg: string; errno?: number }

/** What `fail` receives. Any other error is a bug of the preview and is thrown. */
export function toFailResult(name: string, error: unknown): FailResult {
  if (!(error instanceof WxError)) throw error
  const errMsg = `${name}:fail ${error.message}`
  return error.errno === undefined ? { errMsg } : { errMsg, errno: error.errno }
}

/** Tells the callbacks, or returns the promise: WeChat does one of the two. */
export function settle(
  { success, fail, complete }: Callbacks,
  outcome: Promise<object>,
): Promise<object> | undefined {
  if (!success && !fail && !complete) return outcome
  outcome.then(
    (result) => {
      success?.(result)
      complete?.(result)
    },
    (failure: object) => {
      fail?.(failure)
      complete?.(failure)
    },
  )
  return undefined
}
