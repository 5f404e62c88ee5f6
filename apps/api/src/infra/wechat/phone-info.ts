/** A phone number that WeChat has verified. */
export type WechatPhone = {
  /** Digits, such as `86`. */
  countryCode: string
  /** Digits without the country code, such as `13800138000`. */
  pureNumber: string
}

/**
 * Reads a phone number from a response or from decrypted data; `null` when it is malformed. The country code is a string
 * and was once a number.
 */
export function readPhoneInfo(info: unknown): WechatPhone | null {
  const { purePhoneNumber, countryCode } = (info ?? {}) as Record<string, unknown>
  const code = typeof countryCode === 'number' ? String(countryCode) : countryCode
  if (!isDigits(code, /^[1-9]\d{0,3}$/) || !isDigits(purePhoneNumber, /^\d{4,15}$/)) return null
  return { countryCode: code, pureNumber: purePhoneNumber }
}

const isDigits = (value: unknown, pattern: RegExp): value is string =>
  typeof value === 'string' && pattern.test(value)
