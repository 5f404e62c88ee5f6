import type { LogEntry } from '../shared/log.ts'
import type { CallLog } from './call-log.ts'
import type { Router } from './router.ts'

/** `window.weappPreview`: what tests may rely on. See the README beside the preview. */
export type Hooks = {
  /** The mini program's own `wx`. */
  wx: Record<string, unknown>
  /** Routes of the open pages, the one that is seen last. */
  routes(): string[]
  log(): readonly LogEntry[]
}

declare global {
  interface Window {
    weappPreview: Hooks
  }
}

export function exposeHooks(parts: { wx: Record<string, unknown>; router: Router; log: CallLog }): void {
  window.weappPreview = {
    wx: parts.wx,
    routes: () => parts.router.pages().map((page) => page.route),
    log: () => parts.log.entries,
  }
}
