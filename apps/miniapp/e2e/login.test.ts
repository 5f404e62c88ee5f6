import { lacksChromium } from '@repo/tooling/chromium'
import { describe, expect, it } from 'vitest'
import { agreeAndPress, type Phone, pressLogin } from './phone.ts'
import { useSurroundings } from './use-surroundings.ts'

describe.skipIf(lacksChromium())('the production bundle in a browser', () => {
  const world = useSurroundings()
  let phone: Phone

  it('lets a guest browse every tab without a login and without a request', async () => {
    phone = await world.openPhone()
    await phone.see('你好，随便看看')
    await phone.press('我的')
    await phone.see('尚未登录')
    await phone.press('去登录')
    await phone.press('暂不登录')
    await phone.see('尚未登录')
    expect(phone.requests).toEqual([])
  })

  it('asks for consent first, and opens both documents', async () => {
    phone = await world.openPhone()
    await phone.press('我的')
    await phone.press('去登录')
    await phone.press('微信一键登录')
    await phone.see('请先阅读并同意')
    expect(phone.requests).toEqual([])
    await phone.press('暂不同意')
    await phone.press('《隐私政策》')
    await expect.poll(() => phone.routes().then((routes) => routes.at(-1))).toBe('account/privacy/index')
  })

  it('logs a person in as a user in the database, who is still in after a restart', async () => {
    phone = await world.openPhone({ person: 'xiaohong' })
    await pressLogin(phone)
    await phone.see('普通用户')
    expect(phone.requests).toContain('POST /v1/auth/login')
    const { isNewUser, user } = await world.logInElsewhere('xiaohong')
    expect(isNewUser).toBe(false)
    await phone.see(user.id)

    phone.requests.length = 0
    await phone.reopen()
    await phone.press('我的')
    await phone.see(user.id)
    expect(phone.requests).not.toContain('POST /v1/auth/login')
  })

  it('returns to the page that asked, which then has its answer', async () => {
    phone = await world.openPhone({ person: 'zhangwei' })
    await phone.press('查一查')
    await agreeAndPress(phone)
    await phone.see((await world.logInElsewhere('zhangwei')).user.nickname ?? '')
    expect(await phone.routes()).toEqual(['pages/home/index'])
  })

  it('refreshes an access token that expired, and stays in', async () => {
    phone = await world.openPhone({ person: 'xiaohong' })
    await phone.page.clock.install()
    await phone.reopen()
    await pressLogin(phone)
    await phone.see('普通用户')
    phone.requests.length = 0
    await phone.page.clock.fastForward(11 * 60 * 1000)
    await phone.press('首页')
    await phone.press('查一查')
    await phone.see('服务器于')
    expect(phone.requests.filter((request) => request === 'POST /v1/auth/refresh')).toHaveLength(1)
  })

  it('refreshes and replays when the server finds the token dead, after its keys were replaced', async () => {
    phone = await world.openPhone({ person: 'xiaohong' })
    await pressLogin(phone)
    await phone.see('普通用户')
    phone.requests.length = 0
    await world.restartApi({ ACCESS_TOKEN_KEYS: `next:${Buffer.alloc(32, 'next').toString('base64')}` })
    await phone.press('首页')
    await phone.press('查一查')
    await phone.see('服务器于')
    // The page may ask by itself when it comes to the front, too; the token is refreshed once for both.
    const others = phone.requests.filter((request) => request !== 'GET /v1/me')
    expect(others).toEqual(['POST /v1/auth/refresh'])
    expect([phone.requests[0], phone.requests.at(-1)]).toEqual(['GET /v1/me', 'GET /v1/me'])
    await world.restartApi()
  })

  it('is a guest after the logout, on this phone and after a restart', async () => {
    phone = await world.openPhone({ person: 'xiaohong' })
    await pressLogin(phone)
    await phone.see('普通用户')
    await phone.press('退出登录')
    await phone.press('退出')
    await phone.see('尚未登录')
    await expect.poll(() => phone.requests).toContain('POST /v1/auth/logout')
    await phone.reopen()
    await phone.press('我的')
    await phone.see('尚未登录')
  })

  it('stays logged in while the server is away, and says why nothing comes', async () => {
    phone = await world.openPhone({ person: 'xiaohong' })
    await pressLogin(phone)
    await phone.see('普通用户')
    await world.stopApi()
    await phone.press('首页')
    await phone.press('查一查')
    await phone.see('连不上网络或服务器，请检查网络后再试。')
    await world.restartApi()
    await phone.press('查一查')
    await phone.see('服务器于')
  })

  describe('has words for each failure of WeChat', () => {
    it.each([
      ['-1', '暂时联系不上微信，请稍后再试。'],
      ['40029', '这次没有登录成功，请再按一次。'],
      ['40163', '这次没有登录成功，请再按一次。'],
      ['40226', '微信判定这个账号存在风险'],
      ['45011', '操作太频繁了，请稍候再试。'],
      ['40013', '这个小程序还没有设置好，请联系客服。'],
      ['40125', '这个小程序还没有设置好，请联系客服。'],
      ['40164', '这个小程序还没有设置好，请联系客服。'],
      ['hang', '暂时联系不上微信，请稍后再试。'],
      ['reset', '暂时联系不上微信，请稍后再试。'],
      ['500', '暂时联系不上微信，请稍后再试。'],
      ['html', '暂时联系不上微信，请稍后再试。'],
      ['broken-json', '暂时联系不上微信，请稍后再试。'],
    ])('%s', async (fault, words) => {
      await world.setFault(fault)
      phone = await world.openPhone({ person: 'chenjing' })
      await pressLogin(phone)
      await phone.see(words)
    })

    it('and lets the person in as soon as WeChat is well', async () => {
      await world.setFault('40029')
      phone = await world.openPhone({ person: 'chenjing' })
      await pressLogin(phone)
      await phone.see('这次没有登录成功，请再按一次。')
      await world.setFault(null)
      await phone.press('微信一键登录')
      await phone.see('普通用户')
    })
  })

  it('says so where the login page cannot be fetched for want of a network, and the person can go on', async () => {
    phone = await world.openPhone({ person: 'chenjing', network: 'none' })
    await phone.press('我的')
    await phone.press('去登录')
    await phone.see('这一页打不开，请检查网络后再试')
    expect(await phone.routes()).toEqual(['pages/me/index'])
    await phone.reopen({ network: 'wifi' })
    await pressLogin(phone)
    await phone.see('普通用户')
  })

  it.each([
    [{ login: 'fail' }, '这次没有登录成功，请再按一次。'],
    [{ login: 'no-code' }, '这次没有登录成功，请再按一次。'],
    [{ login: 'hang' }, '等了很久没有回音，请检查网络后再试。'],
  ] as const)('has words for a phone on which wx.login goes wrong: %o', async (options, words) => {
    phone = await world.openPhone({ person: 'chenjing', ...options })
    await pressLogin(phone)
    await phone.page.getByText(words).waitFor()
  })
})
