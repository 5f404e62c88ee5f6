export type { AuditEvent, SessionInfo } from './account.ts'
export { auditEventTypes } from './account.ts'
export type { AccountExport, DeleteWithProofBody } from './account-data.ts'
export type {
  AdminAuditEvent,
  AdminProfileBody,
  AdminUser,
  BanBody,
  DeadJob,
  LevelBody,
  RoleBody,
  UserDetails,
  UserPage,
  UserQuery,
} from './admin.ts'
export { api, type Endpoint } from './api.ts'
export type { DataPractices } from './data-practices.ts'
export { errorsOf } from './endpoint-errors.ts'
export { type Conflict, type ErrorCode, errorStatus, Problem, type SharedAccount } from './errors.ts'
export type { MergeBody } from './merge.ts'
export type { PasswordBody, PasswordLoginBody, PasswordResetBody, RegisterBody } from './password.ts'
export { type PersonalDataCategory, personalDataCategories } from './personal-data.ts'
export type { PhoneBody, PhoneLoginBody, WechatProfileBody } from './phone.ts'
export type { Proof, ProofBody } from './proof.ts'
export type {
  LoginBody,
  LoginResult,
  RefreshBody,
  RefreshResult,
  SharedAccountChoice,
  WechatSessionBody,
} from './session.ts'
export { clientTimeoutMs, uploadTimeoutMs } from './time-budget.ts'
export type { Api, EndpointKey, PathParams, Query, RequestBody, ResponseBody } from './types.ts'
export type { Me, ProfileBody, User } from './user.ts'
export type { BindWechatBody } from './wechat-binding.ts'
