import type { LoginResult } from '@repo/shared'
import { currentConsent } from '../src/account/lib/consent.ts'
import { type E2eEnvironment, type Phone, tapCheckbox } from './phone.ts'
import { zh } from './strings.ts'

export const password = 'correct horse battery'
export const newPassword = 'another horse staple'

/** WeChat users for the simulator. */
export const wechatUsers = (...ids: string[]) => ids.map((id) => ({ id, name: id }))

/** Calls the API as another device. */
export async function ask(
  environment: E2eEnvironment,
  key: `${'GET' | 'POST' | 'PUT' | 'DELETE'} /v1/${string}`,
  { body, token }: { body?: object; token?: string } = {},
) {
  const [method = '', path = ''] = key.split(' ')
  const response = await fetch(environment.api().url + path, {
    method,
    headers: {
      ...(body && { 'content-type': 'application/json' }),
      ...(token && { authorization: `Bearer ${token}` }),
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
}

/** Registers an account without WeChat. */
export async function register(environment: E2eEnvironment, username: string): Promise<LoginResult> {
  const { status, body } = await ask(environment, 'POST /v1/auth/register', {
    body: { consent: currentConsent(), username, password },
  })
  if (status !== 200) throw new Error(`${username}: ${JSON.stringify(body)}`)
  return body
}

/** Logs in on another device; `null` if the API rejects the credentials. */
export async function tryPasswordLogin(
  environment: E2eEnvironment,
  username: string,
  typed: string,
): Promise<LoginResult | null> {
  const answer = await ask(environment, 'POST /v1/auth/password-login', {
    body: { consent: currentConsent(), username, password: typed },
  })
  return answer.status === 200 ? answer.body : null
}

/** A wx.login code of a WeChat user. */
export async function codeOf(environment: E2eEnvironment, user: string): Promise<string> {
  const { code } = (await environment.simulate('POST', 'login', { appId: 'touristappid', person: user })) as {
    code: string
  }
  return code
}

/** Types into a field by its label. */
export const type = (phone: Phone, label: string, text: string) =>
  phone.page.locator(`[aria-label="${label}"] input`).locator('visible=true').last().fill(text)

/** Opens a page on top of the visible one. */
export const openOver = (phone: Phone, page: string) =>
  phone.page.evaluate(`weappPreview.wx.navigateTo({ url: '/${page}' })`)

/** Fills in the password login page, accepts and logs in. */
export async function submitPasswordLogin(phone: Phone, username: string, typed = password): Promise<void> {
  await type(phone, zh.password.username, username)
  await type(phone, zh.password.password, typed)
  await tapCheckbox(phone)
  await phone.page
    .locator('[data-active] wx-button')
    .getByText(zh.passwordLogin.login, { exact: true })
    .click()
}

/** Fills in the password sheet and confirms. */
export async function provePassword(phone: Phone, typed = password): Promise<void> {
  await phone.see(zh.passwordSheet.body)
  await type(phone, zh.password.password, typed)
  await phone.tap(zh.passwordSheet.confirm)
}

export const securityPage = 'account/security/index'
export const passwordLoginPage = 'account/password-login/index'

/** Logs in with a password and opens a page. */
export async function openWithPassword(
  environment: E2eEnvironment,
  username: string,
  user: string,
  page: string,
): Promise<Phone> {
  const phone = await environment.openPhone({ user, path: passwordLoginPage })
  await submitPasswordLogin(phone, username)
  await phone.see(zh.home.userLead)
  await openOver(phone, page)
  return phone
}
