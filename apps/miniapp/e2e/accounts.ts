import type { LoginResult } from '@repo/shared'
import { type Phone, type Surroundings, tick } from './phone.ts'

/** What the people of these tests type. */
export const password = 'correct horse battery'
export const newPassword = 'another horse staple'

/** Who has WeChat in a test, by these names. */
export const peopleOf = (...ids: string[]) => ids.map((id) => ({ id, name: id }))

/** Asks the API for something, as another device would. */
export async function ask(
  world: Surroundings,
  key: `${'GET' | 'POST' | 'PUT' | 'DELETE'} /v1/${string}`,
  { body, token }: { body?: object; token?: string } = {},
) {
  const [method = '', path = ''] = key.split(' ')
  const response = await fetch(world.api().url + path, {
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

/** An account with a password and nothing else. */
export async function register(world: Surroundings, username: string): Promise<LoginResult> {
  const { status, body } = await ask(world, 'POST /v1/auth/register', { body: { username, password } })
  if (status !== 200) throw new Error(`${username}: ${JSON.stringify(body)}`)
  return body
}

/** Who this username and password are; `null` where they are nobody. */
export async function whoIs(
  world: Surroundings,
  username: string,
  typed: string,
): Promise<LoginResult | null> {
  const answer = await ask(world, 'POST /v1/auth/password-login', { body: { username, password: typed } })
  return answer.status === 200 ? answer.body : null
}

/** A code of the WeChat that this person holds. */
export async function codeOf(world: Surroundings, person: string): Promise<string> {
  const { code } = (await world.simulate('POST', 'login', { appId: 'touristappid', person })) as {
    code: string
  }
  return code
}

/** Types into the field of this name. */
export const type = (phone: Phone, label: string, text: string) =>
  phone.page.locator(`[aria-label="${label}"] input`).locator('visible=true').last().fill(text)

/** Opens a page over the one that is seen, as a link would. */
export const openOver = (phone: Phone, page: string) =>
  phone.page.evaluate(`weappPreview.wx.navigateTo({ url: '/${page}' })`)

/** On the page of the login with a password: types, agrees and presses. */
export async function pressPasswordLogin(phone: Phone, username: string, typed = password): Promise<void> {
  await type(phone, '用户名', username)
  await type(phone, '密码', typed)
  await tick(phone)
  await phone.page.locator('[data-active] wx-button').getByText('登录', { exact: true }).click()
}

/** In the sheet that asks for the password: types it and confirms. */
export async function provePassword(phone: Phone, typed = password): Promise<void> {
  await phone.see('请输入登录密码，确认是你本人操作。')
  await type(phone, '密码', typed)
  await phone.press('确认')
}

export const securityPage = 'account/security/index'
export const passwordLoginPage = 'account/password-login/index'

/** Somebody who is logged in with a password, on the page of this path. */
export async function openWithPassword(
  world: Surroundings,
  username: string,
  person: string,
  page: string,
): Promise<Phone> {
  const phone = await world.openPhone({ person, path: passwordLoginPage })
  await pressPasswordLogin(phone, username)
  await phone.see('你已登录。')
  await openOver(phone, page)
  return phone
}
