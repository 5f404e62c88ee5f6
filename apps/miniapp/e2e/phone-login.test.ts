import { lacksChromium } from '@repo/tooling/chromium'
import { describe, expect, it } from 'vitest'
import { type Phone, type PhoneOptions, tapCheckbox } from './phone.ts'
import { prefixOf, zh } from './strings.ts'
import { useE2eEnvironment } from './use-e2e-environment.ts'

const login = 'POST /v1/auth/phone-login'

describe.skipIf(lacksChromium())('phone login', () => {
  const environment = useE2eEnvironment()
  let phone: Phone

  const count = (request: string) => phone.requests.filter((sent) => sent === request).length

  /** Taps the phone button on the login page, with the consent. */
  async function tapPhoneButton(options: PhoneOptions) {
    phone = await environment.openPhone({ privacy: 'agreed', ...options })
    await phone.tap(zh.me.title)
    await phone.tap(zh.me.login)
    await tapCheckbox(phone)
    await phone.tap(zh.login.phoneButton)
  }

  it('logs in with one more tap than WeChat login, and binds the number', async () => {
    await tapPhoneButton({ user: 'zhangwei' })
    await phone.tap('允许')
    await phone.see(/\*{4,}/)
    expect(count(login)).toBe(1)
    expect((await environment.logInElsewhere('zhangwei')).user.phoneMasked).not.toBeNull()
  })

  it.each(['ios', 'android', 'old'] as const)(
    'sends nothing when the user denies the number as on %s, and WeChat login still works',
    async (denial) => {
      await tapPhoneButton({ user: 'chenjing', denial })
      await phone.tap('拒绝')
      await phone.see(zh.login.phoneDenied)
      expect(phone.requests).toEqual([])
      await phone.tap(zh.login.button)
      await phone.see('普通用户')
      await phone.see(zh.security.isNotBound)
    },
  )

  it.each([
    ['102', zh.accountErrors.phone_not_permitted],
    ['1421102', zh.accountErrors.phone_not_permitted],
    ['1400001', zh.accountErrors.phone_not_permitted],
  ] as const)('shows a message for errno %s, and WeChat login still works', async (phoneNumber, words) => {
    await tapPhoneButton({ user: 'chenjing', phoneNumber })
    if (phoneNumber === '1400001') await phone.tap('我知道了')
    await phone.see(words)
    await phone.tap(zh.login.button)
    await phone.see('普通用户')
  })

  it.each([
    ['errcode 40029', zh.accountErrors.phone_code_invalid],
    ['errcode 48001', zh.accountErrors.phone_not_permitted],
    ['hang', zh.errors.wechat_unavailable],
  ])('shows a message when WeChat answers the API with %s, and works afterwards', async (fault, words) => {
    await environment.simulate('PUT', 'fault', { fault, path: '/wxa/business/getuserphonenumber' })
    await tapPhoneButton({ user: 'zhangwei' })
    await phone.tap('允许')
    await phone.see(words)
    await environment.simulate('DELETE', 'fault')
    await phone.tap(zh.login.phoneButton)
    await phone.tap('允许')
    await phone.see('普通用户')
  })

  it('names the other account when the number is taken, and leaves WeChat login', async () => {
    await tapPhoneButton({ user: 'zhangwei' })
    await phone.tap('允许')
    await phone.see('普通用户')
    await phone.close()
    const { people } = (await environment.simulate('GET', 'people')) as {
      people: { id: string; phoneNumber: string }[]
    }
    const phoneNumber = people.find(({ id }) => id === 'zhangwei')?.phoneNumber
    await environment.simulate('PUT', 'phone', { person: 'xiaohong', phoneNumber })
    await environment.logInElsewhere('xiaohong')

    await tapPhoneButton({ user: 'xiaohong' })
    await phone.tap('允许')
    await phone.see(prefixOf(zh.login.phoneTakenMergeable))
    await phone.tap(zh.login.button)
    await expect.poll(() => phone.routes()).not.toContain('account/login/index')
    expect(count('POST /v1/auth/login')).toBe(1)
  })
})
