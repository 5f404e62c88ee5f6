import type { Conflict, ErrorCode, Problem } from '@repo/shared'

/** What goes wrong on the way to the API and back, apart from what the API itself says. */
export type TransportCode =
  | 'network_unreachable'
  | 'request_timeout'
  /** WeChat cut the request off, as it does five seconds after the mini program left the foreground. */
  | 'request_interrupted'
  /** The API's address is missing on the list of allowed domains in WeChat's console. */
  | 'domain_not_allowed'
  /** A 429 that is not the API's own, such as a gateway's. */
  | 'too_many_requests'
  /** A 5xx that is not the API's own, such as a proxy's page of HTML. */
  | 'server_unavailable'
  /** The answer to a change of a login method was lost, and the new tokens with it: the user has to log in again. */
  | 'tokens_lost'
  /** Anything else that does not fit the contract. */
  | 'unexpected_answer'

type Facts = Pick<
  ApiProblem,
  'status' | 'retryAfterSeconds' | 'reason' | 'until' | 'conflict' | 'requestId' | 'cause'
>

/** Why a request to the API failed. `code` decides what happens next and which words people read. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem'
  readonly code: ErrorCode | TransportCode
  /** The HTTP status, or `null` when no answer came. */
  readonly status: number | null
  /** How long the server asks to wait before the next try. */
  readonly retryAfterSeconds: number | null
  /** What the server wants the person to know, such as why an account is banned. */
  readonly reason: string | null
  /** When a ban ends by itself, ISO 8601. */
  readonly until: string | null
  /** The other account that is in the way, and how to join the two. */
  readonly conflict: Conflict | null
  /** Finds the request in the server's log. */
  readonly requestId: string | null

  constructor(
    code: ErrorCode | TransportCode,
    {
      status = null,
      retryAfterSeconds = null,
      reason = null,
      until = null,
      conflict = null,
      requestId = null,
      cause,
    }: Partial<Facts> = {},
  ) {
    super(code, { cause })
    this.code = code
    this.status = status
    this.retryAfterSeconds = retryAfterSeconds
    this.reason = reason
    this.until = until
    this.conflict = conflict
    this.requestId = requestId
  }
}

/**
 * The codes that end a session which gets them as the answer to a refresh or a silent login. Everything else is
 * trouble that passes: it never logs anybody out.
 */
const endingCodes: readonly unknown[] = [
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

/** The problem with which the API refused for good to go on with the session, or `null` when it did not. */
export const refusalOf = (error: unknown): ApiProblem | null =>
  error instanceof ApiProblem && endingCodes.includes(error.code) ? error : null

/** Whether the API no longer takes this access token, so that a refresh may help, or says why none does. */
export const isDeadToken = (error: unknown): boolean =>
  error instanceof ApiProblem && /^(access_token_(expired|invalid)|refresh_token_reused)$/.test(error.code)

/** Turns an answer that is no success into the one error that the rest of the mini program knows. */
export function problemOf(answer: {
  status: number
  headers: Record<string, unknown>
  body: unknown
}): ApiProblem {
  const { status, headers, body } = answer
  const problem: Partial<Problem> = typeof body === 'object' && body !== null ? body : {}
  const requestId = problem.requestId ?? header(headers, 'x-request-id')
  return new ApiProblem(isCode(problem.code) ? problem.code : codeOfStatus(status), {
    status,
    retryAfterSeconds: secondsOf(header(headers, 'retry-after')),
    reason: typeof problem.reason === 'string' ? problem.reason : null,
    until: typeof problem.until === 'string' ? problem.until : null,
    conflict: problem.conflict ?? null,
    requestId: typeof requestId === 'string' ? requestId : null,
  })
}

/** A newer API may answer with a code that this version does not know, and has no words for. */
const isCode = (code: unknown): code is ErrorCode => typeof code === 'string' && /^[a-z_]+$/.test(code)

/** What the status alone says about what went wrong. */
export function codeOfStatus(status: number): TransportCode {
  if (status === 429) return 'too_many_requests'
  if (status === 408 || status === 504) return 'request_timeout'
  return status >= 500 ? 'server_unavailable' : 'unexpected_answer'
}

/** Phones differ in the case of header names. */
function header(headers: Record<string, unknown>, name: string): string | null {
  const key = Object.keys(headers).find((candidate) => candidate.toLowerCase() === name)
  const value = key === undefined ? undefined : headers[key]
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null
}

/** Whole seconds; the other form of the header, a date, would need a clock that can be trusted. */
const secondsOf = (value: string | null): number | null =>
  value !== null && /^\d{1,6}$/.test(value) ? Number(value) : null
