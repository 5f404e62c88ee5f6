import { lacksChromium } from '@repo/wechat-simulator/chromium'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Phone, type PhoneOptions, pressLogin, type Surroundings, startSurroundings } from './phone.ts'

const question = '使用前请先了解'
const refused = '你没有同意隐私保护指引'

describe.skipIf(lacksChromium())("WeChat's privacy question", () => {
  let world: Surroundings
  let phone: Phone
  beforeAll(async () => {
    world = await startSurroundings()
  })
  afterEach(() => phone?.close())
  afterAll(() => world?.close())

  const part = (name: string) => phone.page.locator(`[data-part="${name}"]`)
  const isAsked = () => phone.page.getByText(question).locator('visible=true').count()

  /** On the login page, with the tick, so that the phone button is WeChat's own. */
  async function openLoginPage(options: PhoneOptions) {
    phone = await world.openPhone(options)
    await phone.press('我的')
    await phone.press('去登录')
    await phone.page.getByRole('checkbox').click()
  }

  it('is asked in our words at the first press, can be refused with a way on, and comes back with the next', async () => {
    await openLoginPage({ person: 'xiaohong', privacy: 'declared' })
    await phone.press('手机号快捷登录')
    await phone.see(question)
    await phone.press('不同意')
    await phone.see(refused)
    expect(await isAsked()).toBe(0)
    expect(await part('phone-number-sheet').count()).toBe(0)

    await phone.press('手机号快捷登录')
    await phone.see(question)
    await phone.press('同意')
    await part('phone-number-sheet').waitFor()
    await phone.press('允许')
    await phone.see('普通用户')
    expect(phone.requests.filter((request) => request.includes('login'))).toEqual([
      'POST /v1/auth/phone-login',
    ])
  })

  it('leaves the login with WeChat to whoever refuses', async () => {
    await openLoginPage({ person: 'zhangwei', privacy: 'declared' })
    await phone.press('手机号快捷登录')
    await phone.press('不同意')
    await phone.press('微信一键登录')
    await phone.see('普通用户')
  })

  it('links the guide that WeChat keeps, and is still there when that is closed', async () => {
    await openLoginPage({ person: 'chenjing', privacy: 'declared' })
    await phone.press('手机号快捷登录')
    await phone.press('《隐私保护指引》')
    await part('privacy-contract').waitFor()
    await phone.press('关闭')
    await phone.see(question)
    await phone.page.locator('.sheet__shade').click({ position: { x: 20, y: 20 } })
    await phone.see(refused)
  })

  it('is not asked of whoever agrees in the sheet of the login: one press, and the number is asked for', async () => {
    phone = await world.openPhone({ person: 'chenjing', privacy: 'declared' })
    await phone.press('我的')
    await phone.press('去登录')
    await phone.press('手机号快捷登录')
    await phone.see('请先阅读并同意')
    expect(await part('phone-number-sheet').count()).toBe(0)
    await phone.press('同意并用手机号登录')
    await part('phone-number-sheet').waitFor()
    expect(await isAsked()).toBe(0)
    await phone.press('允许')
    await phone.see('普通用户')
  })

  it.each([
    ['112', '没有在隐私保护指引里写明这项用途'],
    ['104', refused],
  ] as const)('has words for errno %s at the phone button', async (phoneNumber, words) => {
    await openLoginPage({ person: 'chenjing', privacy: 'agreed', phoneNumber })
    await phone.press('手机号快捷登录')
    await phone.see(words)
    await phone.press('微信一键登录')
    await phone.see('普通用户')
  })

  it('has words where the guide names nothing', async () => {
    await openLoginPage({ person: 'chenjing', privacy: 'undeclared' })
    await phone.press('手机号快捷登录')
    await phone.see('没有在隐私保护指引里写明这项用途')
    expect(await isAsked()).toBe(0)
  })

  it('covers the clipboard: a refusal copies nothing, and the next press asks again', async () => {
    phone = await world.openPhone({ person: 'xiaohong', privacy: 'declared' })
    await pressLogin(phone)
    await phone.see('普通用户')
    expect(await isAsked()).toBe(0)
    await phone.press('复制')
    await phone.see(question)
    await phone.press('不同意')
    await phone.see(refused)
    await phone.press('复制')
    await phone.press('同意')
    await phone.page.getByRole('status').waitFor()
    await expect.poll(() => phone.page.getByText(refused).count()).toBe(0)
  })

  it('is asked once for all that wait for it', async () => {
    phone = await world.openPhone({ person: 'xiaohong', privacy: 'declared' })
    const answers = phone.page.evaluate(() => {
      const { wx } = (
        window as unknown as { weappPreview: { wx: Record<string, (options: object) => void> } }
      ).weappPreview
      const ask = () =>
        new Promise((resolve) => {
          wx.requirePrivacyAuthorize?.({ success: () => resolve('agreed'), fail: () => resolve('refused') })
        })
      return Promise.all([ask(), ask(), ask()])
    })
    await phone.see(question)
    expect(await isAsked()).toBe(1)
    await phone.press('同意')
    expect(await answers).toEqual(['agreed', 'agreed', 'agreed'])
  })
})
