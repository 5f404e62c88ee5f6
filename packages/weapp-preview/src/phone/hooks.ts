import type { AppInstance } from '../runtime/app-service.ts'
import type { CallLog } from '../runtime/call-log.ts'
import type { DataEntry, DataLog } from '../runtime/data-log.ts'
import type { Router } from '../runtime/router.ts'
import type { LogEntry } from '../shared/log.ts'

/** `window.weappPreview`: a stable interface for tests, see the README. */
export type Hooks = {
  /** The mini program's own `wx`. */
  wx: Record<string, unknown>
  /** The argument of `App()`, as `getApp()` returns it. */
  app(): AppInstance
  /** The visible page, as `getCurrentPages()` returns it. */
  page(): unknown
  /** Routes of the open pages, the visible one last. */
  routes(): string[]
  log(): readonly LogEntry[]
  /** Each `setData` of pages and components, since the start or since `clearSetDataCalls()`. */
  setDataCalls(): readonly DataEntry[]
  clearSetDataCalls(): void
}

declare global {
  interface Window {
    weappPreview: Hooks
  }
}

export type HookParts = {
  wx: Record<string, unknown>
  app: () => AppInstance
  router: Router
  log: CallLog
  data: DataLog
}

export function exposeHooks(parts: HookParts): void {
  window.weappPreview = {
    wx: parts.wx,
    app: parts.app,
    page: () => parts.router.current()?.instance,
    routes: () => parts.router.pages().map((page) => page.route),
    log: () => parts.log.entries,
    setDataCalls: () => parts.data.entries,
    clearSetDataCalls: parts.data.clear,
  }
}
