import { type PrivacyErrorCode, toPrivacyError } from './privacy-error.ts'

/** Why a phone button returned no code, apart from the user's denial. */
export type PhoneErrorCode =
  | PrivacyErrorCode
  /** WeChat has not granted this mini program phone numbers, or has withdrawn them. */
  | 'phone_not_permitted'
  /** The paid quota is used up. */
  | 'phone_quota_exhausted'
  /** WeChat does not share this user's phone number. */
  | 'phone_blocked'
  /** Base libraries before 2.21.2 return no code. */
  | 'phone_code_missing'
  | 'wechat_login_offline'
  | 'phone_failed'

/** `code` is for the server, valid once and for five minutes. */
export type PhoneNumberResult =
  | { kind: 'code'; code: string }
  /** The user closed WeChat's sheet, which is not an error. */
  | { kind: 'denied' }
  | { kind: 'error'; error: { code: PhoneErrorCode } }

const byErrno: Record<number, PhoneErrorCode> = {
  102: 'phone_not_permitted',
  108: 'wechat_login_offline',
  109: 'wechat_login_offline',
  1400001: 'phone_quota_exhausted',
  1421102: 'phone_blocked',
}

/** As developers have reported them. Base libraries before 2.24.0 give no `errno`. */
const byMessage: [RegExp, PhoneErrorCode][] = [
  [/no permission|privacy api banned/i, 'phone_not_permitted'],
  [/network/i, 'wechat_login_offline'],
  [/:ok$/, 'phone_code_missing'],
]

/** Reads the `detail` of `bindgetphonenumber` and `bindgetrealtimephonenumber`. */
export function toPhoneNumberResult(detail: unknown): PhoneNumberResult {
  const { code, errno, errMsg } = parseDetail(detail)
  if (code !== '') return { kind: 'code', code }
  // iOS and Android word a denial differently.
  if (/user\s*deny|cancel/i.test(errMsg)) return { kind: 'denied' }
  const error = toPrivacyError(detail) ?? {
    code: byErrno[errno] ?? byMessage.find(([pattern]) => pattern.test(errMsg))?.[1] ?? 'phone_failed',
  }
  return { kind: 'error', error }
}

function parseDetail(detail: unknown): { code: string; errno: number; errMsg: string } {
  const fields: Record<string, unknown> = typeof detail === 'object' && detail !== null ? { ...detail } : {}
  const { code, errno, errMsg } = fields
  return {
    code: typeof code === 'string' ? code : '',
    errno: Number(errno),
    errMsg: typeof errMsg === 'string' ? errMsg : '',
  }
}
