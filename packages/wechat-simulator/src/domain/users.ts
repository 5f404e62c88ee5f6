/** A user of WeChat, as a test or a developer configures it. */
export type UserOptions = {
  /** The id in the control API, such as `xiaoming`. */
  id: string
  /** The visible name, such as 王小明. */
  name: string
} & Partial<Phone>

/** The phone number of a WeChat user. */
export type Phone = {
  /** Digits without the area code. Default: one of the numbers that no subscriber has, `12066600001` and so on. */
  phoneNumber: string
  /** Default: `'86'`. WeChat returns a string; a number is returned as a number, as WeChat once did. */
  countryCode: string | number
}

export type User = UserOptions & Phone

/** Adds a phone number: the same at every start, and none of a real subscriber. */
export const withPhone = ({ id, name, ...phone }: UserOptions, index: number): User => ({
  id,
  name,
  phoneNumber: `120666${String(index + 1).padStart(5, '0')}`,
  countryCode: '86',
  ...phone,
})

/** WeChat's description of a phone number without the watermark. Foreign numbers carry the area code. */
export function phoneInfoOf({ phoneNumber, countryCode }: Phone) {
  const isForeign = String(countryCode) !== '86'
  return {
    phoneNumber: isForeign ? `${countryCode}${phoneNumber}` : phoneNumber,
    purePhoneNumber: phoneNumber,
    countryCode,
  }
}
