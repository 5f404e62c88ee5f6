import { type Conflict, type ErrorCode, errorStatus } from '@repo/shared'
import { OwnError } from './safe-error.ts'

/** An answer other than success. `detail` is for developers and goes over the wire; `cause` stays in the log. */
export class ApiError extends OwnError {
  readonly code: ErrorCode
  readonly detail: string | undefined
  readonly retryAfterSeconds: number | undefined
  /** What a banned person may be told. */
  readonly ban: { reason: string | null; until: Date | null } | undefined
  /** What is in the way, for `account_conflict`. */
  readonly conflict: Conflict | undefined
  /** Whom it concerns, for the audit log; never answered. */
  readonly userId: string | undefined

  constructor(
    code: ErrorCode,
    options: {
      detail?: string
      retryAfterSeconds?: number
      ban?: { reason: string | null; until: Date | null }
      conflict?: Conflict
      userId?: string
      cause?: unknown
    } = {},
  ) {
    super(code, { cause: options.cause })
    this.name = 'ApiError'
    this.code = code
    this.detail = options.detail
    this.ban = options.ban
    this.conflict = options.conflict
    this.userId = options.userId
    this.retryAfterSeconds = options.retryAfterSeconds ?? defaultRetryAfterSeconds(code)
  }
}

/** Who is asked to come later is told when. */
const defaultRetryAfterSeconds = (code: ErrorCode) => ([429, 503].includes(errorStatus[code]) ? 5 : undefined)
