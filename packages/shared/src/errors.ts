import { type Static, Type } from 'typebox'
import { Nullable, OneOf, Timestamp } from './schemas.ts'

/**
 * Every error the API can answer with, and its HTTP status. A code never changes its meaning: released mini
 * programs compare it. What people read stands in the mini program's `text/`, one sentence per code.
 */
export const errorStatus = {
  /** The request does not fit its schema; `detail` says where. */
  invalid_request: 400,
  /** No configured WeChat app has this AppID. */
  unknown_app: 400,
  /** WeChat does not know the code of `wx.login`: garbled, older than five minutes, or of another app. */
  code_invalid: 400,
  /** The code of `wx.login` was exchanged before; it works once. */
  code_used: 400,
  /** Nobody who could have invited has this id; the code was not used up. */
  /** WeChat does not take the code of the phone button: used, older than five minutes, or of another person or app. */
  phone_code_invalid: 400,
  /** No such username, or another password; which of the two is not told. */
  credentials_invalid: 400,
  /** Among the passwords that are tried first everywhere, or the username itself. */
  password_too_common: 400,
  /** The ticket is none, was used, is over, or is for two other accounts than these. */
  merge_ticket_invalid: 400,
  /** The file is not a JPEG, PNG, WebP, GIF or AVIF, or it is damaged; `detail` names HEIC. */
  image_invalid: 400,

  access_token_missing: 401,
  /** Not a token of ours: malformed, wrong signature, algorithm, issuer or audience. */
  access_token_invalid: 401,
  access_token_expired: 401,
  refresh_token_invalid: 401,
  refresh_token_expired: 401,
  /** A refresh token that was replaced long ago came back, so somebody has a copy: the session is ended. */
  refresh_token_reused: 401,
  /** The session was ended, by the person, by an admin or for safety, or its user is gone. */
  session_revoked: 401,

  account_banned: 403,
  /** This operation changes who can get into the account: it needs a proof by its owner in the request. */
  proof_required: 403,
  /** WeChat considers this person a high risk and lets them log in nowhere. */
  wechat_login_blocked: 403,
  /** WeChat gives out no phone number of this person, to nobody. */
  phone_blocked: 403,
  /** Only an admin may do this; of what WeChat pushes: only WeChat may. */
  forbidden: 403,
  not_found: 404,
  /** The request did not arrive in time, and nothing was done. */
  request_timeout: 408,
  /** The code belongs to another person than the one who is expected. */
  different_account: 409,
  /** The phone, the WeChat account or the username belongs to another account; `conflict` says what can be done. */
  account_conflict: 409,
  /**
   * Signed or encrypted data of WeChat could not be verified, whatever is wrong with them: mostly WeChat has replaced the
   * session_key. Log in by `wx.login`, then ask for one more tap.
   */
  session_key_expired: 409,
  /** Somebody has this username, in whatever case it is written. */
  username_taken: 409,
  /** A username cannot be changed. */
  username_immutable: 409,
  /** This account has no password; it can be given one with a WeChat code. */
  password_not_set: 409,
  /** Nobody could get into this account any more. */
  last_login_method: 409,
  /** The account is bound to another WeChat account in this mini program. */
  wechat_already_bound: 409,
  /** The account is not banned, so there is nothing to appeal against. */
  not_banned: 409,
  /** An admin cannot ban or demote themselves: the last one would lock everybody out. */
  cannot_modify_self: 409,
  body_too_large: 413,
  /** Decoding the picture would take too much memory; its file may be small all the same. */
  image_too_large: 413,
  unsupported_media_type: 415,
  /** WeChat considers the text harmful; nothing was changed. */
  content_rejected: 422,
  /** Too many requests from this address or this person; `Retry-After` says when the next will be heard. */
  rate_limited: 429,
  /** WeChat's quota for logins per minute is used up. */
  wechat_rate_limited: 429,
  headers_too_large: 431,
  internal_error: 500,
  /** WeChat refuses this server: wrong AppID or secret, or an address that is not on its allow-list. */
  wechat_misconfigured: 502,
  /** WeChat does not give phone numbers to this mini program: its owner has not been granted that. */
  phone_not_permitted: 502,
  database_unavailable: 503,
  /** Files cannot be read, taken or written at the moment. */
  storage_unavailable: 503,
  /** The text could not be checked, and this server takes none unchecked; nothing was changed. */
  content_check_unavailable: 503,
  /** The server did not finish in time; whether the change was made is not known. */
  server_busy: 503,
  /** The server is about to stop and takes no new requests. */
  shutting_down: 503,
  /** WeChat says that it is busy. */
  wechat_busy: 503,
  /** What the mini program has paid for phone numbers is used up; only its owner can change that. */
  phone_quota_exhausted: 503,
  /** WeChat did not answer, not in time, or nothing that can be understood. */
  wechat_unavailable: 503,
} as const satisfies Record<string, number>

/** The stable name of an error. */
export type ErrorCode = keyof typeof errorStatus

const errorCodes = Object.keys(errorStatus) as ErrorCode[]

/** Another account is in the way; with `account_conflict`. */
export const Conflict = Type.Object({
  /** For `POST /v1/me/merge`, once and for five minutes; `null` where the two accounts cannot be joined. */
  ticket: Nullable(Type.String()),
  ticketExpiresAt: Nullable(Timestamp()),
  /**
   * What may be shown of the other account. The phone number may be recycled, so its new holder learns nothing else: not when
   * the account was created, not its number, avatar or login methods.
   */
  other: Type.Object({
    /** With all but its first letter hidden. */
    nicknameMasked: Type.String(),
  }),
})
export type Conflict = Static<typeof Conflict>

/** The body of every error answer, `application/problem+json` (RFC 9457). */
export const Problem = Type.Object({
  /** The HTTP status in words, for people who read logs. */
  title: Type.String(),
  /** The HTTP status, repeated. */
  status: Type.Integer(),
  code: OneOf(...errorCodes),
  /** What exactly is wrong, for the developer; never for the person who uses the mini program. */
  detail: Type.Optional(Type.String()),
  /** Why an account is banned, to be shown to the person; with `account_banned` alone. */
  reason: Type.Optional(Type.String()),
  /** When the ban ends by itself; with `account_banned` alone. */
  until: Type.Optional(Timestamp()),
  /** What is in the way, and how to go on; with `account_conflict` alone. */
  conflict: Type.Optional(Conflict),
  /** Finds the request in the server's log. */
  requestId: Type.String(),
})
export type Problem = Static<typeof Problem>
