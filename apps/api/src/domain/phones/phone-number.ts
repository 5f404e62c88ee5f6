import type { WechatPhone } from '../../infra/wechat/phone-info.ts'

/** A phone number as we keep it. A secret, but for its mask. */
export type PhoneNumber = {
  /** With its country code: `+8613800138000`. */
  full: string
  /** What may be shown: `138******00`. */
  masked: string
}

export const toPhoneNumber = ({ countryCode, pureNumber }: WechatPhone): PhoneNumber => ({
  full: `+${countryCode}${pureNumber}`,
  masked: mask(pureNumber),
})

/**
 * As WeChat's security guide wants it: three digits and two of a number of ten and more, two and two of a shorter one. Of
 * one so short that this would show nearly all, the last two alone.
 */
function mask(digits: string): string {
  const shown = digits.length >= 10 ? 3 : digits.length >= 7 ? 2 : 0
  return `${digits.slice(0, shown)}${'*'.repeat(digits.length - shown - 2)}${digits.slice(-2)}`
}
