import { phoneNumbersKey } from '../shared/storage-prefix.ts'
import { askForPerson, askWechat } from './wechat-client.ts'

export type PhoneNumber = { phoneNumber: string; countryCode: string | number }

/** The numbers that a person can hand over: the one that is bound to their WeChat, then those that they added. */
export async function phoneNumbersOf(person: string): Promise<PhoneNumber[]> {
  const { phoneNumber, countryCode } = await askForPerson(person)
  const added = addedNumbers(person).filter((number) => number.phoneNumber !== phoneNumber)
  return [{ phoneNumber, countryCode }, ...added]
}

/** The bound number stays in the list: the next choice may make another one the number of this person. */
export function addPhoneNumber(person: string, numbers: readonly PhoneNumber[]): void {
  const all = new Map([...addedNumbers(person), ...numbers].map((number) => [number.phoneNumber, number]))
  localStorage.setItem(phoneNumbersKey(person), JSON.stringify([...all.values()]))
}

/** The simulator knows one number of each person: from now on it is this one. */
export async function usePhoneNumber(person: string, number: PhoneNumber): Promise<void> {
  await askWechat('PUT', 'phone', { person, ...number })
}

function addedNumbers(person: string): PhoneNumber[] {
  return JSON.parse(localStorage.getItem(phoneNumbersKey(person)) ?? '[]') as PhoneNumber[]
}
