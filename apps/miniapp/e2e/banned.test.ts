import type { LoginResult } from '@repo/shared'
import { lacksChromium } from '@repo/tooling/chromium'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  ask,
  codeOf,
  password,
  passwordLoginPage,
  register,
  submitPasswordLogin,
  type,
  wechatUsers,
} from './accounts.ts'
import { type Phone, tapCheckbox } from './phone.ts'
import { zh } from './strings.ts'
import { useE2eEnvironment } from './use-e2e-environment.ts'

const reason = '发布广告'
const loginPage = 'account/login/index'

describe.skipIf(lacksChromium())('BannedPage', () => {
  const environment = useE2eEnvironment({ users: wechatUsers('admin', 'one', 'two', 'three') })
  let admin: LoginResult
  let phone: Phone
  beforeAll(async () => {
    const { user } = await environment.logInElsewhere('admin')
    await environment.grantAdmin(user.id)
    admin = await environment.logInElsewhere('admin')
  })

  const asAdmin = (key: Parameters<typeof ask>[1], body?: object) =>
    ask(environment, key, { token: admin.accessToken, ...(body && { body }) })
  const ban = async (id: string) =>
    expect((await asAdmin(`PUT /v1/admin/users/${id}/ban`, { reason, note: 'internal' })).status).toBe(204)
  const openAppeals = async () =>
    (await asAdmin('GET /v1/admin/appeals')).body.appeals as { id: string; userId: string; text: string }[]
  const tapLogin = () =>
    phone.page.locator('[data-active] wx-button').getByText(zh.login.button, { exact: true }).click()

  /** A failed login shows the reason and leads to the notice. */
  async function openNotice(person: string): Promise<string> {
    const { user } = await environment.logInElsewhere(person)
    await ban(user.id)
    phone = await environment.openPhone({ user: person, path: loginPage })
    await tapCheckbox(phone)
    await tapLogin()
    await phone.see(zh.reason(reason))
    await phone.tap(zh.banNotice)
    await phone.see(zh.banned.lead)
    return user.id
  }

  async function writeAppeal(text: string): Promise<void> {
    await phone.page
      .locator(`[aria-label="${zh.banned.appealLabel}"] textarea`)
      .locator('visible=true')
      .last()
      .fill(text)
    await phone.tap(zh.banned.submit)
  }

  it('takes an appeal that is rejected, another that is accepted, and the user logs in again', async () => {
    const id = await openNotice('one')
    await phone.tap(zh.banned.appeal)
    await writeAppeal('我没有发布广告')
    await phone.see(zh.banned.openTitle)
    const [first] = await openAppeals()
    expect(first).toMatchObject({ userId: id, text: '我没有发布广告' })
    await asAdmin(`POST /v1/admin/appeals/${first?.id ?? ''}/reject`, { response: '聊天记录属实' })

    await phone.reopen({ path: 'account/banned/index' })
    await phone.see(zh.banned.response('聊天记录属实'))
    await writeAppeal('请再核实一次')
    await phone.see(zh.banned.openTitle)
    const [second] = await openAppeals()
    expect((await asAdmin(`POST /v1/admin/appeals/${second?.id ?? ''}/accept`)).status).toBe(204)

    await phone.reopen({ path: loginPage })
    await tapCheckbox(phone)
    await tapLogin()
    await phone.see(zh.home.userLead)
    expect((await environment.logInElsewhere('one')).user.id).toBe(id)
  })

  it('exports and deletes, and opens customer service', async () => {
    const id = await openNotice('two')
    await phone.tap(zh.support)
    await phone.page.getByRole('dialog').getByRole('button', { name: '关闭' }).click()
    await phone.tap(zh.banned.export)
    await phone.tap(zh.data.export)
    await phone.see(zh.data.exportedAt)
    await phone.tap(zh.banned.delete)
    await tapCheckbox(phone)
    await phone.page
      .getByRole('button', { name: zh.data.deleteAccount })
      .locator('visible=true')
      .last()
      .click()
    await phone.page.getByRole('dialog').getByRole('button', { name: zh.data.deleteConfirm }).click()
    await phone.see(zh.data.deletedBody)
    expect((await asAdmin(`GET /v1/admin/users/${id}?reason=test`)).body.user.status).toBe('deleted')
  })

  it('asks for the password of an account that logs in with one', async () => {
    const { user } = await register(environment, 'banned-ada')
    await ban(user.id)
    phone = await environment.openPhone({ user: 'three', path: passwordLoginPage })
    await submitPasswordLogin(phone, 'banned-ada')
    await phone.tap(zh.banNotice)
    await phone.see(zh.banned.passwordLead)
    await type(phone, zh.password.username, 'banned-ada')
    await type(phone, zh.password.password, 'wrong wrong wrong')
    await phone.tap(zh.banned.prove)
    await phone.see(zh.accountErrors.credentials_invalid)
    expect(await phone.page.getByText(zh.banned.lead).count()).toBe(0)
    await type(phone, zh.password.password, password)
    await phone.tap(zh.banned.prove)
    await phone.see(zh.banned.lead)
    // A code of this WeChat proves another account, which is not banned.
    const { accessToken: token } = await environment.logInElsewhere('three')
    expect((await ask(environment, 'GET /v1/me', { token })).status).toBe(200)
    const body = { code: await codeOf(environment, 'three') }
    expect((await ask(environment, 'POST /v1/auth/ban-notice', { body })).body.code).toBe('not_banned')
  })
})
