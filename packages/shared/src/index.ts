export type { AuditEvent, SessionInfo } from './account.ts'
export { auditEventTypes } from './account.ts'
export type {
  AdminAuditEvent,
  AdminProfileBody,
  AdminUser,
  BanBody,
  LevelBody,
  RoleBody,
  UserDetails,
  UserPage,
  UserQuery,
} from './admin.ts'
export { api, type Endpoint } from './api.ts'
export { type Conflict, type ErrorCode, errorStatus, Problem } from './errors.ts'
export type { AccountExport, EraseBody, ProvenEraseBody } from './leaving.ts'
export type { MergeBody } from './merge.ts'
export type { PasswordBody, PasswordLoginBody, PasswordResetBody, RegisterBody } from './password.ts'
export type { PhoneBody, PhoneLoginBody, PhoneResult, WechatProfileBody } from './phone.ts'
export type {
  BindWechatBody,
  LoginBody,
  LoginResult,
  RefreshBody,
  RefreshResult,
  WechatSessionBody,
} from './session.ts'
export { clientTimeoutMs, uploadTimeoutMs } from './time-budget.ts'
export type { Api, EndpointKey, PathParams, Query, RequestBody, ResponseBody } from './types.ts'
export type { Me, ProfileBody, User } from './user.ts'
