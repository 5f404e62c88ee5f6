import { lacksChromium } from '@repo/tooling/chromium'
import { describe, expect, it } from 'vitest'
import { type Phone, type PhoneOptions, pressLogin, tick } from './phone.ts'
import { useSurroundings } from './use-surroundings.ts'

const question = '使用前请先了解'
const refused = '你没有同意隐私保护指引'
const undeclared = '隐私保护指引里还没有写明这项用途'
const phonePage = 'account/phone/index'
const profilePage = 'account/profile/index'

describe.skipIf(lacksChromium())("WeChat's privacy question", () => {
  const world = useSurroundings()
  let phone: Phone

  const part = (name: string) => phone.page.locator(`[data-part="${name}"]`)
  const questions = () => phone.page.getByText(question).locator('visible=true')
  const isAsked = () => questions().count()

  /** Somebody who is logged in, on this page of the sub-package. */
  async function openAs(person: string, path: string, options: PhoneOptions = {}) {
    phone = await world.openPhone({ person, privacy: 'declared', ...options })
    await pressLogin(phone)
    await phone.see('普通用户')
    await phone.reopen({ path })
  }

  describe('on the page of the phone number', () => {
    it('is asked in our words at the first press, can be refused with a way on, and comes back with the next', async () => {
      await openAs('xiaohong', phonePage)
      expect(await isAsked()).toBe(0)
      await pressBind()
      await questions().waitFor()
      await phone.press('不同意')
      await phone.see(refused)
      expect(await isAsked()).toBe(0)
      expect(await part('phone-number-sheet').count()).toBe(0)

      await pressBind()
      await questions().waitFor()
      await phone.press('同意')
      await part('phone-number-sheet').waitFor()
      await phone.press('允许')
      await phone.see('已绑定的手机号')
      expect(await phone.page.getByText(refused).locator('visible=true').count()).toBe(0)
    })

    it('links the guide that WeChat keeps, and is still there when that is closed; a press beside it refuses', async () => {
      await openAs('chenjing', phonePage)
      await pressBind()
      await phone.press('《隐私保护指引》')
      await part('privacy-contract').waitFor()
      await phone.press('关闭')
      await questions().waitFor()
      await phone.page.locator('.sheet__shade').click({ position: { x: 20, y: 20 } })
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
      await phone.press('同意')
      expect(await answers).toEqual(['agreed', 'agreed', 'agreed'])
    })

    it('takes one refusal for all that wait, and asks again for what comes later', async () => {
      await openAs('chenjing', phonePage)
      const answers = waitForThree()
      await questions().waitFor()
      await phone.press('不同意')
      expect(await answers).toEqual(['refused', 'refused', 'refused'])
      await pressBind()
      await questions().waitFor()
    })
  })

  describe('on the page of the profile', () => {
    it('lets the picture be as it is for who refuses, and lets it be chosen for who agrees then', async () => {
      await openAs('chenjing', profilePage)
      await phone.press('更换头像')
      await questions().waitFor()
      await phone.press('不同意')
      await expect.poll(isAsked).toBe(0)
      expect(await part('avatar-sheet').count()).toBe(0)

      await phone.press('更换头像')
      await questions().waitFor()
      await phone.press('同意')
      await part('avatar-sheet').waitFor()
    })
  })

  describe('on the login page', () => {
    const openLoginPage = async (options: PhoneOptions) => {
      phone = await world.openPhone(options)
      await phone.press('我的')
      await phone.press('去登录')
    }

    it('is not needed: the tick names the guide, and the press on the phone button accepts it', async () => {
      await openLoginPage({ person: 'chenjing', privacy: 'declared' })
      await phone.see('《隐私保护指引》')
      await tick(phone)
      await phone.press('手机号快捷登录')
      await part('phone-number-sheet').waitFor()
      expect(await isAsked()).toBe(0)
      expect(await part('privacy-sheet').count()).toBe(0)
      await phone.press('允许')
      await phone.see('普通用户')
      expect(phone.requests.filter((request) => request.includes('login'))).toEqual([
        'POST /v1/auth/phone-login',
      ])
    })

    it('is not asked of whoever agrees in the sheet of the login: one press, and the number is asked for', async () => {
      await openLoginPage({ person: 'xiaohong', privacy: 'declared' })
      await phone.press('手机号快捷登录')
      await phone.see('请先阅读并同意')
      expect(await part('phone-number-sheet').count()).toBe(0)
      await phone.press('同意并用手机号登录')
      await part('phone-number-sheet').waitFor()
      expect(await isAsked()).toBe(0)
      await phone.press('允许')
      await phone.see('普通用户')
    })

    it('does not come up behind a login with WeChat', async () => {
      await openLoginPage({ person: 'zhangwei', privacy: 'declared' })
      await tick(phone)
      await phone.press('微信一键登录')
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
        await tick(phone)
        await phone.press('手机号快捷登录')
        await phone.see(words)
        await phone.press('微信一键登录')
        await phone.see('普通用户')
      },
    )
  })

  /** The title of the card has the same words. */
  const pressBind = () => phone.page.locator('[data-active] wx-button').getByText('绑定手机号').click()

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
