import { lacksChromium } from '@repo/tooling/chromium'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  ask,
  codeOf,
  newPassword,
  openOver,
  password,
  passwordLoginPage,
  register,
  submitPasswordLogin,
  tryPasswordLogin,
  type,
  wechatUsers,
} from './accounts.ts'
import type { Phone } from './phone.ts'
import { prefixOf, retryPattern, zh } from './strings.ts'
import { useE2eEnvironment } from './use-e2e-environment.ts'

describe.skipIf(lacksChromium())('password login', () => {
  const environment = useE2eEnvironment({
    users: wechatUsers(
      'another-person',
      'lina',
      'person-who-binds',
      'person-who-forgets',
      'person-with-account',
      'somebody-new',
    ),
  })
  let phone: Phone
  beforeAll(async () => {
    await register(environment, 'reviewer')
  })

  const bindSwitch = () => phone.page.getByRole('switch', { name: zh.passwordLogin.bindTitle })

  it('returns to the page that opened the login, which then loads', async () => {
    phone = await environment.openPhone({ user: 'lina' })
    await phone.tap(zh.home.load)
    await phone.see(zh.login.button)
    await openOver(phone, passwordLoginPage)
    await submitPasswordLogin(phone, 'reviewer')
    await phone.see(prefixOf(zh.home.updated))
    expect(await phone.routes()).toEqual(['pages/home/index'])
    expect(phone.requests.filter((request) => request === 'GET /v1/me')).toHaveLength(1)
  })

  it('returns to the login page and to the page below it when the user leaves', async () => {
    phone = await environment.openPhone({ user: 'lina' })
    await phone.tap(zh.home.load)
    await phone.see(zh.login.button)
    await openOver(phone, passwordLoginPage)
    await phone.see(zh.passwordLogin.lead)
    await phone.tap(zh.login.notNow)
    await expect.poll(() => phone.routes()).toEqual(['pages/home/index', 'account/login/index'])
    await phone.tap(zh.login.notNow)
    await expect.poll(() => phone.routes()).toEqual(['pages/home/index'])
    expect(phone.requests).toEqual([])
  })

  it('opens the home tab or the page below when opened directly, and survives a restart', async () => {
    phone = await environment.openPhone({ user: 'lina', path: passwordLoginPage })
    await submitPasswordLogin(phone, 'Reviewer')
    await phone.see(zh.home.userLead)
    expect(await phone.routes()).toEqual(['pages/home/index'])
    await phone.tap(zh.me.title)
    await phone.tap(zh.me.logout)
    await phone.tap(zh.me.confirmLogout.confirm)
    await phone.see(zh.me.guestName)
    await openOver(phone, passwordLoginPage)
    await submitPasswordLogin(phone, 'reviewer')
    await phone.see('普通用户')
    expect(await phone.routes()).toEqual(['pages/me/index'])
    await phone.reopen()
    await phone.see(zh.home.userLead)
    // The switch was off, so WeChat must not be bound.
    expect((await environment.logInElsewhere('lina')).user.username).toBeNull()
  })

  it('asks for consent first, and continues after it', async () => {
    phone = await environment.openPhone({ user: 'lina', path: passwordLoginPage })
    await type(phone, zh.password.username, 'reviewer')
    await type(phone, zh.password.password, password)
    await phone.page
      .locator('[data-active] wx-button')
      .getByText(zh.passwordLogin.login, { exact: true })
      .click()
    await phone.see(zh.agreement.title)
    expect(phone.requests).toEqual([])
    await phone.tap(zh.agreement.reject)
    await phone.page
      .locator('[data-active] wx-button')
      .getByText(zh.passwordLogin.login, { exact: true })
      .click()
    await phone.tap(zh.agreement.accept)
    await phone.see(zh.home.userLead)
  })

  it('shows an error for wrong credentials, and a wait after too many', async () => {
    phone = await environment.openPhone({ user: 'lina', path: passwordLoginPage })
    await submitPasswordLogin(phone, 'reviewer', 'not this one')
    await phone.see(zh.accountErrors.credentials_invalid)
    await environment.restartApi({ LIMIT_PASSWORD_PER_ACCOUNT: '1' })
    for (const guess of ['first guess', 'second guess']) {
      await type(phone, zh.password.password, guess)
      await phone.page
        .locator('[data-active] wx-button')
        .getByText(zh.passwordLogin.login, { exact: true })
        .click()
    }
    await phone.see(retryPattern)
    await environment.restartApi()
    expect(await phone.routes()).toEqual([passwordLoginPage])
  })

  it('tells a banned user the reason, on the open page and at the next login', async () => {
    const admin = await register(environment, 'the-chief')
    const banned = await register(environment, 'the-banned')
    await environment.grantAdmin(admin.user.id)
    const { accessToken: token } = (await tryPasswordLogin(environment, 'the-chief', password)) ?? {
      accessToken: '',
    }
    phone = await environment.openPhone({ user: 'lina', path: passwordLoginPage })
    await submitPasswordLogin(phone, 'the-banned')
    await phone.see(zh.home.userLead)
    const ban = { token, body: { reason: '发布广告' } }
    expect((await ask(environment, `PUT /v1/admin/users/${banned.user.id}/ban`, ban)).status).toBe(204)
    await phone.tap(zh.me.title)
    await phone.see(zh.errors.account_banned)
    await phone.see(zh.reason('发布广告'))
    await phone.reopen({ path: passwordLoginPage })
    await submitPasswordLogin(phone, 'the-banned')
    await phone.see(zh.errors.account_banned)
    await phone.see(zh.reason('发布广告'))
  })

  it('binds this WeChat account when the user switches it on', async () => {
    const { user } = await register(environment, 'binder')
    phone = await environment.openPhone({ user: 'person-who-binds', path: passwordLoginPage })
    await bindSwitch().click()
    await submitPasswordLogin(phone, 'binder')
    await phone.see(zh.home.userLead)
    expect((await environment.logInElsewhere('person-who-binds')).user.id).toBe(user.id)

    // Another phone, with another WeChat.
    await phone.close()
    phone = await environment.openPhone({ user: 'another-person', path: passwordLoginPage })
    await bindSwitch().click()
    await submitPasswordLogin(phone, 'binder')
    await phone.see(zh.passwordLogin.alreadyBound)
    await bindSwitch().click()
    await phone.page
      .locator('[data-active] wx-button')
      .getByText(zh.passwordLogin.login, { exact: true })
      .click()
    await phone.see(zh.home.userLead)
  })

  it('offers to log in without binding, or to merge, when this WeChat is bound elsewhere', async () => {
    await register(environment, 'collider')
    await environment.logInElsewhere('person-with-account')
    phone = await environment.openPhone({ user: 'person-with-account', path: passwordLoginPage })
    await bindSwitch().click()
    await submitPasswordLogin(phone, 'collider')
    await phone.see(zh.passwordLogin.conflict)
    await phone.tap(zh.passwordLogin.withoutBinding)
    await phone.see(zh.home.userLead)
    await phone.tap(zh.me.title)
    await phone.tap(zh.me.logout)
    await phone.tap(zh.me.confirmLogout.confirm)
    await phone.tap(zh.me.login)
    await openOver(phone, passwordLoginPage)
    await bindSwitch().click()
    await submitPasswordLogin(phone, 'collider')
    await phone.tap(zh.passwordLogin.mergeAfterLogin)
    await phone.see(zh.merge.proofTitle)
    expect(await phone.routes()).toEqual(['pages/me/index', 'account/merge/index'])
    await phone.tap(zh.merge.notNow)
    await phone.see('普通用户')
  })

  it('works again after a password reset by WeChat', async () => {
    const { accessToken: token } = await register(environment, 'forgetful')
    const code = await codeOf(environment, 'person-who-forgets')
    await ask(environment, 'PUT /v1/me/wechat', { token, body: { code, proof: { password } } })
    phone = await environment.openPhone({ user: 'person-who-forgets', path: passwordLoginPage })
    await phone.tap(zh.passwordLogin.forgotPassword)
    await type(phone, zh.password.newPassword, 'short')
    await phone.tap(zh.passwordReset.reset)
    await phone.see(zh.password.newPasswordInvalid)
    await type(phone, zh.password.newPassword, 'password1')
    await phone.tap(zh.passwordReset.reset)
    await phone.see(zh.accountErrors.password_too_common)
    await type(phone, zh.password.newPassword, newPassword)
    await phone.tap(zh.passwordReset.reset)
    await phone.see(zh.passwordReset.doneTitle)
    await phone.tap(zh.passwordReset.login)
    await submitPasswordLogin(phone, 'forgetful', newPassword)
    await phone.see(zh.home.userLead)
    expect(await ask(environment, 'GET /v1/me', { token })).toMatchObject({
      body: { code: 'session_revoked' },
    })
    expect(await tryPasswordLogin(environment, 'forgetful', password)).toBeNull()
  })

  it('rejects a reset without a password or while WeChat is down', async () => {
    phone = await environment.openPhone({ user: 'somebody-new', path: 'account/password-reset/index' })
    await type(phone, zh.password.newPassword, newPassword)
    await phone.tap(zh.passwordReset.reset)
    await phone.see(zh.passwordReset.notSet)
    await environment.setFault('reset')
    await phone.tap(zh.passwordReset.reset)
    await phone.see(zh.errors.wechat_unavailable)
    await environment.setFault(null)
    await phone.tap(zh.common.cancel)
    await phone.see(zh.home.greetGuest)
  })
})
