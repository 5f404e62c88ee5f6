import { createHash } from 'node:crypto'
import type { User } from '@repo/shared'
import { Prisma, type User as UserModel } from '../../infra/database/generated/client.ts'
import type { Row } from '../../infra/database/row.ts'
import { effectiveStatus } from './account-state.ts'
import { defaultNickname } from './nickname.ts'

/** A row of `users` as raw SQL returns it. */
export type UserRow = Row<UserModel>

/** The columns of `users` that `toUser` reads. */
const columnNames = [
  'id',
  'nickname',
  'avatar_key',
  'pending_nickname',
  'pending_avatar_key',
  'gender',
  'birthday',
  'phone_masked',
  'username',
  'role',
  'level',
  'status',
  'banned_until',
  'registered_at',
  'last_login_at',
] as const satisfies (keyof UserRow)[]

export type UserColumns = Pick<UserRow, (typeof columnNames)[number]>

/** The same in SQL. */
export const userColumns = Prisma.raw(columnNames.map((name) => `users.${name}`).join(', '))

/** The columns that a new session or new tokens need. */
export const sessionUserColumns = Prisma.sql`${userColumns}, users.token_version, users.nickname_unchecked`

/** The user of the contract. @param publicUrl of the API, which serves the avatars. */
export const toUser = (publicUrl: string, row: UserColumns): User => ({
  id: row.id,
  // Rows from before there were default nicknames have none.
  nickname: row.status === 'deleted' ? null : (row.nickname ?? defaultNickname(row.id)),
  avatarUrl: row.status === 'deleted' ? null : fileUrl(publicUrl, row.avatar_key ?? defaultAvatarKey(row.id)),
  pendingNickname: row.pending_nickname,
  avatarPending: row.pending_avatar_key !== null,
  gender: row.gender,
  birthday: row.birthday?.toISOString().slice(0, 10) ?? null,
  phoneMasked: row.phone_masked,
  username: row.username,
  role: row.role,
  level: row.level,
  levelDescription: levelDescriptions[row.level] ?? `等级 ${row.level}`,
  status: effectiveStatus(row),
  registeredAt: row.registered_at.toISOString(),
  lastLoginAt: row.last_login_at.toISOString(),
})

/** The levels that have a name of their own in the mini program. */
const levelDescriptions: Record<number, string> = { 0: '普通用户', 1: 'VIP 用户', 2: '高级 VIP 用户' }

/** The public URL of a stored file. A key names its content, so that caches can keep the file. */
export const fileUrl = (publicUrl: string, key: string) => `${publicUrl}/files/${key}`

/** The key of the generated avatar, for a user who has uploaded none. The hash does not reveal the id. */
const defaultAvatarKey = (userId: string) =>
  `default-avatars/${createHash('sha256').update(`avatar ${userId}`).digest('hex').slice(0, 16)}.png`
