import type { AccountExport, PersonalDataCategory, ProfileBody } from '@repo/shared'
import type { Prisma, User } from '../../infra/database/generated/client.ts'
import { hasChosenNickname } from '../users/nickname.ts'

/** Its value in the account that stays. */
type Merged<Name extends keyof User> = (target: User, source: User) => User[Name]

/** What happens to one column of `users`. */
type ColumnRule<Name extends keyof User> = {
  /** Its value in the account that stays: its own, one that both decide, or one that a table's rule moves with its rows. */
  merge: 'own' | 'moved_with_rows' | Merged<Name>
  /** Its value in a deleted account. */
  delete: 'own' | ((user: User) => User[Name])
} & (
  | {
      /** What the user is told it is. */
      category: PersonalDataCategory
      /** The property of the export that shows it. */
      export: ExportedProperty
    }
  // A column that says nothing about the user, or nothing more than the others.
  | { category: null; export: ExportedProperty | null }
)

type ExportedProperty = keyof AccountExport['user']

/** A field that the user fills in is in the export under its own name, and is lost in no merge and left by no deletion. */
type ProfileFieldRule<Name extends keyof User & keyof ProfileBody> = {
  category: PersonalDataCategory
  merge: Merged<Name>
  delete: () => null
  export: Name & ExportedProperty
}

/** An IP in columns that cannot be empty. */
export const UNSPECIFIED_IP = '0.0.0.0'

const withChosenNickname = (target: User, source: User) => [target, source].find(hasChosenNickname) ?? target
const newer = (one: string | null, other: string | null) => [one ?? '', other ?? ''].sort()[1] || null
/** What waits in the account that ends must not replace what the user shows in the one that stays. */
export const keepsPendingNickname = (target: User) =>
  target.pendingNickname !== null || hasChosenNickname(target)
export const keepsPendingAvatar = (target: User) =>
  target.pendingAvatarKey !== null || target.avatarKey !== null
const lastSeen = (target: User, source: User) => (target.lastLoginAt > source.lastLoginAt ? target : source)

/** Every column of `users`. A new column does not compile until merge, deletion and export are decided. */
export const userColumns = {
  id: { category: null, merge: 'own', delete: 'own', export: 'id' },
  nickname: {
    category: 'nickname',
    merge: (target, source) => withChosenNickname(target, source).nickname,
    delete: () => null,
    export: 'nickname',
  },
  nicknameUnchecked: {
    category: null,
    merge: (target, source) => withChosenNickname(target, source).nicknameUnchecked,
    delete: () => false,
    export: null,
  },
  avatarKey: {
    category: 'avatar',
    merge: (target, source) => target.avatarKey ?? source.avatarKey,
    delete: () => null,
    export: 'avatarUrl',
  },
  pendingNickname: {
    category: 'nickname',
    merge: (target, source) => (keepsPendingNickname(target) ? target : source).pendingNickname,
    delete: () => null,
    export: 'pendingNickname',
  },
  pendingAvatarKey: {
    category: 'avatar',
    merge: (target, source) => (keepsPendingAvatar(target) ? target : source).pendingAvatarKey,
    delete: () => null,
    export: 'avatarPending',
  },
  gender: {
    category: 'gender',
    merge: (target, source) => target.gender ?? source.gender,
    delete: () => null,
    export: 'gender',
  },
  birthday: {
    category: 'birthday',
    merge: (target, source) => target.birthday ?? source.birthday,
    delete: () => null,
    export: 'birthday',
  },
  phoneMasked: { category: 'phone', merge: 'moved_with_rows', delete: () => null, export: 'phoneMasked' },
  username: { category: 'password', merge: 'moved_with_rows', delete: () => null, export: 'username' },
  role: { category: null, merge: 'own', delete: () => 'user', export: 'role' },
  level: {
    category: null,
    merge: (target, source) => Math.max(target.level, source.level),
    delete: () => 0,
    export: 'level',
  },
  status: { category: null, merge: 'own', delete: () => 'deleted', export: 'status' },
  // A banned account cannot be merged.
  bannedReason: { category: null, merge: 'own', delete: () => null, export: 'bannedReason' },
  bannedUntil: { category: null, merge: 'own', delete: () => null, export: 'bannedUntil' },
  bannedNote: { category: null, merge: 'own', delete: () => null, export: null },
  banId: { category: null, merge: 'own', delete: () => null, export: null },
  inviterId: {
    category: 'inviter',
    // No account invited itself, also where one of the two invited the other.
    merge: (target, source) =>
      [target.inviterId, source.inviterId].find(
        (id) => id !== null && id !== target.id && id !== source.id,
      ) ?? null,
    delete: () => null,
    export: 'wasInvited',
  },
  tokenVersion: { category: null, merge: 'own', delete: 'own', export: null },
  registeredAt: { category: null, merge: 'own', delete: 'own', export: 'registeredAt' },
  lastLoginAt: {
    category: 'login_history',
    merge: (target, source) => lastSeen(target, source).lastLoginAt,
    delete: ({ registeredAt }) => registeredAt,
    export: 'lastLoginAt',
  },
  lastLoginIp: {
    category: 'login_history',
    merge: (target, source) => lastSeen(target, source).lastLoginIp,
    delete: () => UNSPECIFIED_IP,
    export: 'lastLoginIp',
  },
  consentSince: {
    category: 'consents',
    merge: (target, source) => target.consentSince ?? source.consentSince,
    delete: () => null,
    export: 'consentSince',
  },
  // One user agreed to both: the newer version counts.
  agreementVersion: {
    category: 'consents',
    merge: (target, source) => newer(target.agreementVersion, source.agreementVersion),
    delete: () => null,
    export: 'agreementVersion',
  },
  privacyVersion: {
    category: 'consents',
    merge: (target, source) => newer(target.privacyVersion, source.privacyVersion),
    delete: () => null,
    export: 'privacyVersion',
  },
} satisfies {
  [Name in keyof User]: Name extends keyof ProfileBody ? ProfileFieldRule<Name> : ColumnRule<Name>
}

const columns = Object.entries(userColumns) as [keyof User, ColumnRule<keyof User>][]

/** What the row of the account that stays has after a merge, as far as both rows decide it. */
export const mergedColumns = (target: User, source: User): Prisma.UserUncheckedUpdateInput =>
  Object.fromEntries(
    columns.flatMap(([name, { merge }]) =>
      typeof merge === 'function' ? [[name, merge(target, source)]] : [],
    ),
  )

/** What the row of a deleted account has: that there was an account, and when it was registered. */
export const deletedColumns = (user: User): Prisma.UserUncheckedUpdateInput =>
  Object.fromEntries(
    columns.flatMap(([name, { delete: deleted }]) => (deleted === 'own' ? [] : [[name, deleted(user)]])),
  )
