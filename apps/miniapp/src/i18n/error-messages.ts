import type { ErrorCode } from '@repo/shared'
import type { SessionErrorCode, TransportErrorCode } from '../session/index.ts'

export type AppErrorCode = ErrorCode | TransportErrorCode | SessionErrorCode

/** Only the pages of `account/` meet these; `account/lib/error-messages.ts` has their messages. */
export type AccountErrorCode = Extract<
  AppErrorCode,
  | 'proof_required'
  | 'proof_cancelled'
  | 'credentials_invalid'
  | 'password_too_common'
  | 'merge_ticket_invalid'
  | 'image_invalid'
  | 'forbidden'
  | 'not_found'
  | 'session_key_expired'
  | 'username_taken'
  | 'username_immutable'
  | 'password_not_set'
  | 'last_login_method'
  | 'wechat_already_bound'
  | 'cannot_modify_self'
  | 'body_too_large'
  | 'image_too_large'
  | 'unsupported_media_type'
  | 'content_rejected'
  | 'birthday_below_minimum_age'
  | 'headers_too_large'
  | 'storage_unavailable'
  | 'content_check_unavailable'
  | 'phone_code_invalid'
  | 'phone_blocked'
  | 'phone_not_permitted'
  | 'phone_quota_exhausted'
  | 'account_conflict'
  | 'shared_account_choice'
>

export type ErrorMessages = Record<Exclude<AppErrorCode, AccountErrorCode>, string>

/** A new error code does not compile until it has a message here or in `AccountErrorCode`. */
const messageKeyByCode = {
  invalid_request: 'outdated',
  unknown_app: 'misconfigured',
  code_invalid: 'loginFailed',
  code_used: 'loginFailed',
  access_token_missing: 'loginRequired',
  access_token_invalid: 'loginExpired',
  access_token_expired: 'loginExpired',
  refresh_token_invalid: 'loginExpired',
  refresh_token_expired: 'loginExpired',
  refresh_token_reused: 'tokenReused',
  session_revoked: 'sessionEnded',
  account_banned: 'banned',
  wechat_login_blocked: 'blockedByWechat',
  different_account: 'differentWechat',
  rate_limited: 'tooManyRequests',
  wechat_rate_limited: 'tooManyRequests',
  internal_error: 'serverBusy',
  wechat_misconfigured: 'misconfigured',
  database_unavailable: 'serverBusy',
  server_busy: 'serverBusy',
  shutting_down: 'serverBusy',
  wechat_busy: 'wechatUnavailable',
  wechat_unavailable: 'wechatUnavailable',
  network_unreachable: 'offline',
  request_timeout: 'timeout',
  request_interrupted: 'timeout',
  domain_not_allowed: 'misconfigured',
  too_many_requests: 'tooManyRequests',
  server_unavailable: 'serverBusy',
  unexpected_response: 'unexpectedResponse',
  tokens_lost: 'loginExpired',
  login_required: 'loginRequired',
  different_user: 'differentUser',
  logged_out_meanwhile: 'loggedOut',
  wechat_code_missing: 'loginFailed',
  wechat_login_timeout: 'timeout',
  wechat_login_offline: 'offline',
  wechat_login_denied: 'loginFailed',
  wechat_login_failed: 'loginFailed',
} as const satisfies Record<keyof ErrorMessages, string>

type MessageKey = (typeof messageKeyByCode)[keyof ErrorMessages]

/** The message of each error code, in one language. */
export function errorMessagesFrom(messages: Record<MessageKey, string>): ErrorMessages {
  const byCode = {} as ErrorMessages
  for (const code of Object.keys(messageKeyByCode) as (keyof ErrorMessages)[])
    byCode[code] = messages[messageKeyByCode[code]]
  return byCode
}
