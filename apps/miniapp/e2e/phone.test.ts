import { lacksChromium } from '@repo/tooling/chromium'
import { describe, expect, it } from 'vitest'
import { codeOf } from './accounts.ts'
import { type Phone, type PhoneOptions, pressLogin } from './phone.ts'
import { useSurroundings } from './use-surroundings.ts'

const everythingWorks = '没关系，号码没有给出去，什么都没有变。'

describe.skipIf(lacksChromium())('the phone number in a browser', () => {
  const world = useSurroundings()
  let phone: Phone

  /** Somebody logs in and opens the page. */
  async function openNumber(options: PhoneOptions): Promise<void> {
    phone = await world.openPhone({ privacy: 'agreed', ...options })
    await pressLogin(phone)
    await phone.press('手机号')
    await phone.see('只为一件事')
    phone.requests.length = 0
  }

  const sheet = () => phone.page.locator('[data-part=phone-number-sheet]')
  const bind = () => phone.page.locator('wx-button').getByText('绑定手机号').click()
  const numberNow = async (person: string) => (await world.logInElsewhere(person)).user.phoneMasked

  /** Somebody binds their number on another phone. */
  async function bindElsewhere(person: string): Promise<void> {
    const { accessToken } = await world.logInElsewhere(person)
    const code = await world.simulate('POST', 'phone-code', { appId: 'touristappid', person })
    await fetch(`${world.api().url}/v1/me/phone`, {
      method: 'POST',
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ ...(code as object), proof: { code: await codeOf(world, person) } }),
    })
  }

  it('asks a guest who comes by a link to log in', async () => {
    phone = await world.openPhone({ person: 'xiaohong', path: 'account/phone/index' })
    await phone.see('登录后，你可以绑定、更换或移除手机号。')
    expect(phone.requests).toEqual([])
  })

  it('is bound, seen masked after a restart, changed, and removed', async () => {
    await openNumber({ person: 'xiaohong' })
    await bind()
    await phone.press('允许')
    await phone.see('已绑定的手机号')
    const first = await numberNow('xiaohong')
    expect(first).toMatch(/^\d{3}\*+\d{2}$/)
    expect(phone.requests).toEqual(['POST /v1/me/phone'])
    await phone.see(String(first))

    await phone.reopen({ path: 'account/phone/index' })
    await phone.see(String(first))
    await phone.press('更换手机号')
    await phone.see('原来的号码会被删除')
    await phone.press('选择新号码')
    await phone.press('使用其他手机号')
    await sheet().locator('input').fill('13900139077')
    await phone.press('保存')
    await phone.press('允许')
    await phone.see('139******77')
    expect(await numberNow('xiaohong')).toBe('139******77')

    await phone.press('移除手机号')
    await phone.see('号码会从服务器上删除。')
    await phone.press('取消')
    expect(await numberNow('xiaohong')).toBe('139******77')
    await phone.press('移除手机号')
    await phone.press('移除')
    await phone.see('手机号已移除')
    await phone.see('只为一件事')
    expect(await numberNow('xiaohong')).toBeNull()
  })

  it.each(['ios', 'android', 'old'] as const)(
    'is not given where the person refuses, in the words of %s: the page is calm, and all else works',
    async (refusal) => {
      await openNumber({ person: 'zhangwei', refusal })
      await bind()
      await phone.press('拒绝')
      await phone.see(everythingWorks)
      expect(phone.requests).toEqual([])
      expect(await phone.page.getByRole('alert').count()).toBe(0)
      await phone.page.evaluate('weappPreview.wx.switchTab({ url: "/pages/home/index" })')
      await phone.press('查一查')
      await phone.see('服务器于')
    },
  )

  it.each([
    ['102', '暂时取不到手机号。'],
    ['104', '你没有同意隐私保护指引'],
    ['112', '隐私保护指引里还没有写明这项用途'],
    ['1400001', '暂时取不到手机号。不用手机号，也可以继续使用。'],
    ['1421102', '暂时取不到手机号。'],
  ] as const)('is not given where WeChat answers %s, and the page says why', async (phoneNumber, words) => {
    await openNumber({ person: 'zhangwei', phoneNumber })
    await bind()
    if (phoneNumber === '1400001') await phone.press('我知道了')
    await phone.see(words)
    expect(phone.requests).toEqual([])
  })

  it('is asked for only after the privacy agreement, whose refusal has words and whose consent goes on', async () => {
    await openNumber({ person: 'xiaohong', privacy: 'declared' })
    await bind()
    await phone.see('使用前请先了解')
    await phone.press('不同意')
    await phone.see('你没有同意隐私保护指引')
    await bind()
    await phone.press('同意')
    await phone.press('允许')
    await phone.see('已绑定的手机号')
  })

  it('has words where the operator has not declared it', async () => {
    await openNumber({ person: 'zhangwei', privacy: 'undeclared' })
    await bind()
    await phone.see('隐私保护指引里还没有写明这项用途')
  })

  it.each([
    ['errcode 40029', '没有取得手机号，请再按一次'],
    ['errcode 1421102', '暂时取不到手机号。'],
    ['errcode 48001', '暂时取不到手机号。'],
    ['errcode 45011', '取手机号的人有点多'],
    ['-1', '暂时联系不上微信，请稍后再试。'],
    ['hang', '暂时联系不上微信，请稍后再试。'],
  ])('is not bound where the server hears %s of WeChat, and the page says why', async (fault, words) => {
    await openNumber({ person: 'zhangwei' })
    await world.simulate('PUT', 'fault', { fault, path: '/wxa/business/getuserphonenumber' })
    await bind()
    await phone.press('允许')
    await phone.page.getByText(words).waitFor({ timeout: 20_000 })
    expect(await numberNow('zhangwei')).toBeNull()
  })

  it('is not bound while the server is away, and is at the next press', async () => {
    await openNumber({ person: 'chenjing' })
    await world.stopApi()
    await bind()
    await phone.press('允许')
    await phone.see('连不上网络或服务器，请检查网络后再试。')
    await world.restartApi()
    await bind()
    await phone.press('允许')
    await phone.see('已绑定的手机号')
  })

  it('of another account leads to the offer of a merge', async () => {
    await world.simulate('PUT', 'phone', { person: 'chenjing', phoneNumber: '13800138043' })
    await bindElsewhere('chenjing')
    await world.simulate('PUT', 'phone', { person: 'xiaoming', phoneNumber: '13800138043' })
    await openNumber({ person: 'xiaoming' })
    await bind()
    await phone.press('允许')
    await phone.see('这个号码已属于另一个账号')
    await phone.see('合并两个账号')
    expect(await numberNow('xiaoming')).toBeNull()
  })
})
