import { lacksChromium } from '@repo/tooling/chromium'
import { describe, expect, it } from 'vitest'
import { openOver } from './accounts.ts'
import { logInWithWechat, type Phone } from './phone.ts'
import { en, zh } from './strings.ts'
import { useE2eEnvironment } from './use-e2e-environment.ts'

describe.skipIf(lacksChromium())('AboutPage', () => {
  const environment = useE2eEnvironment()
  let phone: Phone

  const title = () => phone.page.locator('[data-active] [data-part=navigation-bar]').getByRole('heading')
  const back = () => phone.page.evaluate('weappPreview.wx.navigateBack()')
  const tabs = () => phone.page.getByRole('tab').allTextContents()
  const chooseLanguage = async (row: string, language: string) => {
    await phone.tap(row)
    await phone.page.getByRole('dialog').getByRole('button', { name: language }).click()
  }

  it('shows all documents to guests, and requests only what the policy needs', async () => {
    phone = await environment.openPhone()
    await phone.tap(zh.me.title)
    await phone.tap(zh.me.about)
    await phone.see(zh.about.environments.develop)
    await phone.see(zh.about.data)
    for (const [row, route] of [
      [zh.about.agreement, 'account/agreement/index'],
      [zh.about.privacy, 'account/privacy/index'],
    ] as const) {
      await phone.tap(row)
      await expect.poll(() => phone.routes().then((routes) => routes.at(-1))).toBe(route)
      await back()
    }
    await phone.tap(zh.about.guide)
    await phone.page.locator('[data-part=privacy-contract]').waitFor()
    // The policy shows what the API's configuration decides.
    expect(phone.requests).toEqual(['GET /v1/data-practices'])
  })

  it("replaces the current page when WeChat's page stack is full", async () => {
    phone = await environment.openPhone({ path: 'account/about/index' })
    for (let pages = 1; pages < 10; pages += 1) await openOver(phone, 'account/about/index')
    await phone.page.locator('[data-active]').getByText(zh.about.agreement, { exact: true }).click()
    await expect.poll(() => phone.routes().then((routes) => routes.at(-1))).toBe('account/agreement/index')
    expect(await phone.routes()).toHaveLength(10)
  })

  it('changes the language of all pages at once, keeps it after a restart, and follows WeChat again', async () => {
    phone = await environment.openPhone({ user: 'xiaohong' })
    await logInWithWechat(phone)
    await phone.see('普通用户')
    await phone.tap(zh.me.about)
    await chooseLanguage(zh.about.language, 'English')
    await phone.see(en.about.data)
    await expect.poll(() => title().textContent()).toBe(en.me.about)
    for (const document of [en.about.agreement, en.about.privacy]) {
      await phone.tap(document)
      await expect.poll(() => title().textContent()).toBe(document)
      await back()
      await expect.poll(() => title().textContent()).toBe(en.me.about)
    }

    await back()
    await phone.see(en.levels[0] ?? '')
    await expect.poll(() => title().textContent()).toBe(en.me.title)
    await expect.poll(tabs).toEqual([en.home.tab, en.me.title])
    for (const [row, words] of [
      [en.me.devices, en.devices.thisDevice],
      [en.me['login-history'], en.loginHistory.types.login],
      [en.me.data, en.data.deletedItemsTitle],
    ] as const) {
      await phone.tap(row)
      await phone.see(words)
      await expect.poll(() => title().textContent()).toBe(row)
      await back()
      await expect.poll(() => title().textContent()).toBe(en.me.title)
    }
    await phone.tap(en.home.tab)
    await phone.see(en.home.userLead)

    await phone.reopen()
    await phone.tap(en.me.title)
    await phone.tap(en.me.about)
    await chooseLanguage(en.about.language, en.about.languages.system)
    await phone.see(zh.about.data)
    await back()
    await phone.see('普通用户')
    await expect.poll(tabs).toEqual([zh.home.tab, zh.me.title])
  })

  it('keeps the language when the user cancels', async () => {
    phone = await environment.openPhone({ path: 'account/about/index' })
    await phone.tap(zh.about.language)
    await phone.page.getByRole('dialog').getByRole('button', { name: zh.common.cancel }).click()
    await phone.see(zh.about.languages.system)
  })
})
