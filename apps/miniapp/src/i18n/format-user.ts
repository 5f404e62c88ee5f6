import type { User } from '@repo/shared'
import type { Messages } from './messages.ts'

/** The nickname, or a default one with the end of the user's id. */
export const displayName = (user: User, messages: Messages): string =>
  user.nickname?.trim() || messages.defaultNickname(user.id.slice(-4).toUpperCase())

export const levelName = ({ level, levelDescription }: User, messages: Messages): string =>
  messages.levels[level] ?? levelDescription

/** In the phone's time zone. Not `Intl`, which some phones lack. */
export function formatDateTime(iso: string, messages: Messages): string {
  const date = new Date(iso)
  if (Number.isNaN(date.getTime())) return '—'
  return messages.dateTime({
    year: date.getFullYear(),
    month: date.getMonth() + 1,
    day: date.getDate(),
    time: formatTime(date).slice(0, 5),
  })
}

/** Such as `09:05:00`. */
export const formatTime = (date: Date): string =>
  [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':')
