import { lacksChromium } from '@repo/tooling/chromium'
import { describe, expect, it } from 'vitest'
import { codeOf } from './accounts.ts'
import { agreeAndPress, type Phone, pressLogin } from './phone.ts'
import { useSurroundings } from './use-surroundings.ts'

const login = 'account/login/index'

describe.skipIf(lacksChromium())('the one door', () => {
  const world = useSurroundings()
  let phone: Phone

  const count = (request: string) => phone.requests.filter((sent) => sent === request).length
  const back = () => phone.page.evaluate('weappPreview.wx.navigateBack()')
  /** Ends the sessions of a person on the server, as from another device. */
  async function endSessions(person: string) {
    const { accessToken } = await world.logInElsewhere(person)
    const answer = await fetch(`${world.api().url}/v1/auth/logout-all`, {
      method: 'POST',
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ proof: { code: await codeOf(world, person) } }),
    })
    expect(answer.status).toBe(204)
  }

  it('lets a guest do what they pressed, once, after the login', async () => {
    phone = await world.openPhone({ person: 'xiaohong' })
    await phone.press('查一查')
    await agreeAndPress(phone)
    await phone.see('服务器于')
    expect(count('GET /v1/me')).toBe(1)
    expect(await phone.routes()).toEqual(['pages/home/index'])
  })

  it('leads a guest to the page that they wanted, after the login', async () => {
    phone = await world.openPhone({ person: 'xiaohong' })
    await phone.press('我的')
    await phone.press('登录设备')
    await agreeAndPress(phone)
    await expect.poll(() => phone.routes()).toEqual(['pages/me/index', 'account/devices/index'])
  })

  it.each([
    ['the button', () => phone.press('暂不登录')],
    ["the system's way back", back],
  ])('does nothing for a guest who leaves by %s, however often', async (_name, leave) => {
    phone = await world.openPhone()
    for (let times = 0; times < 3; times += 1) {
      await phone.press('查一查')
      await phone.see('微信一键登录')
      await leave()
      await phone.see('你好，随便看看')
      expect(await phone.routes()).toEqual(['pages/home/index'])
    }
    expect(phone.requests).toEqual([])
  })

  it('opens one login page for presses that come at once', async () => {
    phone = await world.openPhone({ person: 'xiaohong' })
    await phone.press('我的')
    await phone.page.evaluate(() => {
      const rows = [...document.querySelectorAll('[data-active] .row--press')]
      for (const row of rows.slice(0, 3)) {
        for (const type of ['mousedown', 'mouseup', 'click']) {
          row.dispatchEvent(new MouseEvent(type, { bubbles: true }))
        }
      }
    })
    await phone.see('微信一键登录')
    expect((await phone.routes()).filter((route) => route === login)).toHaveLength(1)
  })

  it('asks whoever was logged out elsewhere to come back, and then does what they pressed', async () => {
    phone = await world.openPhone({ person: 'xiaohong' })
    await pressLogin(phone)
    await phone.see('普通用户')
    await phone.press('首页')
    await phone.see('查一查')
    // While the page is in view: when it comes to the front, it may ask by itself.
    await endSessions('xiaohong')
    phone.requests.length = 0
    await phone.press('查一查')
    await phone.see('这次登录已被结束，请重新登录。')
    await agreeAndPress(phone)
    await phone.see('服务器于')
    expect(await phone.routes()).toEqual(['pages/home/index'])
    expect(count('GET /v1/me')).toBe(2)
  })

  it('does not do for another person what one has pressed', async () => {
    phone = await world.openPhone({ person: 'xiaohong' })
    await pressLogin(phone)
    await phone.see('普通用户')
    await phone.press('首页')
    await phone.see('查一查')
    // While the page is in view: when it comes to the front, it may ask by itself.
    await endSessions('xiaohong')
    await phone.press('查一查')
    await phone.see('这次登录已被结束，请重新登录。')
    phone.requests.length = 0
    const other = (await world.logInElsewhere('zhangwei')).user
    // The phone changes hands: WeChat's code is another person's from now on.
    await phone.page.route('**/__simulator/login', (route) =>
      route.continue({ postData: JSON.stringify({ ...route.request().postDataJSON(), person: 'zhangwei' }) }),
    )
    await agreeAndPress(phone)
    await phone.see('现在登录的是另一个账号')
    await phone.see(`你好，${other.nickname}`)
    expect(count('GET /v1/me')).toBe(0)
  })

  it('starts a dead stored session as a guest who is told why, and opens nothing by itself', async () => {
    phone = await world.openPhone({ person: 'xiaohong' })
    await pressLogin(phone)
    await phone.see('普通用户')
    await endSessions('xiaohong')
    await phone.reopen()
    await phone.see('这次登录已被结束，请重新登录。')
    await phone.see('你好，随便看看')
    expect(await phone.routes()).toEqual(['pages/home/index'])
    await phone.reopen()
    await phone.see('你好，随便看看')
    await expect.poll(() => phone.page.getByText('这次登录已被结束').count()).toBe(0)
  })

  it('stays open while a login is busy: whoever leaves then is not logged in by its answer', async () => {
    phone = await world.openPhone({ person: 'xiaohong' })
    let release = () => {}
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    await phone.page.route('**/__preview/request', async (route) => {
      if (route.request().postData()?.includes('/v1/auth/login')) await released
      await route.continue()
    })
    await pressLogin(phone)
    await phone.see('正在登录')
    await phone.press('暂不登录')
    await phone.see('尚未登录')
    release()
    await expect.poll(() => count('POST /v1/auth/logout')).toBe(1)
    await phone.see('尚未登录')
    await phone.reopen()
    await phone.see('你好，随便看看')
  })

  it('returns to the login page from its documents, and logs in from there', async () => {
    phone = await world.openPhone({ person: 'xiaohong' })
    await phone.press('查一查')
    await phone.press('《用户协议》')
    await expect.poll(() => phone.routes()).toHaveLength(3)
    await back()
    await agreeAndPress(phone)
    await phone.see('服务器于')
  })

  it('leads home from a login page that was opened by itself', async () => {
    phone = await world.openPhone({ person: 'xiaohong', path: login })
    await phone.press('暂不登录')
    await phone.see('你好，随便看看')
    await phone.reopen()
    await agreeAndPress(phone)
    await expect.poll(() => phone.routes()).toEqual(['pages/home/index'])
    await phone.see('你好，')
  })
})
