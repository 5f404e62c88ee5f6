/** Somebody who owns a phone with WeChat on it, as a test or a developer names them. */
export type UserOptions = {
  /** The name by which the control endpoints call them, such as `xiaoming`. */
  id: string
  /** What users see, such as 王小明. */
  name: string
} & Partial<Phone>

/** The phone number that is bound to somebody's WeChat. */
export type Phone = {
  /** Digits without the area code. Default: one of the numbers that no subscriber has, `12066600001` and so on. */
  phoneNumber: string
  /** Default: `'86'`. WeChat answers a text; a number is answered as a number, as WeChat once did. */
  countryCode: string | number
}

export type User = UserOptions & Phone

/** A user with a phone number: the same at every start, and recognisably none of a real subscriber. */
export const withPhone = ({ id, name, ...phone }: UserOptions, index: number): User => ({
  id,
  name,
  phoneNumber: `120666${String(index + 1).padStart(5, '0')}`,
  countryCode: '86',
  ...phone,
})

/** What WeChat tells of a phone number, but for the watermark. Foreign numbers carry the area code. */
export function phoneInfoOf({ phoneNumber, countryCode }: Phone) {
  const isForeign = String(countryCode) !== '86'
  return {
    phoneNumber: isForeign ? `${countryCode}${phoneNumber}` : phoneNumber,
    purePhoneNumber: phoneNumber,
    countryCode,
  }
}
