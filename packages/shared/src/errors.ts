import { type Static, Type } from 'typebox'
import { Nullable, OneOf, Timestamp } from './schemas.ts'

/**
 * Every error that the API can return, and its HTTP status. A code never changes its meaning: released mini
 * programs compare it. The mini program has the text that the user reads, one sentence per code.
 */
export const errorStatus = {
  /** The request does not fit its schema; `detail` says where. */
  invalid_request: 400,
  /** No configured WeChat app has this AppID. */
  unknown_app: 400,
  /** WeChat does not know the code of `wx.login`: malformed, older than five minutes, or of another app. */
  code_invalid: 400,
  /** The code of `wx.login` was exchanged before; it works once. */
  code_used: 400,
  /** WeChat rejects the code of the phone button: used, older than five minutes, or of another user or app. */
  phone_code_invalid: 400,
  /** Unknown username or wrong password; the response does not say which. */
  credentials_invalid: 400,
  /** A password that attackers try first, or the username itself. */
  password_too_common: 400,
  /** The ticket is malformed, used, expired, or for two other accounts. */
  merge_ticket_invalid: 400,
  /** The file is not a JPEG, PNG, WebP, GIF or AVIF, or it is damaged; `detail` names HEIC. */
  image_invalid: 400,

  access_token_missing: 401,
  /** Malformed, or with a wrong signature, algorithm, issuer or audience. */
  access_token_invalid: 401,
  access_token_expired: 401,
  refresh_token_invalid: 401,
  refresh_token_expired: 401,
  /** A refresh token that was replaced long ago came back, so there is a copy of it: the API ends the session. */
  refresh_token_reused: 401,
  /** The user, an admin or the API ended the session, or the account was deleted. */
  session_revoked: 401,

  account_banned: 403,
  /** This operation changes the login methods, so the request needs a proof by the user. */
  proof_required: 403,
  /** WeChat considers this WeChat user a high risk and blocks their logins. */
  wechat_login_blocked: 403,
  /** WeChat gives out no phone number of this WeChat user. */
  phone_blocked: 403,
  /** Only an admin may do this. For the message push: only WeChat may. */
  forbidden: 403,
  not_found: 404,
  /** The request did not arrive in time; the API changed nothing. */
  request_timeout: 408,
  /** The code belongs to another user than the expected one. */
  different_account: 409,
  /** The phone, the WeChat account or the username belongs to another account; `conflict` says what can be done. */
  account_conflict: 409,
  /**
   * Signed or encrypted data of WeChat could not be verified, usually because WeChat replaced the session_key. Log
   * in by `wx.login`, then ask for one more tap.
   */
  session_key_expired: 409,
  /**
   * The user has an account in another mini program of the company; `sharedAccount` names it. Nothing was changed: the
   * client asks the user, and logs in again with a fresh code and the choice. The phone code was not used.
   */
  shared_account_choice: 409,
  /** Another user has this username; case does not matter. */
  username_taken: 409,
  /** A username cannot be changed. */
  username_immutable: 409,
  /** This account has no password; the user can set one with a WeChat code. */
  password_not_set: 409,
  /** The user could no longer log in to this account. */
  last_login_method: 409,
  /** The account is bound to another WeChat account in this mini program. */
  wechat_already_bound: 409,
  /** An admin cannot ban or demote themselves, since then no admin might be left. */
  cannot_modify_self: 409,
  body_too_large: 413,
  /** Decoding the image would take too much memory, even if its file is small. */
  image_too_large: 413,
  unsupported_media_type: 415,
  /** WeChat considers the text harmful; the API changed nothing. */
  content_rejected: 422,
  /** The birthday is that of a user below the minimum age, and no guardian has agreed; the API changed nothing. */
  birthday_below_minimum_age: 422,
  /** Too many requests from this IP or this user; `Retry-After` says when to try again. */
  rate_limited: 429,
  /** WeChat's quota for logins per minute is used up. */
  wechat_rate_limited: 429,
  headers_too_large: 431,
  internal_error: 500,
  /** WeChat rejects this server: wrong AppID or secret, or an IP that is not on WeChat's allow-list. */
  wechat_misconfigured: 502,
  /** WeChat gives this mini program no phone numbers: the operator has not obtained that permission. */
  phone_not_permitted: 502,
  database_unavailable: 503,
  /** The API cannot read or write files at the moment. */
  storage_unavailable: 503,
  /** The text could not be checked, and this server stores no unchecked text; the API changed nothing. */
  content_check_unavailable: 503,
  /** The server did not finish in time; the change may have been made. */
  server_busy: 503,
  /** The server is about to stop and accepts no new requests. */
  shutting_down: 503,
  /** WeChat says that it is busy. */
  wechat_busy: 503,
  /** The paid quota for phone numbers is used up; only the operator can buy more. */
  phone_quota_exhausted: 503,
  /** WeChat did not respond in time, or with something that the API does not understand. */
  wechat_unavailable: 503,
} as const satisfies Record<string, number>

/** The stable name of an error. */
export type ErrorCode = keyof typeof errorStatus

const errorCodes = Object.keys(errorStatus) as ErrorCode[]

/** The other account that the login method belongs to; with `account_conflict`. */
export const Conflict = Type.Object({
  /** For `POST /v1/me/merge`, once and for five minutes; `null` if the two accounts cannot be merged. */
  ticket: Nullable(Type.String()),
  ticketExpiresAt: Nullable(Timestamp()),
  /** Enough of the other account for its user to recognize it. */
  other: Type.Object({
    /** All but the first character is hidden. */
    nicknameMasked: Type.String(),
    phoneMasked: Nullable(Type.String()),
    registeredAt: Timestamp(),
    hasPassword: Type.Boolean(),
    hasWechat: Type.Boolean(),
  }),
})
export type Conflict = Static<typeof Conflict>

/** The user's account in another mini program; with `shared_account_choice`. */
export const SharedAccount = Type.Object({
  /** With all but its first letter hidden. */
  nicknameMasked: Type.String(),
  /** The mini programs that it is used in, as users know them. */
  appNames: Type.Array(Type.String()),
})
export type SharedAccount = Static<typeof SharedAccount>

/** The body of every error response, `application/problem+json` (RFC 9457). */
export const Problem = Type.Object({
  /** The HTTP status in words, for readers of logs. */
  title: Type.String(),
  /** The HTTP status, repeated. */
  status: Type.Integer(),
  code: OneOf(...errorCodes),
  /** What exactly is wrong, for the developer; never shown to the user. */
  detail: Type.Optional(Type.String()),
  /** Why an account is banned, shown to the user; only with `account_banned`. */
  reason: Type.Optional(Type.String()),
  /** When the ban ends by itself; only with `account_banned`. */
  until: Type.Optional(Timestamp()),
  /** The other account, and how to go on; only with `account_conflict`. */
  conflict: Type.Optional(Conflict),
  /** What the user decides about; with `shared_account_choice` alone. */
  sharedAccount: Type.Optional(SharedAccount),
  /** Finds the request in the server's log. */
  requestId: Type.String(),
})
export type Problem = Static<typeof Problem>
