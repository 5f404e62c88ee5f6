import type { ErrorCode } from '@repo/shared'

/**
 * WeChat's errcodes in our words, and whether the operator has to act. What is not listed counts as `wechat_unavailable`:
 * WeChat adds codes without notice.
 */
const errcodes: Record<number, { code: ErrorCode; retryAfterSeconds?: number; operatorMustAct?: true }> = {
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

/** Translates the errcode of a WeChat answer, once and for all. */
export function translateErrcode(errcode: number): {
  code: ErrorCode
  retryAfterSeconds?: number
  operatorMustAct?: true
} {
  return errcodes[errcode] ?? { code: 'wechat_unavailable' }
}
