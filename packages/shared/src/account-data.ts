import { type Static, Type } from 'typebox'
import { AuditEvent } from './account.ts'
import { AppealState } from './appeals.ts'
import { Id, Nullable, NullableOneOf, OneOf, Timestamp } from './schemas.ts'
import { User } from './user.ts'

/** Everything that the API stores about a user, and nothing about other users: no id of an inviter, an invited user or an admin. */
export const AccountExport = Type.Object({
  exportedAt: Timestamp(),
  user: Type.Object({
    ...User.properties,
    lastLoginIp: Type.String(),
    hasPassword: Type.Boolean(),
    /** The full number, such as `+8613800138000`. */
    phone: Nullable(Type.String()),
    phoneBoundAt: Nullable(Timestamp()),
    bannedReason: Nullable(Type.String()),
    bannedUntil: Nullable(Timestamp()),
    /** Whether a user who still has an account invited this one. */
    wasInvited: Type.Boolean(),
    /** How many users this one invited who still have an account. */
    invitedCount: Type.Integer(),
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
  /** Avatars whose check by WeChat is pending. */
  avatarChecks: Type.Array(
    Type.Object({ appId: Type.String(), avatarUrl: Type.String(), askedAt: Timestamp() }),
  ),
  /** Content that waits for an admin's review, or that was rejected: never the content itself. */
  contentReviews: Type.Array(
    Type.Object({
      kind: OneOf('nickname', 'avatar'),
      /** WeChat's: `risky` or `review`; `null` where it gave none. */
      verdict: Nullable(Type.String()),
      traceId: Nullable(Type.String()),
      appId: Nullable(Type.String()),
      submittedAt: Timestamp(),
      /** `approved`, `rejected`; `null` while it waits. */
      decision: NullableOneOf('approved', 'rejected'),
      decidedAt: Nullable(Timestamp()),
    }),
  ),
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
  /** What happened to the account. The IP of an admin's action is hidden, since it is the admin's. */
  auditEvents: Type.Array(
    Type.Object({
      id: AuditEvent.properties.id,
      type: AuditEvent.properties.type,
      at: AuditEvent.properties.at,
      sessionId: AuditEvent.properties.sessionId,
      appId: AuditEvent.properties.appId,
      code: AuditEvent.properties.code,
      ip: Nullable(Type.String()),
      /** Whether an admin did it. */
      byAdmin: Type.Boolean(),
      /** Further details of the event. */
      data: Type.Unsafe<Record<string, unknown> | null>({
        type: ['object', 'null'],
        additionalProperties: true,
      }),
    }),
  ),
  /** What this user did as an admin. */
  adminActions: Type.Array(
    Type.Object({
      id: AuditEvent.properties.id,
      type: AuditEvent.properties.type,
      at: AuditEvent.properties.at,
      ip: Nullable(Type.String()),
    }),
  ),
})
export type AccountExport = Static<typeof AccountExport>
