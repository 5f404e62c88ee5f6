import { lacksChromium } from '@repo/tooling/chromium'
import { describe, expect, it } from 'vitest'
import { openOver } from './accounts.ts'
import { type Phone, pressLogin } from './phone.ts'
import { useSurroundings } from './use-surroundings.ts'

describe.skipIf(lacksChromium())('the page about this mini program', () => {
  const world = useSurroundings()
  let phone: Phone

  const title = () => phone.page.locator('[data-active] [data-part=navigation-bar]').getByRole('heading')
  const back = () => phone.page.evaluate('weappPreview.wx.navigateBack()')
  const tabs = () => phone.page.getByRole('tab').allTextContents()
  const chooseLanguage = async (row: string, language: string) => {
    await phone.press(row)
    await phone.page.getByRole('dialog').getByRole('button', { name: language }).click()
  }

  it('is open to guests, with both documents and the guide of WeChat, and asks the server nothing', async () => {
    phone = await world.openPhone()
    await phone.press('我的')
    await phone.press('关于与设置')
    await phone.see('开发版')
    await phone.see('离开手机的只有这些')
    for (const [row, route] of [
      ['用户协议', 'account/agreement/index'],
      ['隐私政策', 'account/privacy/index'],
    ] as const) {
      await phone.press(row)
      await expect.poll(() => phone.routes().then((routes) => routes.at(-1))).toBe(route)
      await back()
    }
    await phone.press('微信隐私保护指引')
    await phone.page.locator('[data-part=privacy-contract]').waitFor()
    expect(phone.requests).toEqual([])
  })

  it('gives way to what it opens where WeChat lets no more pages lie over each other', async () => {
    phone = await world.openPhone({ path: 'account/about/index' })
    for (let pages = 1; pages < 10; pages += 1) await openOver(phone, 'account/about/index')
    await phone.page.locator('[data-active]').getByText('用户协议', { exact: true }).click()
    await expect.poll(() => phone.routes().then((routes) => routes.at(-1))).toBe('account/agreement/index')
    expect(await phone.routes()).toHaveLength(10)
  })

  it('changes the language of every page at once, keeps it, and goes back to that of WeChat', async () => {
    phone = await world.openPhone({ person: 'xiaohong' })
    await pressLogin(phone)
    await phone.see('普通用户')
    await phone.press('关于与设置')
    await chooseLanguage('语言', 'English')
    await phone.see('This is all that leaves your phone')
    await expect.poll(() => title().textContent()).toBe('Settings')
    for (const document of ['Terms of Use', 'Privacy Policy']) {
      await phone.press(document)
      await expect.poll(() => title().textContent()).toBe(document)
      await back()
      await expect.poll(() => title().textContent()).toBe('Settings')
    }

    await back()
    await phone.see('Member')
    await expect.poll(() => title().textContent()).toBe('Me')
    await expect.poll(tabs).toEqual(['Home', 'Me'])
    for (const [row, words] of [
      ['Devices', 'This device'],
      ['Activity', 'Logged in'],
      ['Data & leaving', 'What is deleted'],
    ] as const) {
      await phone.press(row)
      await phone.see(words)
      await expect.poll(() => title().textContent()).toBe(row)
      await back()
      await expect.poll(() => title().textContent()).toBe('Me')
    }
    await phone.press('Home')
    await phone.see('You are logged in')

    await phone.reopen()
    await phone.press('Me')
    await phone.press('Settings')
    await chooseLanguage('Language', 'As in WeChat')
    await phone.see('离开手机的只有这些')
    await back()
    await phone.see('普通用户')
    await expect.poll(tabs).toEqual(['首页', '我的'])
  })

  it('leaves the language as it is when none is chosen', async () => {
    phone = await world.openPhone({ path: 'account/about/index' })
    await phone.press('语言')
    await phone.page.getByRole('dialog').getByRole('button', { name: '取消' }).click()
    await phone.see('跟随微信')
  })
})
