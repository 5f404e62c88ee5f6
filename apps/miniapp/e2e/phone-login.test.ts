import { lacksChromium } from '@repo/tooling/chromium'
import { describe, expect, it } from 'vitest'
import { type Phone, type PhoneOptions, tick } from './phone.ts'
import { useSurroundings } from './use-surroundings.ts'

const login = 'POST /v1/auth/phone-login'

describe.skipIf(lacksChromium())('a login with a phone number', () => {
  const world = useSurroundings()
  let phone: Phone

  const count = (request: string) => phone.requests.filter((sent) => sent === request).length

  /** On the login page, with the tick, the phone button pressed. */
  async function pressPhone(options: PhoneOptions) {
    phone = await world.openPhone({ privacy: 'agreed', ...options })
    await phone.press('我的')
    await phone.press('去登录')
    await tick(phone)
    await phone.press('手机号快捷登录')
  }

  it('logs in with one press more than WeChat needs, and the number is there', async () => {
    await pressPhone({ person: 'zhangwei' })
    await phone.press('允许')
    await phone.see(/\*{4,}/)
    expect(count(login)).toBe(1)
    expect((await world.logInElsewhere('zhangwei')).user.phoneMasked).not.toBeNull()
  })

  it.each(['ios', 'android', 'old'] as const)(
    'can be refused, as %s words it: nothing is sent, and WeChat still logs in',
    async (refusal) => {
      await pressPhone({ person: 'chenjing', refusal })
      await phone.press('拒绝')
      await phone.see('没有使用你的手机号。不用手机号，用微信也可以登录。')
      expect(phone.requests).toEqual([])
      await phone.press('微信一键登录')
      await phone.see('普通用户')
      await phone.see('未绑定')
    },
  )

  it.each([
    ['102', '暂时取不到手机号。'],
    ['1421102', '暂时取不到手机号。'],
    ['1400001', '暂时取不到手机号。'],
  ] as const)('has words for errno %s, and WeChat still logs in', async (phoneNumber, words) => {
    await pressPhone({ person: 'chenjing', phoneNumber })
    if (phoneNumber === '1400001') await phone.press('我知道了')
    await phone.see(words)
    await phone.press('微信一键登录')
    await phone.see('普通用户')
  })

  it.each([
    ['errcode 40029', '没有取得手机号'],
    ['errcode 48001', '暂时取不到手机号。'],
    ['hang', '暂时联系不上微信'],
  ])('has words when WeChat answers the server %s, and can be pressed again', async (fault, words) => {
    await world.simulate('PUT', 'fault', { fault, path: '/wxa/business/getuserphonenumber' })
    await pressPhone({ person: 'zhangwei' })
    await phone.press('允许')
    await phone.see(words)
    await world.simulate('DELETE', 'fault')
    await phone.press('手机号快捷登录')
    await phone.press('允许')
    await phone.see('普通用户')
  })

  it('that meets the number of another account says whose it is, and leaves the login with WeChat', async () => {
    await pressPhone({ person: 'zhangwei' })
    await phone.press('允许')
    await phone.see('普通用户')
    await phone.close()
    const { people } = (await world.simulate('GET', 'people')) as {
      people: { id: string; phoneNumber: string }[]
    }
    const phoneNumber = people.find(({ id }) => id === 'zhangwei')?.phoneNumber
    await world.simulate('PUT', 'phone', { person: 'xiaohong', phoneNumber })
    await world.logInElsewhere('xiaohong')

    await pressPhone({ person: 'xiaohong' })
    await phone.press('允许')
    await phone.see(/这个手机号已属于另一个账号（.\*+）.*之后可以把两个账号合并/)
    await phone.press('微信一键登录')
    await expect.poll(() => phone.routes()).not.toContain('account/login/index')
    expect(count('POST /v1/auth/login')).toBe(1)
  })
})
