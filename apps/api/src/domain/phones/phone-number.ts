import type { WechatPhone } from '../../infra/wechat/phone-info.ts'

/** A phone number. Only `masked` may be shown or logged. */
export type PhoneNumber = {
  /** With its country code: `+8613800138000`. */
  full: string
  /** `138******00`. */
  masked: string
}

export const toPhoneNumber = ({ countryCode, pureNumber }: WechatPhone): PhoneNumber => ({
  full: `+${countryCode}${pureNumber}`,
  masked: mask(pureNumber),
})

/**
 * Follows WeChat's security guide: shows the first three and last two digits of a number of ten or more, two and two of a
 * shorter one, and the last two alone where that would show nearly all.
 */
function mask(digits: string): string {
  const shown = digits.length >= 10 ? 3 : digits.length >= 7 ? 2 : 0
  return `${digits.slice(0, shown)}${'*'.repeat(digits.length - shown - 2)}${digits.slice(-2)}`
}
