import { lacksChromium } from '@repo/tooling/chromium'
import { describe, expect, it } from 'vitest'
import { codeOf } from './accounts.ts'
import { logInWithWechat, type Phone, type PhoneOptions } from './phone.ts'
import { prefixOf, zh } from './strings.ts'
import { useE2eEnvironment } from './use-e2e-environment.ts'

const everythingWorks = zh.phone.denied

describe.skipIf(lacksChromium())('PhonePage', () => {
  const environment = useE2eEnvironment()
  let phone: Phone

  /** Logs in and opens the page. */
  async function openNumber(options: PhoneOptions): Promise<void> {
    phone = await environment.openPhone({ privacy: 'agreed', ...options })
    await logInWithWechat(phone)
    await phone.tap(zh.me.phone)
    await phone.see(zh.phone.purpose)
    await expect.poll(() => phone.requests).toContain('GET /v1/data-practices')
    phone.requests.length = 0
  }

  const sheet = () => phone.page.locator('[data-part=phone-number-sheet]')
  const bind = () => phone.page.locator('wx-button').getByText(zh.phone.bind).click()
  const numberNow = async (person: string) => (await environment.logInElsewhere(person)).user.phoneMasked

  /** Binds a number on another phone. */
  async function bindElsewhere(person: string): Promise<void> {
    const { accessToken } = await environment.logInElsewhere(person)
    const code = await environment.simulate('POST', 'phone-code', { appId: 'touristappid', person })
    await fetch(`${environment.api().url}/v1/me/phone`, {
      method: 'POST',
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ ...(code as object), proof: { code: await codeOf(environment, person) } }),
    })
  }

  it('asks a guest to log in when opened directly', async () => {
    phone = await environment.openPhone({ user: 'xiaohong', path: 'account/phone/index' })
    await phone.see(zh.phone.why)
    expect(phone.requests).toEqual([])
  })

  it('binds a number, shows it masked after a restart, changes it and removes it', async () => {
    await openNumber({ user: 'xiaohong' })
    await bind()
    await phone.tap('允许')
    await phone.see(zh.phone.bound)
    const first = await numberNow('xiaohong')
    expect(first).toMatch(/^\d{3}\*+\d{2}$/)
    expect(phone.requests.filter((request) => request.startsWith('POST'))).toEqual(['POST /v1/me/phone'])
    await phone.see(String(first))

    await phone.reopen({ path: 'account/phone/index' })
    await phone.see(String(first))
    await phone.tap(zh.phone.change)
    await phone.see(zh.phone.changeBody)
    await phone.tap(zh.phone.chooseNew)
    await phone.tap('使用其他手机号')
    await sheet().locator('input').fill('13900139077')
    await phone.tap(zh.security.save)
    await phone.tap('允许')
    await phone.see('139******77')
    expect(await numberNow('xiaohong')).toBe('139******77')

    await phone.tap(zh.phone.remove)
    await phone.see(zh.phone.removeBody)
    await phone.tap(zh.common.cancel)
    expect(await numberNow('xiaohong')).toBe('139******77')
    await phone.tap(zh.phone.remove)
    await phone.tap(zh.phone.removeConfirm)
    await phone.see(zh.phone.removed)
    await phone.see(zh.phone.purpose)
    expect(await numberNow('xiaohong')).toBeNull()
  })

  it.each(['ios', 'android', 'old'] as const)(
    'shows no error when the user denies the number as on %s, and everything else works',
    async (denial) => {
      await openNumber({ user: 'zhangwei', denial })
      await bind()
      await phone.tap('拒绝')
      await phone.see(everythingWorks)
      expect(phone.requests).toEqual([])
      expect(await phone.page.getByRole('alert').count()).toBe(0)
      await phone.page.evaluate('weappPreview.wx.switchTab({ url: "/pages/home/index" })')
      await phone.tap(zh.home.load)
      await phone.see(prefixOf(zh.home.updated))
    },
  )

  it.each([
    ['102', zh.accountErrors.phone_not_permitted],
    ['104', zh.accountErrors.privacy_denied],
    ['112', zh.accountErrors.privacy_undeclared],
    ['1400001', zh.accountErrors.phone_quota_exhausted],
    ['1421102', zh.accountErrors.phone_not_permitted],
  ] as const)('shows why WeChat returned no number for errno %s', async (phoneNumber, words) => {
    await openNumber({ user: 'zhangwei', phoneNumber })
    await bind()
    if (phoneNumber === '1400001') await phone.tap('我知道了')
    await phone.see(words)
    expect(phone.requests).toEqual([])
  })

  it('asks for the number only after the privacy prompt, which the user may decline', async () => {
    await openNumber({ user: 'xiaohong', privacy: 'declared' })
    await bind()
    await phone.see(zh.privacyPopup.title)
    await phone.tap(zh.privacyPopup.disagree)
    await phone.see(zh.accountErrors.privacy_denied)
    await bind()
    await phone.tap(zh.privacyPopup.agree)
    await phone.tap('允许')
    await phone.see(zh.phone.bound)
  })

  it('shows a message when the privacy guide does not declare the phone number', async () => {
    await openNumber({ user: 'zhangwei', privacy: 'undeclared' })
    await bind()
    await phone.see(zh.accountErrors.privacy_undeclared)
  })

  it.each([
    ['errcode 40029', zh.accountErrors.phone_code_invalid],
    ['errcode 1421102', zh.accountErrors.phone_not_permitted],
    ['errcode 48001', zh.accountErrors.phone_not_permitted],
    ['errcode 45011', zh.phone.errors.wechat_rate_limited],
    ['-1', zh.errors.wechat_unavailable],
    ['hang', zh.errors.wechat_unavailable],
  ])('shows why the number was not bound when WeChat answers the API with %s', async (fault, words) => {
    await openNumber({ user: 'zhangwei' })
    await environment.simulate('PUT', 'fault', { fault, path: '/wxa/business/getuserphonenumber' })
    await bind()
    await phone.tap('允许')
    await phone.page.getByText(words).waitFor({ timeout: 20_000 })
    expect(await numberNow('zhangwei')).toBeNull()
  })

  it('binds nothing while the API is down, and works at the next tap', async () => {
    await openNumber({ user: 'chenjing' })
    await environment.stopApi()
    await bind()
    await phone.tap('允许')
    await phone.see(zh.errors.network_unreachable)
    await environment.restartApi()
    await bind()
    await phone.tap('允许')
    await phone.see(zh.phone.bound)
  })

  it('offers a merge when another account has the number', async () => {
    await environment.simulate('PUT', 'phone', { person: 'chenjing', phoneNumber: '13800138043' })
    await bindElsewhere('chenjing')
    await environment.simulate('PUT', 'phone', { person: 'xiaoming', phoneNumber: '13800138043' })
    await openNumber({ user: 'xiaoming' })
    await bind()
    await phone.tap('允许')
    await phone.see(prefixOf(zh.phone.conflict))
    await phone.see(zh.phone.merge)
    expect(await numberNow('xiaoming')).toBeNull()
  })
})
