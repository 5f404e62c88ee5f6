import { ApiError } from '../../utils/api-error.ts'

/** China has one time zone, without daylight saving time. */
const shanghaiMs = 8 * 60 * 60 * 1000
const adultAge = 18

/**
 * Whether a guardian has agreed to the processing of a user's data (个人信息保护法, article 31). Hand one of your own to
 * `buildApp` in `server.ts`.
 */
export type GuardianConsent = (userId: string) => Promise<boolean>

export const noGuardianConsent: GuardianConsent = async () => false

/** @param birthday midnight UTC of a calendar day. The day that counts is that of Asia/Shanghai. */
export function isYoungerThan(age: number, birthday: Date, now = new Date()): boolean {
  const today = new Date(now.getTime() + shanghaiMs).toISOString().slice(0, 10)
  const [year = '', month, day] = birthday.toISOString().slice(0, 10).split('-')
  // As text, so that 29 February is reached on 1 March of other years.
  return `${String(Number(year) + age).padStart(4, '0')}-${month}-${day}` > today
}

/** A user under 18 (未成年人保护法, article 2); an unknown birthday says nothing. */
export const isMinor = (birthday: Date | null, now = new Date()): boolean =>
  birthday !== null && isYoungerThan(adultAge, birthday, now)

/** @throws ApiError `birthday_below_minimum_age` without a guardian's consent. */
export async function assertMinimumAge(
  { minimumAge, guardianConsent }: { minimumAge: number; guardianConsent: GuardianConsent },
  userId: string,
  birthday: Date,
): Promise<void> {
  if (!isYoungerThan(minimumAge, birthday) || (await guardianConsent(userId))) return
  throw new ApiError('birthday_below_minimum_age')
}
