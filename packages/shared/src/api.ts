import type { TSchema } from 'typebox'
import type { ErrorCode } from './errors.ts'
import { LoginBody, LoginResult, RefreshBody, RefreshResult, WechatSessionBody } from './session.ts'
import { User } from './user.ts'

/** One operation of the API. Both sides infer their types from it; the server validates and serializes by it. */
export type Endpoint = {
  summary: string
  /** `user` needs `Authorization: Bearer <access token>`. */
  access: 'public' | 'user'
  body?: TSchema
  /** Absent: the answer is 204 without a body. */
  response?: TSchema
  /** What this operation can answer with besides the errors that any request can meet. */
  errors: readonly ErrorCode[]
}

const exchangeErrors = [
  'code_invalid',
  'code_used',
  'wechat_login_blocked',
  'different_account',
  'wechat_rate_limited',
  'wechat_misconfigured',
  'wechat_busy',
  'wechat_unavailable',
] as const satisfies ErrorCode[]

/** The whole API, keyed by what travels in the first line of the request. It only grows. */
export const api = {
  'POST /v1/auth/login': {
    summary: 'Register or log in with a code of wx.login',
    access: 'public',
    body: LoginBody,
    response: LoginResult,
    errors: ['unknown_app', 'account_banned', ...exchangeErrors],
  },
  'POST /v1/auth/refresh': {
    summary: 'Exchange a refresh token for new tokens',
    access: 'public',
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
    summary: 'End this session; its tokens work no longer',
    access: 'user',
    errors: [],
  },
  'GET /v1/me': {
    summary: 'The user who is logged in',
    access: 'user',
    response: User,
    errors: ['account_banned'],
  },
  'PUT /v1/me/wechat-session': {
    summary:
      "Renew the stored session_key with a fresh code, after wx.checkSession found WeChat's own to be dead",
    access: 'user',
    body: WechatSessionBody,
    errors: ['account_banned', ...exchangeErrors],
  },
} as const satisfies Record<`${'GET' | 'POST' | 'PUT' | 'DELETE'} /v1/${string}`, Endpoint>
