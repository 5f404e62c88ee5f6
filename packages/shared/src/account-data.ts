import { type Static, Type } from 'typebox'
import { AuditEvent } from './account.ts'
import { CodeProof } from './proof.ts'
import { EitherOf, Id, Nullable, OneOf, Text, Timestamp } from './schemas.ts'
import { User } from './user.ts'

const expectedUser = {
  /** The user that the client shows: the proof of another user is rejected. */
  expectedUserId: Type.Optional(Id()),
}

/** Proves whose account it is without a session: a fresh code of wx.login, or username and password. */
export const DeleteWithProofBody = EitherOf(
  Type.Object({ ...CodeProof.properties, ...expectedUser }),
  Type.Object({
    username: Text({ maxLength: 64 }),
    password: Text({ maxLength: 128 }),
    ...expectedUser,
  }),
)
export type DeleteWithProofBody = Static<typeof DeleteWithProofBody>

/** The same: a user who declines new documents has no session to withdraw with. */
export const WithdrawConsentBody = DeleteWithProofBody
export type WithdrawConsentBody = DeleteWithProofBody

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
    /** The newest documents that the consent of the user covers; `null` without a consent, or after its withdrawal. */
    agreementVersion: Nullable(Type.String()),
    privacyVersion: Nullable(Type.String()),
    /** Since when the user has agreed, without a withdrawal since. */
    consentSince: Nullable(Timestamp()),
  }),
  /** Each consent and each withdrawal. */
  consents: Type.Array(
    Type.Object({
      id: Id(),
      agreementVersion: Nullable(Type.String()),
      privacyVersion: Nullable(Type.String()),
      /** The login that carried it, `renewal`, or `withdrawal`. */
      method: OneOf('wechat', 'phone', 'password', 'registration', 'renewal', 'withdrawal'),
      appId: Nullable(Type.String()),
      createdAt: Timestamp(),
    }),
  ),
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
