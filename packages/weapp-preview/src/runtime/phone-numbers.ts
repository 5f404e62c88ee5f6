import { phoneNumbersKey } from '../shared/storage-prefix.ts'
import { callWechat, fetchUser } from './wechat-client.ts'

export type PhoneNumber = { phoneNumber: string; countryCode: string | number }

/** The numbers that a user can hand over: the one that is bound to their WeChat, then those that they added. */
export async function phoneNumbersOf(user: string): Promise<PhoneNumber[]> {
  const { phoneNumber, countryCode } = await fetchUser(user)
  const added = addedNumbers(user).filter((number) => number.phoneNumber !== phoneNumber)
  return [{ phoneNumber, countryCode }, ...added]
}

/** The bound number stays in the list: the next choice may make another one the number of this user. */
export function addPhoneNumber(user: string, numbers: readonly PhoneNumber[]): void {
  const all = new Map([...addedNumbers(user), ...numbers].map((number) => [number.phoneNumber, number]))
  localStorage.setItem(phoneNumbersKey(user), JSON.stringify([...all.values()]))
}

/** The simulator knows one number of each user: from now on it is this one. */
export async function usePhoneNumber(user: string, number: PhoneNumber): Promise<void> {
  await callWechat('PUT', 'phone', { user, ...number })
}

function addedNumbers(user: string): PhoneNumber[] {
  return JSON.parse(localStorage.getItem(phoneNumbersKey(user)) ?? '[]') as PhoneNumber[]
}
