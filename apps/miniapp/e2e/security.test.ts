import { lacksChromium } from '@repo/tooling/chromium'
import { describe, expect, it } from 'vitest'
import {
  ask,
  codeOf,
  newPassword,
  openOver,
  openWithPassword,
  password,
  provePassword,
  register,
  securityPage,
  tryPasswordLogin,
  type,
  wechatUsers,
} from './accounts.ts'
import { logInWithWechat, type Phone, tapCheckbox } from './phone.ts'
import { retryPattern, zh } from './strings.ts'
import { useE2eEnvironment } from './use-e2e-environment.ts'

describe.skipIf(lacksChromium())('SecurityPage', () => {
  const environment = useE2eEnvironment({
    users: wechatUsers('chenjing', 'lina', 'somebody-new', 'wangqiang', 'xiaohong', 'zhangwei'),
  })
  let phone: Phone

  /** Logs in with WeChat and opens the page. */
  async function openWithWechat(person: string) {
    phone = await environment.openPhone({ user: person })
    await logInWithWechat(phone)
    await phone.see('普通用户')
    await phone.tap(zh.me.security)
    await phone.see(zh.security.unbind)
  }
  async function openForm() {
    await phone.tap(zh.security.password)
    await phone.see(zh.password.newPasswordRule)
  }

  it('tells a guest why to log in, and shows the login methods afterwards', async () => {
    phone = await environment.openPhone({ user: 'xiaohong', path: securityPage })
    await phone.see(zh.security.why)
    expect(phone.requests).toEqual([])
    await phone.tap(zh.me.login)
    await tapCheckbox(phone)
    await phone.tap(zh.login.button)
    await phone.see(zh.security.unbind)
  })

  it('sets a password that logs in elsewhere, and unbinds WeChat only then', async () => {
    await openWithWechat('zhangwei')
    await phone.tap(zh.security.unbind)
    await phone.see(zh.security.passwordFirstBody)
    await phone.tap(zh.security.passwordFirstConfirm)
    await type(phone, zh.password.username, 'ZhangWei')
    await type(phone, zh.password.newPassword, newPassword)
    await phone.tap(zh.security.save)
    await phone.see('zhangwei')
    const { user } = await environment.logInElsewhere('zhangwei')
    expect(await tryPasswordLogin(environment, 'zhangwei', newPassword)).toMatchObject({
      user: { id: user.id },
    })

    await phone.tap(zh.security.unbind)
    await phone.see(zh.security.unbindBody('zhangwei'))
    await phone.tap(zh.common.cancel)
    await phone.tap(zh.security.unbind)
    await phone.tap(zh.security.unbindConfirm)
    await phone.see(zh.security.isNotBound)
    expect((await environment.logInElsewhere('zhangwei')).isNewUser).toBe(true)
    await phone.reopen({ path: securityPage })
    await phone.see('zhangwei')

    // Another account has this WeChat by now.
    await phone.tap(zh.security.bind)
    await provePassword(phone, newPassword)
    await phone.see(zh.security.conflict)
    await phone.tap(zh.security.merge)
    await phone.see(zh.merge.proofTitle)
    await phone.tap(zh.merge.notNow)
    await phone.see(zh.security.isNotBound)
    expect(await phone.routes()).toEqual([securityPage])
  })

  it('changes a password with the current one or WeChat as proof, and logs out other devices', async () => {
    await register(environment, 'keeper')
    const elsewhere = await tryPasswordLogin(environment, 'keeper', password)
    phone = await openWithPassword(environment, 'keeper', 'lina', securityPage)
    await phone.see(zh.security.isNotBound)
    await openForm()
    await type(phone, zh.security.currentPassword, 'not this one')
    await type(phone, zh.password.newPassword, newPassword)
    await phone.tap(zh.security.save)
    await phone.see(zh.security.currentPasswordWrong)
    await type(phone, zh.security.currentPassword, password)
    await type(phone, zh.password.newPassword, 'short')
    await phone.tap(zh.security.save)
    await phone.see(zh.password.newPasswordInvalid)
    await type(phone, zh.password.newPassword, 'password1')
    await phone.tap(zh.security.save)
    await phone.see(zh.accountErrors.password_too_common)
    await type(phone, zh.password.newPassword, newPassword)
    await phone.tap(zh.security.save)
    await phone.see(zh.security.passwordSaved)
    expect(await tryPasswordLogin(environment, 'keeper', newPassword)).not.toBeNull()
    expect(await ask(environment, 'GET /v1/me', { token: elsewhere?.accessToken ?? '' })).toMatchObject({
      body: { code: 'session_revoked' },
    })

    await phone.tap(zh.security.bind)
    await provePassword(phone, 'not this one')
    await phone.see(zh.passwordSheet.wrong)
    await provePassword(phone, newPassword)
    await phone.see(zh.security.bound)
    await openForm()
    await phone.tap(zh.security.forgotPassword)
    await type(phone, zh.password.newPassword, password)
    await phone.tap(zh.security.save)
    await phone.see(zh.security.passwordSaved)
    expect(await tryPasswordLogin(environment, 'keeper', password)).not.toBeNull()
    expect((await environment.logInElsewhere('lina')).user.username).toBe('keeper')
  })

  it('rejects a taken and an invalid username', async () => {
    await register(environment, 'taken')
    await openWithWechat('chenjing')
    await openForm()
    await type(phone, zh.password.username, 'no spaces')
    await type(phone, zh.password.newPassword, newPassword)
    await phone.tap(zh.security.save)
    await phone.see(zh.security.usernameInvalid)
    await type(phone, zh.password.username, 'Taken')
    await phone.tap(zh.security.save)
    await phone.see(zh.accountErrors.username_taken)
    expect((await environment.logInElsewhere('chenjing')).user.username).toBeNull()
  })

  it('rejects another WeChat account as binding and as proof', async () => {
    const account = await register(environment, 'elsewhere')
    const code = await codeOf(environment, 'wangqiang')
    await ask(environment, 'PUT /v1/me/wechat', {
      token: account.accessToken,
      body: { code, proof: { password } },
    })
    phone = await openWithPassword(environment, 'elsewhere', 'somebody-new', securityPage)
    await phone.tap(zh.security.bind)
    await phone.tap(zh.common.cancel)
    expect(await phone.page.getByRole('alert').count()).toBe(0)
    await phone.tap(zh.security.bind)
    await provePassword(phone)
    await phone.see(zh.security.alreadyBound)
    await openForm()
    await phone.tap(zh.security.forgotPassword)
    await type(phone, zh.password.newPassword, newPassword)
    await phone.tap(zh.security.save)
    await phone.see(zh.security.differentWechat)
    expect(await tryPasswordLogin(environment, 'elsewhere', password)).not.toBeNull()
  })

  it('shows a wait after too many wrong passwords', async () => {
    await register(environment, 'guessed')
    phone = await openWithPassword(environment, 'guessed', 'lina', securityPage)
    await phone.see(zh.security.isNotBound)
    await environment.restartApi({ LIMIT_PASSWORD_PER_ACCOUNT: '1' })
    await openForm()
    for (const guess of ['first guess', 'second guess']) {
      await type(phone, zh.security.currentPassword, guess)
      await type(phone, zh.password.newPassword, newPassword)
      await phone.tap(zh.security.save)
      if (guess === 'first guess') await phone.see(zh.security.currentPasswordWrong)
    }
    await phone.see(retryPattern)
    await environment.restartApi()
  })

  it.each([
    ['-1', zh.errors.wechat_unavailable],
    ['40163', zh.errors.code_invalid],
    ['hang', zh.errors.wechat_unavailable],
  ])('binds nothing while WeChat answers %s', async (fault, words) => {
    await register(environment, `unlucky-${fault}`)
    phone = await openWithPassword(environment, `unlucky-${fault}`, 'somebody-new', securityPage)
    await environment.setFault(fault)
    await phone.tap(zh.security.bind)
    await provePassword(phone)
    await phone.see(words)
    await phone.see(zh.security.isNotBound)
    await environment.setFault(null)
  })

  it('shows an error while the API is down, and reloads when it is back', async () => {
    await openWithWechat('xiaohong')
    await environment.stopApi()
    await phone.page.evaluate('weappPreview.wx.navigateBack()')
    await openOver(phone, securityPage)
    await phone.see(zh.errors.network_unreachable)
    await environment.restartApi()
    await phone.tap(zh.common.retry)
    await phone.see(zh.security.unbind)
  })
})
