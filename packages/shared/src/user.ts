import { type Static, Type } from 'typebox'
import { Consent } from './consent.ts'
import { Day, Id, Nickname, Nullable, NullableOneOf, OneOf, Timestamp } from './schemas.ts'

/** A user as the user sees themselves; `null` where a value is unknown. */
export const User = Type.Object({
  id: Id(),
  /** A generated one until the person chooses their own; `null` for who has left. */
  nickname: Nullable(Type.String()),
  /** A generated picture until the person uploads one; its content never changes. `null` for who has left. */
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
  status: OneOf('active', 'banned', 'deleted'),
  registeredAt: Timestamp(),
  lastLoginAt: Timestamp(),
})
export type User = Static<typeof User>

export const ProfileBody = Type.Object({
  /** `null`: the generated one. */
  nickname: Type.Optional(Nullable(Nickname())),
  gender: Type.Optional(NullableOneOf('male', 'female')),
  birthday: Type.Optional(Nullable(Day())),
})
export type ProfileBody = Static<typeof ProfileBody>

/** The user with what takes another look into the database, for the page about oneself. */
export const Me = Type.Object({
  ...User.properties,
  /** Who brought this person here; `null` when nobody did, or when they are gone. */
  inviter: Type.Unsafe<{ nicknameMasked: string } | null>({
    type: ['object', 'null'],
    properties: { nicknameMasked: Type.String() },
    required: ['nicknameMasked'],
  }),
  /** How many users this one invited who still have an account; counted up to 1,000. */
  invitedCount: Type.Integer(),
  /** Whether a WeChat account, of any mini program, is bound: then WeChat is a way in. */
  hasWechat: Type.Boolean(),
  /** The newest documents that the user has agreed to; `null` for an account from before consents were stored. */
  consent: Type.Unsafe<Consent | null>({ ...Consent, type: ['object', 'null'] }),
})
export type Me = Static<typeof Me>
