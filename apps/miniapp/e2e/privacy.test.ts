import { lacksChromium } from '@repo/tooling/chromium'
import { describe, expect, it } from 'vitest'
import { logInWithWechat, type Phone, type PhoneOptions, tapCheckbox } from './phone.ts'
import { zh } from './strings.ts'
import { useE2eEnvironment } from './use-e2e-environment.ts'

const question = zh.privacyPopup.title
const refused = zh.accountErrors.privacy_denied
const undeclared = zh.accountErrors.privacy_undeclared
const phonePage = 'account/phone/index'
const profilePage = 'account/profile/index'

describe.skipIf(lacksChromium())("WeChat's privacy prompt", () => {
  const environment = useE2eEnvironment()
  let phone: Phone

  const part = (name: string) => phone.page.locator(`[data-part="${name}"]`)
  const questions = () => phone.page.getByText(question).locator('visible=true')
  const isAsked = () => questions().count()

  /** Opens a page for a logged-in user. */
  async function openAs(person: string, path: string, options: PhoneOptions = {}) {
    phone = await environment.openPhone({ user: person, privacy: 'declared', ...options })
    await logInWithWechat(phone)
    await phone.see('普通用户')
    await phone.reopen({ path })
  }

  describe('on PhonePage', () => {
    it('opens in our design at the first tap, can be declined, and opens again at the next tap', async () => {
      await openAs('xiaohong', phonePage)
      expect(await isAsked()).toBe(0)
      await tapBind()
      await questions().waitFor()
      await phone.tap(zh.privacyPopup.disagree)
      await phone.see(refused)
      expect(await isAsked()).toBe(0)
      expect(await part('phone-number-sheet').count()).toBe(0)

      await tapBind()
      await questions().waitFor()
      await phone.tap(zh.privacyPopup.agree)
      await part('phone-number-sheet').waitFor()
      await phone.tap('允许')
      await phone.see(zh.phone.bound)
      expect(await phone.page.getByText(refused).locator('visible=true').count()).toBe(0)
    })

    it('names item, purpose and document, stays open when the document closes; a tap beside it declines', async () => {
      await openAs('chenjing', phonePage)
      await tapBind()
      await phone.see(zh.privacyPopup.bodyFor(zh.privacyPopup.uses.phone))
      // WeChat's name of the document has the name of the mini program.
      await phone.tap(`《${zh.brand}小程序隐私保护指引》`)
      await part('privacy-contract').waitFor()
      await phone.tap('关闭')
      await questions().waitFor()
      await phone.page.locator('.bottom-sheet__backdrop').click({ position: { x: 20, y: 20 } })
      await phone.see(refused)
      expect(await isAsked()).toBe(0)
    })

    it('shows a message and no prompt when the guide declares nothing', async () => {
      await openAs('zhangwei', phonePage, { privacy: 'undeclared' })
      await tapBind()
      await phone.see(undeclared)
      expect(await isAsked()).toBe(0)
      expect(await part('phone-number-sheet').count()).toBe(0)
    })

    it('opens once for parallel calls, and one acceptance answers all of them', async () => {
      await openAs('zhangwei', phonePage)
      const answers = waitForThree()
      await questions().waitFor()
      expect(await isAsked()).toBe(1)
      await phone.tap(zh.privacyPopup.agree)
      expect(await answers).toEqual(['agreed', 'agreed', 'agreed'])
    })

    it('answers all parallel calls when declined, and opens again for later ones', async () => {
      await openAs('chenjing', phonePage)
      const answers = waitForThree()
      await questions().waitFor()
      await phone.tap(zh.privacyPopup.disagree)
      expect(await answers).toEqual(['refused', 'refused', 'refused'])
      await tapBind()
      await questions().waitFor()
    })
  })

  describe('on ProfilePage', () => {
    it('leaves the avatar when declined, and opens the picker when accepted later', async () => {
      await openAs('chenjing', profilePage)
      await phone.tap(zh.profile.avatar.change)
      await questions().waitFor()
      await phone.see(zh.privacyPopup.bodyFor(zh.privacyPopup.uses.avatar))
      await phone.tap(zh.privacyPopup.disagree)
      await expect.poll(isAsked).toBe(0)
      expect(await part('avatar-sheet').count()).toBe(0)

      await phone.tap(zh.profile.avatar.change)
      await questions().waitFor()
      await phone.tap(zh.privacyPopup.agree)
      await part('avatar-sheet').waitFor()
    })
  })

  describe('on LoginPage', () => {
    const openLoginPage = async (options: PhoneOptions) => {
      phone = await environment.openPhone(options)
      await phone.tap(zh.me.title)
      await phone.tap(zh.me.login)
    }

    it('is not needed: the checkbox names the guide, and the phone button accepts it', async () => {
      await openLoginPage({ user: 'chenjing', privacy: 'declared' })
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

    it('is not needed when the user accepts in the consent sheet', async () => {
      await openLoginPage({ user: 'xiaohong', privacy: 'declared' })
      await phone.tap(zh.login.phoneButton)
      await phone.see(zh.agreement.title)
      expect(await part('phone-number-sheet').count()).toBe(0)
      await phone.tap(zh.agreement.acceptWithPhone)
      await part('phone-number-sheet').waitFor()
      expect(await isAsked()).toBe(0)
      await phone.tap('允许')
      await phone.see('普通用户')
    })

    it('does not open for a WeChat login', async () => {
      await openLoginPage({ user: 'zhangwei', privacy: 'declared' })
      await tapCheckbox(phone)
      await phone.tap(zh.login.button)
      await phone.see('普通用户')
      expect(await isAsked()).toBe(0)
    })

    it.each([
      ['112', undeclared],
      ['104', refused],
    ] as const)(
      'shows a message for errno %s of the phone button, and WeChat login still works',
      async (phoneNumber, words) => {
        await openLoginPage({ user: 'chenjing', privacy: 'agreed', phoneNumber })
        await tapCheckbox(phone)
        await phone.tap(zh.login.phoneButton)
        await phone.see(words)
        await phone.tap(zh.login.button)
        await phone.see('普通用户')
      },
    )
  })

  /** Not the card title with the same text. */
  const tapBind = () => phone.page.locator('[data-active] wx-button').getByText(zh.phone.bind).click()

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
