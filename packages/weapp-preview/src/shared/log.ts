/** One line of the log: what was called and how it ended. Never a code, token, session key or stored value. */
export type LogEntry = {
  /** Identifies the entry, so that its end replaces its beginning. */
  id: number
  kind: 'wx' | 'network' | 'error'
  /** `wx.login`, `POST /v1/auth/login`. */
  title: string
  /** How it ended: `ok`, `200`, `fail timeout`; absent while it is under way. */
  outcome?: string
  ok?: boolean
  durationMs?: number
}

/** What the phone tells the page that frames it: a line of the log, or that a build was started in it. */
export type PhoneMessage =
  | { source: 'weapp-preview'; log: LogEntry }
  | { source: 'weapp-preview'; started: string }

export function isPhoneMessage(value: unknown): value is PhoneMessage {
  return (value as { source?: unknown } | null)?.source === 'weapp-preview'
}
