import { phoneNumbersKey } from '../shared/storage-prefix.ts'
import { callWechat, fetchUser } from './wechat-client.ts'

export type PhoneNumber = { phoneNumber: string; countryCode: string | number }

/** The user's bound number first, then the added ones. */
export async function phoneNumbersOf(user: string): Promise<PhoneNumber[]> {
  const { phoneNumber, countryCode } = await fetchUser(user)
  const added = addedNumbers(user).filter((number) => number.phoneNumber !== phoneNumber)
  return [{ phoneNumber, countryCode }, ...added]
}

/** Stores numbers, the bound one too: the next choice may bind another one. */
export function addPhoneNumber(user: string, numbers: readonly PhoneNumber[]): void {
  const all = new Map([...addedNumbers(user), ...numbers].map((number) => [number.phoneNumber, number]))
  localStorage.setItem(phoneNumbersKey(user), JSON.stringify([...all.values()]))
}

/** Binds another number at WeChat, which knows one number of each user. */
export async function usePhoneNumber(user: string, number: PhoneNumber): Promise<void> {
  await callWechat('PUT', 'phone', { user, ...number })
}

function addedNumbers(user: string): PhoneNumber[] {
  return JSON.parse(localStorage.getItem(phoneNumbersKey(user)) ?? '[]') as PhoneNumber[]
}
