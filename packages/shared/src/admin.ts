import { type Static, Type } from 'typebox'
import { AuditEvent, SessionInfo } from './account.ts'
import { Proof } from './proof.ts'
import { Id, Nickname, Nullable, OneOf, Text, Timestamp } from './schemas.ts'
import { User } from './user.ts'

/** A user as an admin sees them. */
export const AdminUser = Type.Object({
  ...User.properties,
  lastLoginIpMasked: Type.String(),
  bannedReason: Nullable(Type.String()),
  bannedUntil: Nullable(Timestamp()),
  /** For admins only. */
  bannedNote: Nullable(Type.String()),
})
export type AdminUser = Static<typeof AdminUser>

/** An event with the admin who did it. */
export const AdminAuditEvent = Type.Object({
  ...AuditEvent.properties,
  userId: Nullable(Id()),
  /** The admin who did it; `null` if the user did it. */
  actorId: Nullable(Id()),
})
export type AdminAuditEvent = Static<typeof AdminAuditEvent>

export const UserQuery = Type.Object({
  /** The beginning of a nickname or username, of two letters or more, or a complete id, username or openid. */
  search: Type.Optional(Text({ minLength: 2, maxLength: 128 })),
  status: Type.Optional(OneOf('active', 'banned', 'deleted')),
  role: Type.Optional(OneOf('user', 'admin')),
  /** `nextCursor` of the previous page. */
  cursor: Type.Optional(Id()),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
})
export type UserQuery = Static<typeof UserQuery>

/** Users, newest first. */
export const UserPage = Type.Object({ users: Type.Array(AdminUser), nextCursor: Nullable(Id()) })
export type UserPage = Static<typeof UserPage>

export const UserDetails = Type.Object({
  user: AdminUser,
  sessions: Type.Array(SessionInfo),
  events: Type.Array(AdminAuditEvent),
})
export type UserDetails = Static<typeof UserDetails>

/** Why an admin reads personal data, such as a ticket's number. The audit log and the user's export show it. */
const ReadReason = () =>
  Type.String({
    minLength: 2,
    maxLength: 200,
    pattern: '^[^\\u0000\\ud800-\\udfff]*\\S[^\\u0000\\ud800-\\udfff]*$',
  })

export const UserDetailsQuery = Type.Object({ reason: ReadReason() })
export type UserDetailsQuery = Static<typeof UserDetailsQuery>

export const RevealBody = Type.Object({ reason: ReadReason() })
export type RevealBody = Static<typeof RevealBody>

/** What `UserDetails` shows masked. */
export const RevealedData = Type.Object({
  /** Such as `+8613800138000`. */
  phone: Nullable(Type.String()),
  lastLoginIp: Type.String(),
  /** Where each device was last seen. */
  sessions: Type.Array(Type.Object({ id: Id(), ip: Type.String() })),
  /** Of events without an admin: the IP of an admin is the admin's. */
  events: Type.Array(Type.Object({ id: Id(), ip: Type.String() })),
})
export type RevealedData = Static<typeof RevealedData>

export const ReviewQuery = Type.Object({
  /** `nextCursor` of the page before. */
  cursor: Type.Optional(Id()),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
})
export type ReviewQuery = Static<typeof ReviewQuery>

/** A nickname or an avatar that WeChat left to a human. */
export const PendingReview = Type.Object({
  id: Id(),
  userId: Id(),
  kind: OneOf('nickname', 'avatar'),
  /** With `nickname`. */
  nickname: Nullable(Type.String()),
  /** With `avatar`: works until the decision, for admins' eyes alone. */
  avatarUrl: Nullable(Type.String()),
  appId: Nullable(Type.String()),
  submittedAt: Timestamp(),
})
export type PendingReview = Static<typeof PendingReview>

/** A background job that failed for the last time, without the user that it concerns. */
export const DeadJob = Type.Object({
  id: Id(),
  /** Such as `delete_file` or `check_nickname`. */
  kind: Type.String(),
  attempts: Type.Integer(),
  deadAt: Timestamp(),
  /** The code of the last error, such as `wechat_unavailable`. */
  error: Nullable(Type.String()),
})
export type DeadJob = Static<typeof DeadJob>

export const BanBody = Type.Object({
  /** Shown to the user. */
  reason: Text({ maxLength: 200 }),
  /** For admins only: the user never sees it. */
  note: Type.Optional(Text({ maxLength: 1000 })),
  /** When the ban ends by itself; absent: never. */
  until: Type.Optional(Type.String({ format: 'date-time', maxLength: 40 })),
})
export type BanBody = Static<typeof BanBody>

export const RoleBody = Type.Object({
  role: OneOf('user', 'admin'),
  /** A proof by the calling admin, so that a stolen access token cannot create another admin. */
  proof: Proof,
})
export type RoleBody = Static<typeof RoleBody>

export const AdminProfileBody = Type.Object({
  /** `null`: the generated one. */
  nickname: Type.Optional(Nullable(Nickname())),
})
export type AdminProfileBody = Static<typeof AdminProfileBody>

export const LevelBody = Type.Object({ level: Type.Integer({ minimum: 0, maximum: 1000 }) })
export type LevelBody = Static<typeof LevelBody>
