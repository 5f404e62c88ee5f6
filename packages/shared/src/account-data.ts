import { type Static, Type } from 'typebox'
import { AuditEvent } from './account.ts'
import { AppealState } from './appeals.ts'
import { Id, Nullable, Timestamp } from './schemas.ts'
import { User } from './user.ts'

/** Everything that is kept about a person. What belongs to others is not in it, but for their ids. */
export const AccountExport = Type.Object({
  exportedAt: Timestamp(),
  user: Type.Object({
    ...User.properties,
    lastLoginIp: Type.String(),
    hasPassword: Type.Boolean(),
    /** The whole number, such as `+8613800138000`. */
    phone: Nullable(Type.String()),
    phoneBoundAt: Nullable(Timestamp()),
    bannedReason: Nullable(Type.String()),
    bannedUntil: Nullable(Timestamp()),
    /** Who brought this person here; `null` when nobody did, or when they are gone. */
    inviterId: Nullable(Id()),
  }),
  wechatIdentities: Type.Array(
    Type.Object({
      appId: Type.String(),
      openid: Type.String(),
      unionid: Nullable(Type.String()),
      createdAt: Timestamp(),
      sessionKeyUpdatedAt: Timestamp(),
    }),
  ),
  /** Pictures that WeChat has been asked about, and not answered yet. */
  avatarChecks: Type.Array(
    Type.Object({ appId: Type.String(), avatarUrl: Type.String(), askedAt: Timestamp() }),
  ),
  /** Those whom this person has brought here, and who are still here. */
  invitedIds: Type.Array(Id()),
  sessions: Type.Array(
    Type.Object({
      id: Id(),
      appId: Nullable(Type.String()),
      ip: Type.String(),
      deviceModel: Nullable(Type.String()),
      deviceSystem: Nullable(Type.String()),
      createdAt: Timestamp(),
      lastSeenAt: Timestamp(),
      expiresAt: Timestamp(),
      endedAt: Nullable(Timestamp()),
      endReason: Nullable(Type.String()),
    }),
  ),
  appeals: Type.Array(
    Type.Object({
      id: Id(),
      text: Type.String(),
      state: AppealState,
      response: Nullable(Type.String()),
      createdAt: Timestamp(),
      decidedAt: Nullable(Timestamp()),
    }),
  ),
  /** What happened to the account; the address is hidden where an admin did it, since it is theirs. */
  auditEvents: Type.Array(
    Type.Object({
      id: AuditEvent.properties.id,
      type: AuditEvent.properties.type,
      at: AuditEvent.properties.at,
      sessionId: AuditEvent.properties.sessionId,
      appId: AuditEvent.properties.appId,
      code: AuditEvent.properties.code,
      ip: Nullable(Type.String()),
      /** The admin who did it. */
      actorId: Nullable(Id()),
      /** What else was noted down of it. */
      data: Type.Unsafe<Record<string, unknown> | null>({
        type: ['object', 'null'],
        additionalProperties: true,
      }),
    }),
  ),
  /** What this person did to others as an admin. */
  adminActions: Type.Array(
    Type.Object({
      id: AuditEvent.properties.id,
      type: AuditEvent.properties.type,
      at: AuditEvent.properties.at,
      userId: Nullable(Id()),
      ip: Nullable(Type.String()),
    }),
  ),
})
export type AccountExport = Static<typeof AccountExport>
