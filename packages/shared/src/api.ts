import { type TSchema, Type } from 'typebox'
import { AuditEvent, SessionInfo } from './account.ts'
import { AccountExport, DeleteWithProofBody } from './account-data.ts'
import {
  AdminProfileBody,
  BanBody,
  DeadJob,
  LevelBody,
  RoleBody,
  UserDetails,
  UserPage,
  UserQuery,
} from './admin.ts'
import { DataPractices } from './data-practices.ts'
import type { ErrorCode } from './errors.ts'
import { MergeBody } from './merge.ts'
import { PasswordBody, PasswordLoginBody, PasswordResetBody, RegisterBody } from './password.ts'
import { PhoneBody, PhoneLoginBody, WechatProfileBody } from './phone.ts'
import { ProofBody } from './proof.ts'
import { Id, Nullable, OneOf } from './schemas.ts'
import { LoginBody, LoginResult, RefreshBody, RefreshResult, WechatSessionBody } from './session.ts'
import { Me, ProfileBody, User } from './user.ts'
import { BindWechatBody } from './wechat-binding.ts'

/** One operation of the API. Both sides infer their types from it; the server validates and serializes by it. */
export type Endpoint = {
  summary: string
  /** `user` needs `Authorization: Bearer <access token>`, `admin` needs the one of an admin. */
  access: 'public' | 'user' | 'admin'
  /**
   * The limit per IP that counts requests. `password` is for operations that create accounts or test passwords; a password
   * login counts itself, once the device is known.
   */
  rateLimit: 'standard' | 'password' | 'refresh' | 'admin'
  params?: TSchema
  query?: TSchema
  body?: TSchema
  /** The field of the one file that the request carries as multipart/form-data, as `wx.uploadFile` sends it. */
  upload?: string
  /** Absent: the response is 204 without a body. */
  response?: TSchema
  /** The response is a file of this name, streamed because it may not fit into memory. */
  download?: string
  /** The errors that this operation can return besides those of any request. */
  errors: readonly ErrorCode[]
}

const wechatErrors = [
  'wechat_rate_limited',
  'wechat_misconfigured',
  'wechat_busy',
  'wechat_unavailable',
] as const satisfies ErrorCode[]

const exchangeErrors = [
  'code_invalid',
  'code_used',
  'wechat_login_blocked',
  'different_account',
  ...wechatErrors,
] as const satisfies ErrorCode[]

/** The errors of a rejected proof. */
const proofErrors = [
  'unknown_app',
  'credentials_invalid',
  'password_not_set',
  ...exchangeErrors,
] as const satisfies ErrorCode[]

/** The user may be banned, or may have deleted the account since WeChat identified them. */
const accountErrors = ['account_banned', 'session_revoked'] as const satisfies ErrorCode[]

const phoneErrors = [
  'phone_code_invalid',
  'phone_blocked',
  'phone_not_permitted',
  'phone_quota_exhausted',
  'account_conflict',
] as const satisfies ErrorCode[]

const uploadErrors = [
  'image_invalid',
  'image_too_large',
  'storage_unavailable',
] as const satisfies ErrorCode[]

const byId = Type.Object({ id: Id() })

