import { type Static, Type } from 'typebox'
import { Id, Nullable, OneOf, Timestamp } from './schemas.ts'

/** A device that the user is logged in on. */
export const SessionInfo = Type.Object({
  id: Id(),
  /** As the client sent it at login; `null` if it did not. */
  deviceModel: Nullable(Type.String()),
  deviceSystem: Nullable(Type.String()),
  /** The last IP with its end hidden, such as `203.0.*.*`. */
  ipMasked: Type.String(),
  createdAt: Timestamp(),
  /** Accurate to the lifetime of an access token, since only a refresh updates it. */
  lastSeenAt: Timestamp(),
  /** Whether this device sent the request. */
  isCurrent: Type.Boolean(),
})
export type SessionInfo = Static<typeof SessionInfo>

/** The types of audit events. The list only grows. */
export const auditEventTypes = [
  'login',
  'login_rejected',
  'refresh_token_repeated',
  'refresh_token_reused',
  'proof_rejected',
  'session_revoked',
  'user_banned',
  'user_unbanned',
  'appeal_filed',
  'appeal_accepted',
  'appeal_rejected',
  'role_changed',
  'level_changed',
  'profile_changed',
  'avatar_changed',
  'content_queued',
  'content_approved',
  'content_rejected',
  'phone_bound',
  'phone_removed',
  'wechat_bound',
  'wechat_unbound',
  'password_changed',
  'accounts_merged',
  'session_keys_reset',
  'data_exported',
  'personal_data_read',
  'personal_data_revealed',
  'admin_access_denied',
  'account_deleted',
  'consent_given',
  'consent_withdrawn',
] as const

/** Something that happened to an account. */
export const AuditEvent = Type.Object({
  id: Id(),
  type: OneOf(...auditEventTypes),
  at: Timestamp(),
  sessionId: Nullable(Id()),
  ipMasked: Nullable(Type.String()),
  /** The mini program that it happened in. */
  appId: Nullable(Type.String()),
  /** The error code of what the API rejected. */
  code: Nullable(Type.String()),
  /**
   * Why a session ended (`logout`, `logout_all`, `device_removed`, …), how a WeChat account was bound (`phone`), the
   * operation of a rejected proof or a denied access (`POST /v1/me/phone`, …), or why an admin read personal data.
   */
  reason: Nullable(Type.String()),
})
export type AuditEvent = Static<typeof AuditEvent>
