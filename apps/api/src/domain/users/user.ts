import type { User } from '@repo/shared'
import { currentStatus } from './account-state.ts'
import { defaultAvatarKey } from './default-avatar.ts'
import { defaultNickname } from './default-nickname.ts'
import { levelDescription } from './levels.ts'

/** A row of `users` as raw SQL returns it. */
export type UserRow = {
  id: string
  nickname: string | null
  avatar_key: string | null
  gender: User['gender']
  birthday: Date | null
  phone_masked: string | null
  username: string | null
  nickname_unchecked: boolean
  inviter_id: string | null
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
export type ToUser = (row: UserRow) => User

/** @param publicUrl where clients reach the files. */
export function createToUser(publicUrl: string): ToUser {
  return (row) => ({
    id: row.id,
    // Whoever registered before there were default nicknames has none.
    nickname: row.status === 'deleted' ? null : (row.nickname ?? defaultNickname(row.id)),
    avatarUrl:
      row.status === 'deleted' ? null : fileUrl(publicUrl, row.avatar_key ?? defaultAvatarKey(row.id)),
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
  })
}

/** Where clients find what lies in the storage. A key names its content, so the URL can be cached for ever. */
export const fileUrl = (publicUrl: string, key: string) => `${publicUrl}/files/${key}`
