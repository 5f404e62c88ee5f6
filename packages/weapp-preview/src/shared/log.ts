/** One line of the log: a call and its result. Never a code, token, session_key or stored value. */
export type LogEntry = {
  /** Identifies the call: the finished entry replaces the started one. */
  id: number
  kind: 'wx' | 'network' | 'error'
  /** `wx.login`, `POST /v1/auth/login`. */
  title: string
  /** `ok`, `200`, `fail timeout`; absent while the call is pending. */
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
