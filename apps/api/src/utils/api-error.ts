import { type Conflict, type ErrorCode, errorStatus, type SharedAccount } from '@repo/shared'
import { SafeError } from './safe-error.ts'

type ApiErrorOptions = {
  detail?: string
  retryAfterSeconds?: number
  ban?: { reason: string | null; until: Date | null }
  conflict?: Conflict
  sharedAccount?: SharedAccount
  userId?: string
  cause?: unknown
}

/** Any response but success. `detail` is for developers and is sent to the client; `cause` is only logged. */
export class ApiError extends SafeError {
  readonly code: ErrorCode
  readonly detail: string | undefined
  readonly retryAfterSeconds: number | undefined
  /** What a banned user may see. */
  readonly ban: { reason: string | null; until: Date | null } | undefined
  /** The account that is in the way, for `account_conflict`. */
  readonly conflict: Conflict | undefined
  /** The account in another mini program, for `shared_account_choice`. */
  readonly sharedAccount: SharedAccount | undefined
  /** The user concerned, for the audit log; never sent. */
  readonly userId: string | undefined

  constructor(code: ErrorCode, options: ApiErrorOptions = {}) {
    super(code, { cause: options.cause })
    this.name = 'ApiError'
    this.code = code
    this.detail = options.detail
    this.ban = options.ban
    this.conflict = options.conflict
    this.sharedAccount = options.sharedAccount
    this.userId = options.userId
    this.retryAfterSeconds = options.retryAfterSeconds ?? defaultRetryAfterSeconds(code)
  }
}

const defaultRetryAfterSeconds = (code: ErrorCode) => ([429, 503].includes(errorStatus[code]) ? 5 : undefined)