/** The whole API, keyed by method and path. It only grows. */
export const api = {
  'GET /v1/data-practices': {
    summary: 'How this server handles personal data, as the privacy policy states it',
    access: 'public',
    rateLimit: 'standard',
    response: DataPractices,
    errors: [],
  },
  'POST /v1/auth/login': {
    summary: 'Register or log in with a code of wx.login',
    access: 'public',
    rateLimit: 'standard',
    body: LoginBody,
    response: LoginResult,
    errors: ['unknown_app', 'shared_account_choice', ...accountErrors, ...exchangeErrors],
  },
  'POST /v1/auth/register': {
    summary: 'Register with a username and a password; a code also binds the WeChat account',
    access: 'public',
    rateLimit: 'password',
    body: RegisterBody,
    response: LoginResult,
    errors: [
      'unknown_app',
      'password_too_common',
      'username_taken',
      ...accountErrors,
      'account_conflict',
      ...exchangeErrors,
    ],
  },
  'POST /v1/auth/password-login': {
    summary: 'Log in with a username and a password; a code also binds the WeChat account',
    access: 'public',
    rateLimit: 'standard',
    body: PasswordLoginBody,
    response: LoginResult,
    errors: [
      'unknown_app',
      'credentials_invalid',
      ...accountErrors,
      'account_conflict',
      'wechat_already_bound',
      ...exchangeErrors,
    ],
  },
  'POST /v1/auth/password-reset': {
    summary: 'Reset a forgotten password with a code of a bound WeChat account; logs out all devices',
    access: 'public',
    rateLimit: 'standard',
    body: PasswordResetBody,
    errors: ['unknown_app', 'password_not_set', 'password_too_common', 'account_banned', ...exchangeErrors],
  },
  'POST /v1/auth/phone-login': {
    summary:
      'Register or log in with a code of wx.login, which identifies the user, and bind the phone number of the other code',
    access: 'public',
    rateLimit: 'standard',
    body: PhoneLoginBody,
    response: LoginResult,
    errors: [
      'unknown_app',
      'shared_account_choice',
      ...accountErrors,
      'code_invalid',
      'code_used',
      'wechat_login_blocked',
      ...phoneErrors,
      ...wechatErrors,
    ],
  },
  'POST /v1/auth/refresh': {
    summary: 'Exchange a refresh token for new tokens',
    access: 'public',
    rateLimit: 'refresh',
    body: RefreshBody,
    response: RefreshResult,
    errors: [
      'refresh_token_invalid',
      'refresh_token_expired',
      'refresh_token_reused',
      'session_revoked',
      'account_banned',
    ],
  },
  'POST /v1/auth/logout': {
    summary: 'End this session and revoke its tokens',
    access: 'user',
    rateLimit: 'standard',
    errors: ['account_banned'],
  },
  'POST /v1/auth/logout-all': {
    summary: 'End all sessions of the user, including this one',
    access: 'user',
    rateLimit: 'standard',
    body: ProofBody,
    errors: ['account_banned', ...proofErrors],
  },
  'GET /v1/me': {
    summary: 'The user who is logged in',
    access: 'user',
    rateLimit: 'standard',
    response: Me,
    errors: ['account_banned'],
  },
  'PUT /v1/me/profile': {
    summary: 'Change fields of the profile; an absent field stays, null clears it',
    access: 'user',
    rateLimit: 'standard',
    body: ProfileBody,
    response: User,
    errors: ['account_banned', 'birthday_below_minimum_age', 'content_rejected', 'content_check_unavailable'],
  },
  'POST /v1/me/avatar': {
    summary: 'Upload an avatar: JPEG, PNG, WebP, AVIF, or the first frame of a GIF',
    access: 'user',
    rateLimit: 'standard',
    upload: 'file',
    response: User,
    errors: ['account_banned', 'content_check_unavailable', ...uploadErrors],
  },
  'DELETE /v1/me/avatar': {
    summary: 'Restore the generated avatar',
    access: 'user',
    rateLimit: 'standard',
    response: User,
    errors: ['account_banned'],
  },
  'PUT /v1/me/wechat-session': {
    summary:
      'Renew the stored session_key with a fresh code, after wx.checkSession found the current one expired',
    access: 'user',
    rateLimit: 'standard',
    body: WechatSessionBody,
    errors: ['account_banned', ...exchangeErrors],
  },
  'PUT /v1/me/password': {
    summary:
      'Set the first password and a username, or change the password; logs out all other devices and gives this session new tokens',
    access: 'user',
    rateLimit: 'standard',
    body: PasswordBody,
    response: RefreshResult,
    errors: ['account_banned', 'password_too_common', 'username_taken', 'username_immutable', ...proofErrors],
  },
  'PUT /v1/me/wechat': {
    summary: 'Bind a WeChat account that is not bound to another account',
    access: 'user',
    rateLimit: 'standard',
    body: BindWechatBody,
    response: RefreshResult,
    errors: ['account_banned', 'proof_required', 'account_conflict', 'wechat_already_bound', ...proofErrors],
  },
  'POST /v1/me/wechat/unbind': {
    summary: 'Unbind all WeChat accounts in all mini programs; the account needs a password',
    access: 'user',
    rateLimit: 'standard',
    body: ProofBody,
    response: RefreshResult,
    errors: ['account_banned', 'last_login_method', ...proofErrors],
  },
  'POST /v1/me/merge': {
    summary: 'Merge the two accounts of a conflict; the one that registered earlier stays',
    access: 'user',
    rateLimit: 'standard',
    body: MergeBody,
    response: RefreshResult,
    errors: ['account_banned', 'merge_ticket_invalid', ...proofErrors],
  },
  'POST /v1/me/phone': {
    summary: 'Bind the phone number of the phone button; replaces the previous number',
    access: 'user',
    rateLimit: 'standard',
    body: PhoneBody,
    response: RefreshResult,
    errors: ['account_banned', ...phoneErrors, 'session_key_expired', ...proofErrors],
  },
  'POST /v1/me/phone/delete': {
    summary: 'Delete the phone number',
    access: 'user',
    rateLimit: 'standard',
    body: ProofBody,
    response: RefreshResult,
    errors: ['account_banned', ...proofErrors],
  },
  'POST /v1/me/wechat-profile': {
    summary: 'Import nickname and gender from WeChat, if the user has chosen none',
    access: 'user',
    rateLimit: 'standard',
    body: WechatProfileBody,
    response: User,
    errors: ['account_banned', 'session_key_expired', 'content_check_unavailable', ...wechatErrors],
  },
  'GET /v1/me/sessions': {
    summary: 'The devices that the user is logged in on, most recently used first',
    access: 'user',
    rateLimit: 'standard',
    response: Type.Object({ sessions: Type.Array(SessionInfo) }),
    errors: ['account_banned'],
  },
  'POST /v1/me/sessions/:id/revoke': {
    summary: 'Log out a device',
    access: 'user',
    rateLimit: 'standard',
    params: byId,
    body: ProofBody,
    errors: ['account_banned', 'not_found', ...proofErrors],
  },
  'GET /v1/me/login-history': {
    summary:
      'Logins (also rejected ones and ended sessions) and changes of the login methods, newest first; without a kind, the newest page of each',
    access: 'user',
    rateLimit: 'standard',
    query: Type.Object({
      kind: Type.Optional(OneOf('logins', 'changes')),
      /** Returns the events before this one; only together with a kind. */
      before: Type.Optional(Id()),
    }),
    response: Type.Object({
      events: Type.Array(AuditEvent),
      /** `before` for the next page of logins; `null` on the last page, or if the request was for the other kind. */
      nextLogins: Nullable(Id()),
      /** The same for changes. */
      nextChanges: Nullable(Id()),
    }),
    errors: ['account_banned'],
  },
  'POST /v1/me/export': {
    summary: 'Everything that is stored about the user, as a JSON file',
    access: 'user',
    rateLimit: 'standard',
    body: ProofBody,
    response: AccountExport,
    download: 'account.json',
    errors: ['account_banned', ...proofErrors],
  },
  'POST /v1/me/delete': {
    summary: 'Delete the account permanently',
    access: 'user',
    rateLimit: 'standard',
    body: ProofBody,
    errors: ['account_banned', ...proofErrors],
  },
  'POST /v1/auth/delete': {
    summary:
      'Delete an account without a session (for example while banned); the proof identifies the account',
    access: 'public',
    rateLimit: 'password',
    body: DeleteWithProofBody,
    errors: ['not_found', 'unknown_app', 'credentials_invalid', ...exchangeErrors],
  },
  'GET /v1/admin/users': {
    summary: 'Find users, newest first',
    access: 'admin',
    rateLimit: 'admin',
    query: UserQuery,
    response: UserPage,
    errors: ['account_banned'],
  },
  'GET /v1/admin/users/:id': {
    summary: 'One user with sessions and recent events',
    access: 'admin',
    rateLimit: 'admin',
    params: byId,
    response: UserDetails,
    errors: ['account_banned', 'not_found'],
  },
  'PUT /v1/admin/users/:id/ban': {
    summary: 'Ban a user and log them out of all devices at once',
    access: 'admin',
    rateLimit: 'admin',
    params: byId,
    body: BanBody,
    errors: ['account_banned', 'not_found', 'cannot_modify_self'],
  },
  'DELETE /v1/admin/users/:id/ban': {
    summary: 'Let a banned user log in again',
    access: 'admin',
    rateLimit: 'admin',
    params: byId,
    errors: ['account_banned', 'not_found'],
  },
  'PUT /v1/admin/users/:id/role': {
    summary: 'Make a user an admin, or remove the role',
    access: 'admin',
    rateLimit: 'admin',
    params: byId,
    body: RoleBody,
    errors: ['account_banned', 'not_found', 'cannot_modify_self', ...proofErrors],
  },
  'PUT /v1/admin/users/:id/level': {
    summary: 'Set the level of a user',
    access: 'admin',
    rateLimit: 'admin',
    params: byId,
    body: LevelBody,
    errors: ['account_banned', 'not_found'],
  },
  'PUT /v1/admin/users/:id/profile': {
    summary: 'Set the nickname of a user; null restores the generated one',
    access: 'admin',
    rateLimit: 'admin',
    params: byId,
    body: AdminProfileBody,
    errors: ['account_banned', 'not_found'],
  },
  'POST /v1/admin/users/:id/avatar': {
    summary: 'Upload an avatar for a user',
    access: 'admin',
    rateLimit: 'admin',
    params: byId,
    upload: 'file',
    errors: ['account_banned', 'not_found', ...uploadErrors],
  },
  'DELETE /v1/admin/users/:id/avatar': {
    summary: 'Restore the generated avatar of a user',
    access: 'admin',
    rateLimit: 'admin',
    params: byId,
    errors: ['account_banned', 'not_found'],
  },
  'POST /v1/admin/users/:id/session-key-reset': {
    summary:
      'Have WeChat replace the session_keys of a user after a suspected leak; the user stays logged in',
    access: 'admin',
    rateLimit: 'admin',
    params: byId,
    errors: ['account_banned', 'not_found', ...wechatErrors],
  },
  'DELETE /v1/admin/users/:id/sessions': {
    summary: 'Log a user out of all devices',
    access: 'admin',
    rateLimit: 'admin',
    params: byId,
    errors: ['account_banned', 'not_found'],
  },
  'GET /v1/admin/jobs': {
    summary: 'Background jobs that failed for the last time, newest first',
    access: 'admin',
    rateLimit: 'admin',
    response: Type.Object({ jobs: Type.Array(DeadJob) }),
    errors: ['account_banned'],
  },
  'POST /v1/admin/jobs/:id/retry': {
    summary: 'Give a dead job all its attempts again',
    access: 'admin',
    rateLimit: 'admin',
    params: byId,
    errors: ['account_banned', 'not_found'],
  },
} as const satisfies Record<`${'GET' | 'POST' | 'PUT' | 'DELETE'} /v1/${string}`, Endpoint>
