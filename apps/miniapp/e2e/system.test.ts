import { lacksChromium } from '@repo/tooling/chromium'
import { describe, expect, it } from 'vitest'
import { logInWithWechat, type Phone, tapCheckbox } from './phone.ts'
import { en, zh } from './strings.ts'
import { useE2eEnvironment } from './use-e2e-environment.ts'

const offline = zh.common.offline
const update = zh.update.title

describe.skipIf(lacksChromium())('WeChat system events', () => {
  const environment = useE2eEnvironment()
  let phone: Phone

  const isSeen = (text: string) => phone.page.getByText(text).locator('visible=true').count()
  const title = () => phone.page.locator('[data-active] [data-part="navigation-bar"]').textContent()
  const tabs = () => phone.page.getByRole('tab').allInnerTexts()

  describe('network', () => {
    it('shows the offline banner on each page until the network is back', async () => {
      phone = await environment.openPhone({ user: 'xiaohong' })
      await phone.see(zh.home.greetGuest)
      expect(await isSeen(offline)).toBe(0)
      await phone.change({ network: 'none' })
      await phone.see(offline)
      await phone.tap(zh.me.title)
      await phone.see(offline)
      await phone.tap(zh.me.login)
      await phone.see(offline)
      await phone.change({ network: 'wifi' })
      await expect.poll(() => isSeen(offline)).toBe(0)
    })

    it('shows the offline banner at launch', async () => {
      phone = await environment.openPhone({ network: 'none' })
      await phone.see(offline)
    })

    it('shows one banner and keeps the content until the network is back', async () => {
      phone = await environment.openPhone({ user: 'xiaohong' })
      await logInWithWechat(phone)
      await phone.see('普通用户')
      await phone.tap(zh.home.tab)
      await phone.change({ network: 'none' })
      await phone.tap(zh.me.title)
      await phone.see(offline)
      await phone.see('普通用户')
      expect(await phone.page.getByRole('alert').count()).toBe(0)
      phone.requests.length = 0
      await phone.change({ network: 'wifi' })
      await expect.poll(() => phone.requests).toEqual(['GET /v1/me'])
    })

    it('shows when an empty page will load, and loads it when the network is back', async () => {
      phone = await environment.openPhone({ user: 'xiaohong' })
      await logInWithWechat(phone)
      await phone.see('普通用户')
      await phone.page.waitForTimeout(500)
      await phone.change({ network: 'none' })
      await phone.tap(zh.me['login-history'])
      await phone.see(zh.asyncContent.offline)
      expect(await isSeen(zh.errors.network_unreachable)).toBe(0)
      await phone.change({ network: 'wifi' })
      await phone.see(zh.loginHistory.types.login)
    })
  })

  describe('update', () => {
    it('applies a new version when the user confirms, and stays logged in', async () => {
      phone = await environment.openPhone({ user: 'xiaohong' })
      await logInWithWechat(phone)
      await phone.see('普通用户')
      const restarted = phone.page.waitForEvent('load')
      await phone.change({ update: 'ready' })
      await phone.see(update)
      await phone.tap(zh.update.confirm)
      await restarted
      await phone.page.locator('html[data-state=ready]').waitFor()
      await phone.tap(zh.me.title)
      await phone.see('普通用户')
    })

    it.each([['ready', zh.update.cancel] as const])(
      'leaves a new version for later when the user cancels: %s',
      async (state, later) => {
        phone = await environment.openPhone({ update: state })
        await phone.see(update)
        await phone.tap(later)
        await expect.poll(() => isSeen(update)).toBe(0)
        await phone.see(zh.home.greetGuest)
      },
    )

    it('asks in English', async () => {
      phone = await environment.openPhone({ update: 'ready', language: 'en' })
      await phone.see(en.update.title)
      await phone.tap(en.update.cancel)
      await phone.see(en.home.greetGuest)
    })

    it('shows nothing when the download failed', async () => {
      phone = await environment.openPhone({ update: 'failed' })
      await phone.see(zh.home.greetGuest)
      await phone.page.waitForTimeout(1_000)
      expect(await isSeen(update)).toBe(0)
    })
  })

  describe('text size', () => {
    it('keeps numbers and dates on one line on a narrow screen', async () => {
      phone = await environment.openPhone(
        { user: 'xiaohong', privacy: 'agreed' },
        { width: 320, height: 568 },
      )
      await logInWithWechat(phone)
      await phone.tap(zh.me.phone)
      await phone.see(zh.phone.purpose)
      await phone.page.locator('[data-active] wx-button').click()
      await phone.tap('允许')
      await phone.see(zh.phone.bound)
      for (const language of ['zh_CN', 'en'] as const) {
        for (const [path, seen] of [
          ['pages/me/index', /^\d{3}\*+\d{2}$/],
          ['account/profile/index', /注册时间|Registered/],
        ] as const) {
          await phone.reopen({ language, textSize: 'largest', path })
          await phone.see(seen)
          expect(new Set(await linesOfValues()), `${path} in ${language}`).toEqual(new Set([1]))
        }
      }
    })

    /** On how many lines each row of the page that is seen has its value. */
    const linesOfValues = () =>
      phone.page.locator('[data-active] .row__value').evaluateAll((values) =>
        values.map((value) => {
          const text = document.createRange()
          text.selectNodeContents(value)
          return new Set([...text.getClientRects()].map(({ top }) => top)).size
        }),
      )
  })

  describe('language', () => {
    it('is English on every page and in every bar', async () => {
      phone = await environment.openPhone({ language: 'en', user: 'xiaohong' })
      await phone.see(en.home.greetGuest)
      await expect.poll(title).toBe(en.brand)
      await expect.poll(tabs).toEqual([en.home.tab, en.me.title])
      await phone.tap(en.me.title)
      await expect.poll(title).toBe(en.me.title)
      await phone.tap(en.me.login)
      await expect.poll(title).toBe(en.me.login)
      await tapCheckbox(phone)
      await phone.tap(en.login.button)
      await phone.tap(en.me.logout)
      await phone.tap(en.me.confirmLogout.confirm)
      await phone.see(en.me.guestName)
    })

    it('is Chinese for other languages', async () => {
      phone = await environment.openPhone({ language: 'zh_CN' })
      await phone.see(zh.home.greetGuest)
      expect(await tabs()).toEqual([zh.home.tab, zh.me.title])
    })
  })
})
