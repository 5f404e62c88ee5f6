import type { LogEntry, PhoneMessage } from '../shared/log.ts'

/** Reports the result of a call. */
export type Finish = (ok: boolean, outcome: string) => void

export type CallLog = {
  entries: readonly LogEntry[]
  start(kind: LogEntry['kind'], title: string): Finish
  error(message: string): void
}

const maximumEntries = 200

/** Stores the latest calls and posts them to the page that frames the phone. */
export function createCallLog(): CallLog {
  const entries: LogEntry[] = []
  // Tells the lines of this start from those of the last one.
  let nextId = Date.now()

  function write(entry: LogEntry): void {
    const index = entries.findIndex(({ id }) => id === entry.id)
    if (index >= 0) entries[index] = entry
    else entries.push(entry)
    if (entries.length > maximumEntries) entries.shift()
    tellFrame({ source: 'weapp-preview', log: entry })
  }

  return {
    entries,
    start(kind, title) {
      const startedAt = performance.now()
      nextId += 1
      const id = nextId
      write({ id, kind, title })
      return (ok, outcome) => {
        write({ id, kind, title, ok, outcome, durationMs: Math.round(performance.now() - startedAt) })
      }
    },
    error(message) {
      nextId += 1
      write({ id: nextId, kind: 'error', title: message, ok: false })
    },
  }
}

/** Posts to the page around the phone, which is of this origin or not there. */
export function tellFrame(message: PhoneMessage): void {
  if (window.parent !== window) window.parent.postMessage(message, location.origin)
}
