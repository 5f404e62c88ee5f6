import { type Static, Type } from 'typebox'
import { Id, Nullable, NullableOneOf, OneOf, Timestamp } from './schemas.ts'

/** A user as the user sees themselves; `null` where a value is unknown. */
export const User = Type.Object({
  id: Id(),
  nickname: Nullable(Type.String()),
  avatarUrl: Nullable(Type.String()),
  gender: NullableOneOf('male', 'female'),
  /** A calendar day, such as `1990-05-17`. */
  birthday: Nullable(Type.String({ format: 'date' })),
  /** The phone number with its middle hidden, such as `138******00`. */
  phoneMasked: Nullable(Type.String()),
  username: Nullable(Type.String()),
  role: OneOf('user', 'admin'),
  level: Type.Integer(),
  /** The name of the level, to be shown. */
  levelDescription: Type.String(),
  status: OneOf('active', 'banned', 'erased'),
  registeredAt: Timestamp(),
  lastLoginAt: Timestamp(),
})
export type User = Static<typeof User>
