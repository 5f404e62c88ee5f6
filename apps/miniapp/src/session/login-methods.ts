import type { Conflict, LoginResult, User } from '@repo/shared'
import type { DeviceToken } from './device-token.ts'
import type { ApiClient } from './http-client.ts'
import { LoginProblem } from './login-problem.ts'
import type { Platform } from './platform.ts'
import { withDeadline } from './with-timeout.ts'

/** What the phone says of itself, for the person's own list of devices. */
export type Device = { model: string; system: string }

/** Where a login comes from. */
export type Origin = { appId?: string; device?: Device }

/** What a page learns of a login. */
export type LoginOutcome = {
  user: User
  isNewUser: boolean
  /** Another account is the same person's, and may be joined. */
  conflict: Conflict | null
  /** The verified phone number led to an existing account, and other devices were logged out. */
  joinedByPhone: boolean
}

/** What the exchange of a code for a session goes through. */
export type ExchangeParts = {
  client: ApiClient
  platform: Platform
  origin: Origin
  deviceToken: DeviceToken
}

/** Without a network wx.login can sit for tens of seconds. */
const loginTimeoutMs = 8_000

/** A fresh code of wx.login. It works once, for five minutes. Rejects with a LoginProblem. */
export async function wechatCode(platform: Platform): Promise<string> {
  const { code } = await withDeadline(
    platform.login({ timeoutMs: loginTimeoutMs }),
    loginTimeoutMs,
    () => new LoginProblem('wechat_login_timeout'),
  )
  if (!code) throw new LoginProblem('wechat_code_missing')
  return code
}

/**
 * Asks WeChat for a code and our API for a session in return. With `expectedUserId` it is a silent login: whoever
 * else stands behind the code is refused, and nobody is registered.
 */
export async function exchangeCode(parts: ExchangeParts, expectedUserId?: string): Promise<LoginResult> {
  const code = await wechatCode(parts.platform)
  const body = { ...startOf(parts), code, ...(expectedUserId === undefined ? {} : { expectedUserId }) }
  return arrived(parts, parts.client.call('POST /v1/auth/login', { body }))
}

/** The same with the code of a phone button: who logs in has a number at once. */
export async function exchangePhoneCode(parts: ExchangeParts, phoneCode: string): Promise<LoginResult> {
  const loginCode = await wechatCode(parts.platform)
  const body = { ...startOf(parts), loginCode, phoneCode }
  return arrived(parts, parts.client.call('POST /v1/auth/phone-login', { body }))
}

/** What a person logs in with who has a password. `bindsWechat`: from now on this WeChat logs in without it. */
export type PasswordLogin = { username: string; password: string; bindsWechat: boolean }

export async function exchangePassword(
  parts: ExchangeParts,
  { username, password, bindsWechat }: PasswordLogin,
): Promise<LoginResult> {
  const code = bindsWechat ? { code: await wechatCode(parts.platform) } : {}
  const body = { ...startOf(parts), ...code, username, password }
  return arrived(parts, parts.client.call('POST /v1/auth/password-login', { body }))
}

/** What every login says of this phone. */
const startOf = ({ origin, deviceToken }: ExchangeParts) => ({ ...origin, ...deviceToken.forBody() })

async function arrived({ deviceToken }: ExchangeParts, answer: Promise<LoginResult>): Promise<LoginResult> {
  const result = await answer
  deviceToken.store(result.deviceToken)
  return result
}
