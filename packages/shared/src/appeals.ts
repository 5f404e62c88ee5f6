import { type Static, Type } from 'typebox'
import { CodeProof, CredentialsProof } from './proof.ts'
import { EitherOf, Id, Nullable, OneOf, Text, Timestamp } from './schemas.ts'

/** `lapsed`: the ban ended before an admin decided. */
export const AppealState = OneOf('open', 'accepted', 'rejected', 'lapsed')
export type AppealState = Static<typeof AppealState>

/** The latest appeal against a ban, for the banned user. */
export const Appeal = Type.Object({
  state: AppealState,
  createdAt: Timestamp(),
  /** What an admin wrote to the user; `null` unless it was rejected. */
  response: Nullable(Type.String()),
})
export type Appeal = Static<typeof Appeal>

/** What the notice of a ban shows. */
export const BanNotice = Type.Object({
  reason: Nullable(Type.String()),
  /** When the ban ends by itself. */
  until: Nullable(Timestamp()),
  appeal: Type.Unsafe<Appeal | null>({ ...Appeal, type: ['object', 'null'] }),
})
export type BanNotice = Static<typeof BanNotice>

const AppealText = { text: Text({ maxLength: 1000 }) }

/** The proof says whose ban it is: a banned user cannot have a session. */
export const AppealBody = EitherOf(
  Type.Object({ ...CodeProof.properties, ...AppealText }),
  Type.Object({ ...CredentialsProof.properties, ...AppealText }),
)
export type AppealBody = Static<typeof AppealBody>

/** An appeal as admins see it, with the ban in force. */
export const AdminAppeal = Type.Object({
  id: Id(),
  userId: Id(),
  text: Type.String(),
  state: AppealState,
  response: Nullable(Type.String()),
  createdAt: Timestamp(),
  decidedAt: Nullable(Timestamp()),
  bannedReason: Nullable(Type.String()),
  bannedUntil: Nullable(Timestamp()),
  bannedNote: Nullable(Type.String()),
})
export type AdminAppeal = Static<typeof AdminAppeal>

export const AppealQuery = Type.Object({
  /** Default: `open`. */
  state: Type.Optional(AppealState),
  /** `nextCursor` of the page before. */
  cursor: Type.Optional(Id()),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
})
export type AppealQuery = Static<typeof AppealQuery>

/** Appeals, the oldest first. */
export const AppealPage = Type.Object({
  appeals: Type.Array(AdminAppeal),
  nextCursor: Nullable(Id()),
})
export type AppealPage = Static<typeof AppealPage>

export const RejectAppealBody = Type.Object({
  /** Shown to the user. */
  response: Text({ maxLength: 500 }),
})
export type RejectAppealBody = Static<typeof RejectAppealBody>
