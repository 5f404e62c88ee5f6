import { type PrivacyProblemCode, privacyProblemOf } from './privacy-error.ts'

/** Why a phone button gave no number, apart from a refusal. `text/` has words for each. */
export type PhoneProblemCode =
  | PrivacyProblemCode
  /** This mini program has not been granted phone numbers, or WeChat has taken them away. */
  | 'phone_not_permitted'
  /** What the mini program has paid for is used up. */
  | 'phone_quota_exhausted'
  /** WeChat gives out no phone number of this person. */
  | 'phone_blocked'
  /** Base libraries before 2.21.2 bring no code. */
  | 'phone_code_missing'
  | 'wechat_login_offline'
  | 'phone_failed'

/** What came of a press on a phone button. `code` is for the server, works once, for five minutes. */
export type PhoneAnswer =
  | { kind: 'code'; code: string }
  /** The person closed WeChat's sheet: that is their right and no error. */
  | { kind: 'refused' }
  | { kind: 'problem'; error: { code: PhoneProblemCode } }

const byErrno: Record<number, PhoneProblemCode> = {
  102: 'phone_not_permitted',
  108: 'wechat_login_offline',
  109: 'wechat_login_offline',
  1400001: 'phone_quota_exhausted',
  1421102: 'phone_blocked',
}

/** As developers have reported them; base libraries before 2.24.0 give no `errno`. */
const byMessage: [RegExp, PhoneProblemCode][] = [
  [/no permission|privacy api banned/i, 'phone_not_permitted'],
  [/network/i, 'wechat_login_offline'],
  [/:ok$/, 'phone_code_missing'],
]

/** Reads the `detail` of `bindgetphonenumber` and `bindgetrealtimephonenumber`: a code is all that means success. */
export function phoneAnswerOf(detail: unknown): PhoneAnswer {
  const { code, errno, errMsg } = factsOf(detail)
  if (code !== '') return { kind: 'code', code }
  // Each system words a refusal in its own way.
  if (/user\s*deny|cancel/i.test(errMsg)) return { kind: 'refused' }
  const error = privacyProblemOf(detail) ?? {
    code: byErrno[errno] ?? byMessage.find(([pattern]) => pattern.test(errMsg))?.[1] ?? 'phone_failed',
  }
  return { kind: 'problem', error }
}

function factsOf(detail: unknown): { code: string; errno: number; errMsg: string } {
  const facts: Record<string, unknown> = typeof detail === 'object' && detail !== null ? { ...detail } : {}
  const { code, errno, errMsg } = facts
  return {
    code: typeof code === 'string' ? code : '',
    errno: Number(errno),
    errMsg: typeof errMsg === 'string' ? errMsg : '',
  }
}
