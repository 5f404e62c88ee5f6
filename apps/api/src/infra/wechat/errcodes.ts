import type { ErrorCode } from '@repo/shared'
import type { WechatCallName } from './http.ts'

/** What an errcode means to us, and whether the operator has to act. */
type Meaning = { code: ErrorCode; retryAfterSeconds?: number; operatorMustAct?: true }

/**
 * WeChat's errcodes in our words. What is not listed counts as `wechat_unavailable`: WeChat adds codes without notice.
 */
const errcodes: Record<number, Meaning> = {
  [-1]: { code: 'wechat_busy' },
  // "invalid code": garbled, expired, of another AppID.
  40029: { code: 'code_invalid' },
  // "code been used": a code works once, so a retry of the exchange ends here.
  40163: { code: 'code_used' },
  40226: { code: 'wechat_login_blocked' },
  // "api minute-quota reach limit, must slower, retry next minute"
  45011: { code: 'wechat_rate_limited', retryAfterSeconds: 60 },
  // The same for the content checks.
  44991: { code: 'wechat_rate_limited', retryAfterSeconds: 60 },
  // "reach max api daily quota limit"
  45009: { code: 'wechat_rate_limited', retryAfterSeconds: 3600, operatorMustAct: true },
  // The access token, refused again although it was fetched anew: another server takes it away, or the secret is wrong.
  40001: { code: 'wechat_misconfigured', operatorMustAct: true },
  40014: { code: 'wechat_misconfigured', operatorMustAct: true },
  42001: { code: 'wechat_misconfigured', operatorMustAct: true },
  40002: { code: 'wechat_misconfigured', operatorMustAct: true },
  40013: { code: 'wechat_misconfigured', operatorMustAct: true },
  40125: { code: 'wechat_misconfigured', operatorMustAct: true },
  40164: { code: 'wechat_misconfigured', operatorMustAct: true },
  40243: { code: 'wechat_misconfigured', operatorMustAct: true },
  41002: { code: 'wechat_misconfigured', operatorMustAct: true },
  41004: { code: 'wechat_misconfigured', operatorMustAct: true },
  // "missing code": a code that is blank to WeChat.
  41008: { code: 'code_invalid' },
  50004: { code: 'wechat_misconfigured', operatorMustAct: true },
  50007: { code: 'wechat_misconfigured', operatorMustAct: true },
  // This address awaits the confirmation of the mini program's administrator, or was refused by them.
  89503: { code: 'wechat_misconfigured', operatorMustAct: true },
  89506: { code: 'wechat_misconfigured', operatorMustAct: true },
  89507: { code: 'wechat_misconfigured', operatorMustAct: true },
}

/** Where a call gives an errcode a meaning of its own. */
const errcodesOfCalls: Partial<Record<WechatCallName, Record<number, Meaning>>> = {
  getPhoneNumber: {
    // "invalid code": used, expired, garbled, a code of `wx.login`, or of another person than the openid says.
    40029: { code: 'phone_code_invalid' },
    40163: { code: 'phone_code_invalid' },
    // "invalid openid": what WeChat says of another person's code is not documented; this is what it could be, too.
    40003: { code: 'phone_code_invalid' },
    // "invalid appid": here the AppID of the code, which is not that of the access token.
    40013: { code: 'phone_code_invalid' },
    // "invalid args": a code that is none to WeChat.
    40097: { code: 'phone_code_invalid' },
    // "api unauthorized": the mini program's owner is a person, or is not verified.
    48001: { code: 'phone_not_permitted', operatorMustAct: true },
    // These two are documented for the button on the phone; the server may meet them, too.
    1400001: { code: 'phone_quota_exhausted', retryAfterSeconds: 3600, operatorMustAct: true },
    1421102: { code: 'phone_blocked' },
  },
}

/** Translates the errcode of WeChat's answer to a call, once and for all. */
export function translateErrcode(errcode: number, call: WechatCallName): Meaning {
  return errcodesOfCalls[call]?.[errcode] ?? errcodes[errcode] ?? { code: 'wechat_unavailable' }
}
