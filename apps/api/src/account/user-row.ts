import type { User } from '@repo/shared'

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
    levelDescription: levelDescriptions[row.level] ?? `等级 ${row.level}`,
    status: row.status,
    registeredAt: row.registered_at.toISOString(),
    lastLoginAt: row.last_login_at.toISOString(),
  }
}

/** Levels with a name of their own, as the mini program shows it. */
const levelDescriptions: Record<number, string> = { 0: '普通用户', 1: 'VIP 用户', 2: '高级 VIP 用户' }
