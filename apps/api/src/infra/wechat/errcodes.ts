import type { ErrorCode } from '@repo/shared'

/** WeChat's own names for the APIs that we call. */
export type WechatCallName =
  | 'code2Session'
  | 'getStableAccessToken'
  | 'checkSessionKey'
  | 'resetUserSessionKey'
  | 'getPhoneNumber'
  | 'msgSecCheck'
  | 'mediaCheckAsync'

/** Our error code for an errcode, and whether the operator has to act. */
type ErrorMapping = { code: ErrorCode; retryAfterSeconds?: number; needsOperator?: true }

/** Unlisted errcodes map to `wechat_unavailable`: WeChat adds codes without notice. */
const errcodes: Record<number, ErrorMapping> = {
  [-1]: { code: 'wechat_busy' },
  // "invalid code": garbled, expired, of another AppID.
  40029: { code: 'code_invalid' },
  // "code been used": a code works once, so retrying the exchange ends here.
  40163: { code: 'code_used' },
  40226: { code: 'wechat_login_blocked' },
  // "api minute-quota reach limit, must slower, retry next minute"
  45011: { code: 'wechat_rate_limited', retryAfterSeconds: 60 },
  // The same quota for content checks.
  44991: { code: 'wechat_rate_limited', retryAfterSeconds: 60 },
  // "reach max api daily quota limit"
  45009: { code: 'wechat_rate_limited', retryAfterSeconds: 3600, needsOperator: true },
  // A freshly fetched access token was rejected: another server replaces it, or the secret is wrong.
  40001: { code: 'wechat_misconfigured', needsOperator: true },
  40014: { code: 'wechat_misconfigured', needsOperator: true },
  42001: { code: 'wechat_misconfigured', needsOperator: true },
  40002: { code: 'wechat_misconfigured', needsOperator: true },
  40013: { code: 'wechat_misconfigured', needsOperator: true },
  40125: { code: 'wechat_misconfigured', needsOperator: true },
  40164: { code: 'wechat_misconfigured', needsOperator: true },
  40243: { code: 'wechat_misconfigured', needsOperator: true },
  41002: { code: 'wechat_misconfigured', needsOperator: true },
  41004: { code: 'wechat_misconfigured', needsOperator: true },
  // "missing code": WeChat treats the code as blank.
  41008: { code: 'code_invalid' },
  50004: { code: 'wechat_misconfigured', needsOperator: true },
  50007: { code: 'wechat_misconfigured', needsOperator: true },
  // The mini program's administrator has not confirmed this IP, or rejected it.
  89503: { code: 'wechat_misconfigured', needsOperator: true },
  89506: { code: 'wechat_misconfigured', needsOperator: true },
  89507: { code: 'wechat_misconfigured', needsOperator: true },
}

/** Calls that give an errcode their own meaning. */
const errcodesByCall: Partial<Record<WechatCallName, Record<number, ErrorMapping>>> = {
  getPhoneNumber: {
    // "invalid code": used, expired, garbled, a code of `wx.login`, or of another user than the openid.
    40029: { code: 'phone_code_invalid' },
    40163: { code: 'phone_code_invalid' },
    // "invalid openid": the errcode for another user's code is undocumented; this may be it.
    40003: { code: 'phone_code_invalid' },
    // "invalid appid": the code's AppID differs from that of the access token.
    40013: { code: 'phone_code_invalid' },
    // "invalid args": WeChat does not recognize the code.
    40097: { code: 'phone_code_invalid' },
    // "api unauthorized": the mini program belongs to an individual, or is not verified.
    48001: { code: 'phone_not_permitted', needsOperator: true },
    // Documented for the button on the phone only; the server may get them too.
    1400001: { code: 'phone_quota_exhausted', retryAfterSeconds: 3600, needsOperator: true },
    1421102: { code: 'phone_blocked' },
  },
}

/** The only place that translates an errcode of WeChat. */
export function translateErrcode(errcode: number, call: WechatCallName): ErrorMapping {
  return errcodesByCall[call]?.[errcode] ?? errcodes[errcode] ?? { code: 'wechat_unavailable' }
}
