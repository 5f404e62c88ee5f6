import { type Static, Type } from 'typebox'
import { Id, Nullable, OneOf, Timestamp } from './schemas.ts'

/** A device that the person is logged in on. */
export const SessionInfo = Type.Object({
  id: Id(),
  /** As the client told at login; `null` when it did not. */
  deviceModel: Nullable(Type.String()),
  deviceSystem: Nullable(Type.String()),
  /** Where it was last seen, with the end of the address hidden, such as `203.0.*.*`. */
  ipMasked: Type.String(),
  createdAt: Timestamp(),
  /** To the life of an access token: a device that is used refreshes its tokens. */
  lastSeenAt: Timestamp(),
  /** Whether it is the device that asks. */
  isCurrent: Type.Boolean(),
})
export type SessionInfo = Static<typeof SessionInfo>

/** What the audit log knows. Only grows. */
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
  'admin_access_denied',
  'account_deleted',
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
  /** The code of the error, for what was refused. */
  code: Nullable(Type.String()),
  /**
   * Why a session was ended: `logout`, `logout_all`, `device_removed`, …; how a WeChat account was bound: `phone`; which
   * operation a rejected proof or a denied access was for: `POST /v1/me/phone`, ….
   */
  reason: Nullable(Type.String()),
})
export type AuditEvent = Static<typeof AuditEvent>
