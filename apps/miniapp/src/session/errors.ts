import type { Conflict, ErrorCode, Problem, SharedAccount } from '@repo/shared'

/** What can fail between the client and the API, apart from the errors that the API itself reports. */
export type TransportErrorCode =
  | 'network_unreachable'
  | 'request_timeout'
  /** WeChat aborts requests five seconds after the mini program leaves the foreground. */
  | 'request_interrupted'
  /** The API's domain is missing from the allowed domains in WeChat's console. */
  | 'domain_not_allowed'
  /** A 429 that the API did not send, such as a gateway's. */
  | 'too_many_requests'
  /** A 5xx that the API did not send, such as a proxy's HTML page. */
  | 'server_unavailable'
  /** The response to a change of a login method was lost, and the new tokens with it. */
  | 'tokens_lost'
  /** Any other response that does not fit the contract. */
  | 'unexpected_response'

type ErrorDetails = Pick<
  ApiError,
  'status' | 'retryAfterSeconds' | 'reason' | 'until' | 'conflict' | 'sharedAccount' | 'requestId' | 'cause'
>

/** Why a request to the API failed. `code` decides what happens next and which message the user reads. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: ErrorCode | TransportErrorCode
  /** The HTTP status, or `null` without a response. */
  readonly status: number | null
  readonly retryAfterSeconds: number | null
  /** What the server tells the user, such as the reason for a ban. */
  readonly reason: string | null
  /** When a ban ends, ISO 8601. */
  readonly until: string | null
  /** The other account that blocks the operation, and the ticket to merge with it. */
  readonly conflict: Conflict | null
  /** The user's account in another mini program, to ask whether to join it. */
  readonly sharedAccount: SharedAccount | null
  /** Finds the request in the server's log. */
  readonly requestId: string | null

  constructor(
    code: ErrorCode | TransportErrorCode,
    {
      status = null,
      retryAfterSeconds = null,
      reason = null,
      until = null,
      conflict = null,
      sharedAccount = null,
      requestId = null,
      cause,
    }: Partial<ErrorDetails> = {},
  ) {
    super(code, { cause })
    this.code = code
    this.status = status
    this.retryAfterSeconds = retryAfterSeconds
    this.reason = reason
    this.until = until
    this.conflict = conflict
    this.sharedAccount = sharedAccount
    this.requestId = requestId
  }
}

/** What can fail in the session itself, outside a request to the API. */
export type SessionErrorCode =
  | 'login_required'
  /** The user logged out while this was in progress. */
  | 'logged_out_meanwhile'
  /** Another user logged in while this was in progress. */
  | 'different_user'
  /** The user closed the password prompt, so nothing was sent. Best not shown. */
  | 'proof_cancelled'
  /** wx.login succeeded without a code. */
  | 'wechat_code_missing'
  | 'wechat_login_timeout'
  | 'wechat_login_offline'
  /** WeChat denies this user the login. */
  | 'wechat_login_denied'
  | 'wechat_login_failed'

export class SessionError extends Error {
  override readonly name = 'SessionError'
  readonly code: SessionErrorCode

  constructor(code: SessionErrorCode, options?: { cause?: unknown }) {
    super(code, options)
    this.code = code
  }
}

/** As the response to a refresh or a silent login, these end the session. Any other error leaves it as it is. */
const sessionEndingCodes: readonly unknown[] = [
  'invalid_request',
  'unknown_app',
  'code_invalid',
  'code_used',
  'refresh_token_invalid',
  'refresh_token_expired',
  'refresh_token_reused',
  'session_revoked',
  'account_banned',
  'wechat_login_blocked',
  'different_account',
] satisfies ErrorCode[]

/** The error if it ends the session, else `null`. */
export const asSessionEndingError = (error: unknown): ApiError | null =>
  error instanceof ApiError && sessionEndingCodes.includes(error.code) ? error : null

/** Whether the API rejected the access token, so that a refresh may help or explains why none does. */
export const isAccessTokenRejected = (error: unknown): boolean =>
  error instanceof ApiError && /^(access_token_(expired|invalid)|refresh_token_reused)$/.test(error.code)

/** Turns a response with an error status into an `ApiError`. */
export function toApiError(response: {
  status: number
  headers: Record<string, unknown>
  body: unknown
}): ApiError {
  const { status, headers, body } = response
  const problem: Partial<Problem> = typeof body === 'object' && body !== null ? body : {}
  const requestId = problem.requestId ?? header(headers, 'x-request-id')
  return new ApiError(isCode(problem.code) ? problem.code : errorCodeForStatus(status), {
    status,
    retryAfterSeconds: parseSeconds(header(headers, 'retry-after')),
    reason: typeof problem.reason === 'string' ? problem.reason : null,
    until: typeof problem.until === 'string' ? problem.until : null,
    conflict: problem.conflict ?? null,
    sharedAccount: problem.sharedAccount ?? null,
    requestId: typeof requestId === 'string' ? requestId : null,
  })
}

/** A newer API may send a code that this version does not know. */
const isCode = (code: unknown): code is ErrorCode => typeof code === 'string' && /^[a-z_]+$/.test(code)

export function errorCodeForStatus(status: number): TransportErrorCode {
  if (status === 429) return 'too_many_requests'
  if (status === 408 || status === 504) return 'request_timeout'
  return status >= 500 ? 'server_unavailable' : 'unexpected_response'
}

/** Phones differ in the case of header names. */
function header(headers: Record<string, unknown>, name: string): string | null {
  const key = Object.keys(headers).find((candidate) => candidate.toLowerCase() === name)
  const value = key === undefined ? undefined : headers[key]
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null
}

/** Whole seconds. The header's other form, a date, would need a clock that is right. */
const parseSeconds = (value: string | null): number | null =>
  value !== null && /^\d{1,6}$/.test(value) ? Number(value) : null
