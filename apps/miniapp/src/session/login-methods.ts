import type { Conflict, LoginResult, SharedAccountChoice, User } from '@repo/shared'
import type { DeviceToken } from './device-token.ts'
import { SessionError } from './errors.ts'
import type { ApiClient } from './http-client.ts'
import type { Platform } from './platform.ts'
import { withTimeout } from './with-timeout.ts'

/** The phone's model and system, shown in the user's list of devices. */
export type Device = { model: string; system: string }

/** What each login tells the API about the mini program and the phone. */
export type ClientInfo = { appId?: string; device?: Device }

/** What a page learns from a login. */
export type LoginOutcome = {
  user: User
  isNewUser: boolean
  /** Another account of the same user, which may be merged. */
  conflict: Conflict | null
  /** The verified phone number led to an existing account, whose other devices were logged out. */
  joinedByPhone: boolean
}

/** What the login methods need. */
export type LoginContext = {
  client: ApiClient
  platform: Platform
  clientInfo: ClientInfo
  deviceToken: DeviceToken
}

/** Without a network wx.login can hang for tens of seconds. */
const loginTimeoutMs = 8_000

/** A fresh code from wx.login, valid once and for five minutes. Rejects with a SessionError. */
export async function getWechatCode(platform: Platform): Promise<string> {
  const { code } = await withTimeout(
    platform.login({ timeoutMs: loginTimeoutMs }),
    loginTimeoutMs,
    () => new SessionError('wechat_login_timeout'),
  )
  if (!code) throw new SessionError('wechat_code_missing')
  return code
}

/** `expectedUserId` makes it a silent login: the API rejects any other user and registers none. */
export async function wechatLogin(
  context: LoginContext,
  expectedUserId?: string,
  sharedAccount?: SharedAccountChoice,
): Promise<LoginResult> {
  const code = await getWechatCode(context.platform)
  const body = {
    ...clientFields(context),
    code,
    ...(expectedUserId && { expectedUserId }),
    ...(sharedAccount && { sharedAccount }),
  }
  return storeDeviceToken(context, context.client.call('POST /v1/auth/login', { body }))
}

/** Logs in with WeChat and binds the number behind the phone button's code. */
export async function phoneLogin(
  context: LoginContext,
  phoneCode: string,
  sharedAccount?: SharedAccountChoice,
): Promise<LoginResult> {
  const loginCode = await getWechatCode(context.platform)
  const body = { ...clientFields(context), loginCode, phoneCode, ...(sharedAccount && { sharedAccount }) }
  return storeDeviceToken(context, context.client.call('POST /v1/auth/phone-login', { body }))
}

/** `bindsWechat`: from now on this WeChat account logs in without the password. */
export type PasswordLogin = { username: string; password: string; bindsWechat: boolean }

export async function passwordLogin(
  context: LoginContext,
  { username, password, bindsWechat }: PasswordLogin,
): Promise<LoginResult> {
  const code = bindsWechat ? { code: await getWechatCode(context.platform) } : {}
  const body = { ...clientFields(context), ...code, username, password }
  return storeDeviceToken(context, context.client.call('POST /v1/auth/password-login', { body }))
}

const clientFields = ({ clientInfo, deviceToken }: LoginContext) => ({
  ...clientInfo,
  ...deviceToken.forBody(),
})

async function storeDeviceToken(
  { deviceToken }: LoginContext,
  response: Promise<LoginResult>,
): Promise<LoginResult> {
  const result = await response
  deviceToken.store(result.deviceToken)
  return result
}
