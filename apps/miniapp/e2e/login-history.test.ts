import { lacksChromium } from '@repo/tooling/chromium'
import { describe, expect, it } from 'vitest'
import { acceptAndLogIn, logInWithWechat, type Phone, tapCheckbox } from './phone.ts'
import { en, zh } from './strings.ts'
import { useE2eEnvironment } from './use-e2e-environment.ts'

const path = 'account/login-history/index'

describe.skipIf(lacksChromium())('LoginHistoryPage', () => {
  const environment = useE2eEnvironment()
  let phone: Phone

  it('tells a guest why to log in, then shows the login', async () => {
    phone = await environment.openPhone({ user: 'xiaohong', path })
    await phone.see(zh.loginHistory.why)
    await phone.tap(zh.me.login)
    await phone.tap(zh.login.notNow)
    await expect.poll(() => phone.page.getByRole('checkbox').count()).toBe(0)
    await phone.tap(zh.me.login)
    await acceptAndLogIn(phone)
    await phone.see(zh.loginHistory.types.login)
    await phone.see('127.0.*.*')
  })

  it('is in English and fits the smallest phone with the largest text', async () => {
    const options = { person: 'xiaohong', language: 'en', textSize: 'largest', path } as const
    phone = await environment.openPhone(options, { width: 320, height: 568 })
    await phone.see(en.loginHistory.why)
    await phone.tap(en.me.login)
    await tapCheckbox(phone)
    await phone.tap(en.login.button)
    await phone.see(en.loginHistory.types.login)
    await phone.see(en.me['login-history'])
  })

  it('shows an error while the API is down, and reloads when it is back', async () => {
    phone = await environment.openPhone({ user: 'xiaohong' })
    await logInWithWechat(phone)
    await phone.see('普通用户')
    await environment.stopApi()
    await phone.tap(zh.me['login-history'])
    await phone.see(zh.errors.network_unreachable)
    await environment.restartApi()
    await phone.tap(zh.common.retry)
    await phone.see(zh.loginHistory.types.login)
  })

  it('shows that there is no network', async () => {
    phone = await environment.openPhone({ user: 'xiaohong' })
    await logInWithWechat(phone)
    await phone.see('普通用户')
    await phone.reopen({ network: 'none', path })
    await phone.see(zh.common.offline)
    await phone.see(zh.asyncContent.offline)
  })
})
