import type { User } from '@repo/shared'
import { currentStatus } from './ban.ts'
import { levelDescription } from './levels.ts'

/** A row of `users` as raw SQL returns it. */
export type UserRow = {
  id: string
  nickname: string | null
  avatar_url: string | null
  gender: User['gender']
  birthday: Date | null
  phone_masked: string | null
  username: string | null
  role: User['role']
  level: number
  status: User['status']
  banned_reason: string | null
  banned_until: Date | null
  token_version: number
  registered_at: Date
  last_login_at: Date
}

/** A user as the contract shows them. */
export function toUser(row: UserRow): User {
  return {
    id: row.id,
    nickname: row.nickname,
    avatarUrl: row.avatar_url,
    gender: row.gender,
    birthday: row.birthday?.toISOString().slice(0, 10) ?? null,
    phoneMasked: row.phone_masked,
    username: row.username,
    role: row.role,
    level: row.level,
    levelDescription: levelDescription(row.level),
    status: currentStatus(row),
    registeredAt: row.registered_at.toISOString(),
    lastLoginAt: row.last_login_at.toISOString(),
  }
}
