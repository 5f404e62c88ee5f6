import { type Static, Type } from 'typebox'
import { Day, Id, Nickname, Nullable, NullableOneOf, OneOf, Timestamp } from './schemas.ts'

/** The user's own view of the account; `null` if a value is unknown. */
export const User = Type.Object({
  id: Id(),
  /** A generated one until the user chooses one; `null` for a deleted account. */
  nickname: Nullable(Type.String()),
  /** A generated avatar until the user uploads one; the file at a URL never changes. `null` for a deleted account. */
  avatarUrl: Nullable(Type.String()),
  /** The nickname that waits for an admin's review; only the user and admins see it. */
  pendingNickname: Nullable(Type.String()),
  /** Whether an avatar waits for an admin's review. */
  avatarPending: Type.Boolean(),
  gender: NullableOneOf('male', 'female'),
  /** A calendar day, such as `1990-05-17`. */
  birthday: Nullable(Type.String({ format: 'date' })),
  /** The phone number with its middle hidden, such as `138******00`. */
  phoneMasked: Nullable(Type.String()),
  username: Nullable(Type.String()),
  role: OneOf('user', 'admin'),
  level: Type.Integer(),
  /** The display name of the level. */
  levelDescription: Type.String(),
  status: OneOf('active', 'banned', 'deleted'),
  registeredAt: Timestamp(),
  lastLoginAt: Timestamp(),
})
export type User = Static<typeof User>

export const ProfileBody = Type.Object({
  /** `null` restores the generated one. */
  nickname: Type.Optional(Nullable(Nickname())),
  gender: Type.Optional(NullableOneOf('male', 'female')),
  birthday: Type.Optional(Nullable(Day())),
})
export type ProfileBody = Static<typeof ProfileBody>

/** The user with what needs further queries, for the page "Me". */
export const Me = Type.Object({
  ...User.properties,
  /** The user who invited this one; `null` if there is none, or if that user deleted the account. */
  inviter: Type.Unsafe<{ nicknameMasked: string } | null>({
    type: ['object', 'null'],
    properties: { nicknameMasked: Type.String() },
    required: ['nicknameMasked'],
  }),
  /** How many invited users still have an account; counted up to 1,000. */
  invitedCount: Type.Integer(),
  /** Whether a WeChat account of any mini program is bound, so that WeChat is a login method. */
  hasWechat: Type.Boolean(),
})
export type Me = Static<typeof Me>
