import type { User } from '@repo/shared'
import type { Text } from './messages.ts'

/** What to call a person: their own nickname, else one made of the end of their id, where ids differ. */
export const nameOf = (user: User, text: Text): string =>
  user.nickname?.trim() || text.defaultNickname(user.id.slice(-4).toUpperCase())

/** The name of a person's level: the server's own, where this language has no other for it. */
export const levelOf = ({ level, levelDescription }: User, text: Text): string =>
  text.levels[level] ?? levelDescription

/** A moment in the phone's own time zone. Written by hand, since not every phone has `Intl`. */
export function dateTimeOf(iso: string, text: Text): string {
  const date = new Date(iso)
  if (Number.isNaN(date.getTime())) return '—'
  return text.dateTime({
    year: date.getFullYear(),
    month: date.getMonth() + 1,
    day: date.getDate(),
    time: timeOf(date).slice(0, 5),
  })
}

/** A time of day, such as `09:05:00`. */
export const timeOf = (date: Date): string =>
  [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':')
