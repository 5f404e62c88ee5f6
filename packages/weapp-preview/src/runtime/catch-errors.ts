import { glassEasel } from 'glass-easel-miniprogram-adapter'
import type { AppEvents } from './app-events.ts'
import type { AppInstance } from './app-service.ts'
import type { CallLog } from './call-log.ts'

export type ErrorParts = { log: CallLog; events: AppEvents; app: () => AppInstance }

/** Shows errors of the mini program in the log and the console, and tells `onError`. Returns the way to report one. */
export function catchErrors({ log, events, app }: ErrorParts): (error: unknown) => void {
  function report(error: unknown): void {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    console.error(error)
    log.error(error instanceof Error ? error.message : text)
    const { onError } = app()
    if (typeof onError === 'function') onError.call(app(), text)
    events.emit('Error', { message: text })
  }

  glassEasel.addGlobalErrorListener((error) => {
    report(error)
    return false
  })
  glassEasel.addGlobalWarningListener((message) => {
    // Mostly attributes that a component does not have; a phone ignores them.
    console.debug(message)
    return false
  })
  addEventListener('error', ({ error, message }) => report(error ?? message))
  addEventListener('unhandledrejection', ({ reason }) => {
    const failure = reason as { errMsg?: unknown; message?: unknown } | null
    log.error(`Unhandled rejection: ${String(failure?.errMsg ?? failure?.message ?? reason)}`)
    const { onUnhandledRejection } = app()
    if (typeof onUnhandledRejection === 'function') onUnhandledRejection.call(app(), { reason })
    events.emit('UnhandledRejection', { reason })
  })
  return report
}
