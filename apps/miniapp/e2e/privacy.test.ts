import { lacksChromium } from '@repo/wechat-simulator/chromium'
import { describe, expect, it } from 'vitest'
import { logInWithWechat, type Phone, type PhoneOptions, tapCheckbox } from './phone.ts'
import { zh } from './strings.ts'
import { useE2eEnvironment } from './use-e2e-environment.ts'

const question = zh.privacyPopup.title
const refused = zh.accountErrors.privacy_denied
const undeclared = zh.accountErrors.privacy_undeclared
const phonePage = 'account/phone/index'
const profilePage = 'account/profile/index'

describe.skipIf(lacksChromium())("WeChat's privacy question", () => {
  const environment = useE2eEnvironment()
  let phone: Phone

  const part = (name: string) => phone.page.locator(`[data-part="${name}"]`)
  const questions = () => phone.page.getByText(question).locator('visible=true')
  const isAsked = () => questions().count()

  /** Somebody who is logged in, on this page of the sub-package. */
  async function openAs(person: string, path: string, options: PhoneOptions = {}) {
    phone = await environment.openPhone({ person, privacy: 'declared', ...options })
    await logInWithWechat(phone)
    await phone.see('普通用户')
    await phone.reopen({ path })
  }

  describe('on the page of the phone number', () => {
    it('is asked in our words at the first press, can be refused with a way on, and comes back with the next', async () => {
      await openAs('xiaohong', phonePage)
      expect(await isAsked()).toBe(0)
      await pressBind()
      await questions().waitFor()
      await phone.tap(zh.privacyPopup.disagree)
      await phone.see(refused)
      expect(await isAsked()).toBe(0)
      expect(await part('phone-number-sheet').count()).toBe(0)

      await pressBind()
      await questions().waitFor()
      await phone.tap(zh.privacyPopup.agree)
      await part('phone-number-sheet').waitFor()
      await phone.tap('允许')
      await phone.see(zh.phone.bound)
      expect(await phone.page.getByText(refused).locator('visible=true').count()).toBe(0)
    })

    it('links the guide that WeChat keeps, and is still there when that is closed; a press beside it refuses', async () => {
      await openAs('chenjing', phonePage)
      await pressBind()
      await phone.tap(zh.agreement.guide)
      await part('privacy-contract').waitFor()
      await phone.tap('关闭')
      await questions().waitFor()
      await phone.page.locator('.bottom-sheet__backdrop').click({ position: { x: 20, y: 20 } })
      await phone.see(refused)
      expect(await isAsked()).toBe(0)
    })

    it('has words where the guide names nothing, and asks nothing', async () => {
      await openAs('zhangwei', phonePage, { privacy: 'undeclared' })
      await pressBind()
      await phone.see(undeclared)
      expect(await isAsked()).toBe(0)
      expect(await part('phone-number-sheet').count()).toBe(0)
    })

    it('is asked once for all that wait for it, and one agreement answers them', async () => {
      await openAs('zhangwei', phonePage)
      const answers = waitForThree()
      await questions().waitFor()
      expect(await isAsked()).toBe(1)
      await phone.tap(zh.privacyPopup.agree)
      expect(await answers).toEqual(['agreed', 'agreed', 'agreed'])
    })

    it('takes one refusal for all that wait, and asks again for what comes later', async () => {
      await openAs('chenjing', phonePage)
      const answers = waitForThree()
      await questions().waitFor()
      await phone.tap(zh.privacyPopup.disagree)
      expect(await answers).toEqual(['refused', 'refused', 'refused'])
      await pressBind()
      await questions().waitFor()
    })
  })

  describe('on the page of the profile', () => {
    it('lets the picture be as it is for who refuses, and lets it be chosen for who agrees then', async () => {
      await openAs('chenjing', profilePage)
      await phone.tap(zh.profile.avatar.change)
      await questions().waitFor()
      await phone.tap(zh.privacyPopup.disagree)
      await expect.poll(isAsked).toBe(0)
      expect(await part('avatar-sheet').count()).toBe(0)

      await phone.tap(zh.profile.avatar.change)
      await questions().waitFor()
      await phone.tap(zh.privacyPopup.agree)
      await part('avatar-sheet').waitFor()
    })
  })

  describe('on the login page', () => {
    const openLoginPage = async (options: PhoneOptions) => {
      phone = await environment.openPhone(options)
      await phone.tap(zh.me.title)
      await phone.tap(zh.me.login)
    }

    it('is not needed: the tapCheckbox names the guide, and the press on the phone button accepts it', async () => {
      await openLoginPage({ person: 'chenjing', privacy: 'declared' })
      await phone.see(zh.agreement.guide)
      await tapCheckbox(phone)
      await phone.tap(zh.login.phoneButton)
      await part('phone-number-sheet').waitFor()
      expect(await isAsked()).toBe(0)
      expect(await part('privacy-sheet').count()).toBe(0)
      await phone.tap('允许')
      await phone.see('普通用户')
      expect(phone.requests.filter((request) => request.includes('login'))).toEqual([
        'POST /v1/auth/phone-login',
      ])
    })

    it('is not asked of whoever agrees in the sheet of the login: one press, and the number is asked for', async () => {
      await openLoginPage({ person: 'xiaohong', privacy: 'declared' })
      await phone.tap(zh.login.phoneButton)
      await phone.see(zh.agreement.title)
      expect(await part('phone-number-sheet').count()).toBe(0)
      await phone.tap(zh.agreement.acceptWithPhone)
      await part('phone-number-sheet').waitFor()
      expect(await isAsked()).toBe(0)
      await phone.tap('允许')
      await phone.see('普通用户')
    })

    it('does not come up behind a login with WeChat', async () => {
      await openLoginPage({ person: 'zhangwei', privacy: 'declared' })
      await tapCheckbox(phone)
      await phone.tap(zh.login.button)
      await phone.see('普通用户')
      expect(await isAsked()).toBe(0)
    })

    it.each([
      ['112', undeclared],
      ['104', refused],
    ] as const)(
      'has words for errno %s at the phone button, and leaves the login with WeChat',
      async (phoneNumber, words) => {
        await openLoginPage({ person: 'chenjing', privacy: 'agreed', phoneNumber })
        await tapCheckbox(phone)
        await phone.tap(zh.login.phoneButton)
        await phone.see(words)
        await phone.tap(zh.login.button)
        await phone.see('普通用户')
      },
    )
  })

  /** The title of the card has the same words. */
  const pressBind = () => phone.page.locator('[data-active] wx-button').getByText(zh.phone.bind).click()

  /** As several buttons and functions would at the same time. */
  const waitForThree = () =>
    phone.page.evaluate(() => {
      const { wx } = (
        window as unknown as { weappPreview: { wx: Record<string, (options: object) => void> } }
      ).weappPreview
      const ask = () =>
        new Promise((resolve) => {
          wx.requirePrivacyAuthorize?.({ success: () => resolve('agreed'), fail: () => resolve('refused') })
        })
      return Promise.all([ask(), ask(), ask()])
    })
})
