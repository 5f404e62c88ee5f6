import { lacksChromium } from '@repo/tooling/chromium'
import { describe, expect, it } from 'vitest'
import { codeOf } from './accounts.ts'
import { acceptAndLogIn, logInWithWechat, type Phone } from './phone.ts'
import { prefixOf, zh } from './strings.ts'
import { useE2eEnvironment } from './use-e2e-environment.ts'

const login = 'account/login/index'

describe.skipIf(lacksChromium())('requireLogin', () => {
  const environment = useE2eEnvironment()
  let phone: Phone

  const count = (request: string) => phone.requests.filter((sent) => sent === request).length
  const back = () => phone.page.evaluate('weappPreview.wx.navigateBack()')
  /** Logs a user out on all devices, from another device. */
  async function endSessions(person: string) {
    const { accessToken } = await environment.logInElsewhere(person)
    const answer = await fetch(`${environment.api().url}/v1/auth/logout-all`, {
      method: 'POST',
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ proof: { code: await codeOf(environment, person) } }),
    })
    expect(answer.status).toBe(204)
  }

  it('does what the guest tapped, once, after the login', async () => {
    phone = await environment.openPhone({ user: 'xiaohong' })
    await phone.tap(zh.home.load)
    await acceptAndLogIn(phone)
    await phone.see(prefixOf(zh.home.updated))
    expect(count('GET /v1/me')).toBe(1)
    expect(await phone.routes()).toEqual(['pages/home/index'])
  })

  it('opens the page that the guest tapped after the login', async () => {
    phone = await environment.openPhone({ user: 'xiaohong' })
    await phone.tap(zh.me.title)
    await phone.tap(zh.me.devices)
    await acceptAndLogIn(phone)
    await expect.poll(() => phone.routes()).toEqual(['pages/me/index', 'account/devices/index'])
  })

  it.each([
    ['the button', () => phone.tap(zh.login.notNow)],
    ["the system's way back", back],
  ])('does nothing when the guest leaves by %s, however often', async (_name, leave) => {
    phone = await environment.openPhone()
    for (let times = 0; times < 3; times += 1) {
      await phone.tap(zh.home.load)
      await phone.see(zh.login.button)
      await leave()
      await phone.see(zh.home.greetGuest)
      expect(await phone.routes()).toEqual(['pages/home/index'])
    }
    expect(phone.requests).toEqual([])
  })

  it('opens one login page for several taps', async () => {
    phone = await environment.openPhone({ user: 'xiaohong' })
    await phone.tap(zh.me.title)
    await phone.page.evaluate(() => {
      const rows = [...document.querySelectorAll('[data-active] .row--tappable')]
      for (const row of rows.slice(0, 3)) {
        for (const type of ['mousedown', 'mouseup', 'click']) {
          row.dispatchEvent(new MouseEvent(type, { bubbles: true }))
        }
      }
    })
    await phone.see(zh.login.button)
    expect((await phone.routes()).filter((route) => route === login)).toHaveLength(1)
  })

  it('asks for a login after a remote logout, and then does what the user tapped', async () => {
    phone = await environment.openPhone({ user: 'xiaohong' })
    await logInWithWechat(phone)
    await phone.see('普通用户')
    await phone.tap(zh.home.tab)
    await phone.see(zh.home.load)
    // While the page is in view: when it comes to the front, it may ask by itself.
    await endSessions('xiaohong')
    phone.requests.length = 0
    await phone.tap(zh.home.load)
    await phone.see(zh.errors.session_revoked)
    await acceptAndLogIn(phone)
    await phone.see(prefixOf(zh.home.updated))
    expect(await phone.routes()).toEqual(['pages/home/index'])
    expect(count('GET /v1/me')).toBe(2)
  })

  it('never replays a tap for another user', async () => {
    phone = await environment.openPhone({ user: 'xiaohong' })
    await logInWithWechat(phone)
    await phone.see('普通用户')
    await phone.tap(zh.home.tab)
    await phone.see(zh.home.load)
    // While the page is in view: when it comes to the front, it may ask by itself.
    await endSessions('xiaohong')
    await phone.tap(zh.home.load)
    await phone.see(zh.errors.session_revoked)
    phone.requests.length = 0
    const other = (await environment.logInElsewhere('zhangwei')).user
    // The phone changes hands: from now on WeChat's code is another user's.
    await phone.page.route('**/__simulator/login', (route) =>
      route.continue({ postData: JSON.stringify({ ...route.request().postDataJSON(), person: 'zhangwei' }) }),
    )
    await acceptAndLogIn(phone)
    await phone.see(zh.errors.different_user)
    await phone.see(zh.home.greetUser(other.nickname))
    expect(count('GET /v1/me')).toBe(0)
  })

  it('shows a guest why the stored session ended, and opens nothing by itself', async () => {
    phone = await environment.openPhone({ user: 'xiaohong' })
    await logInWithWechat(phone)
    await phone.see('普通用户')
    await endSessions('xiaohong')
    await phone.reopen()
    await phone.see(zh.errors.session_revoked)
    await phone.see(zh.home.greetGuest)
    expect(await phone.routes()).toEqual(['pages/home/index'])
    await phone.reopen()
    await phone.see(zh.home.greetGuest)
    await expect.poll(() => phone.page.getByText(zh.errors.session_revoked).count()).toBe(0)
  })

  it('does not log in when the guest leaves during a login', async () => {
    phone = await environment.openPhone({ user: 'xiaohong' })
    let release = () => {}
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    await phone.page.route('**/__preview/request', async (route) => {
      if (route.request().postData()?.includes('/v1/auth/login')) await released
      await route.continue()
    })
    await logInWithWechat(phone)
    await phone.see(zh.login.loggingIn)
    await phone.tap(zh.login.notNow)
    await phone.see(zh.me.guestName)
    release()
    await expect.poll(() => count('POST /v1/auth/logout')).toBe(1)
    await phone.see(zh.me.guestName)
    await phone.reopen()
    await phone.see(zh.home.greetGuest)
  })

  it('returns from the documents to the login page, and logs in there', async () => {
    phone = await environment.openPhone({ user: 'xiaohong' })
    await phone.tap(zh.home.load)
    await phone.tap(zh.agreement.agreement)
    await expect.poll(() => phone.routes()).toHaveLength(3)
    await back()
    await acceptAndLogIn(phone)
    await phone.see(prefixOf(zh.home.updated))
  })

  it('opens the home tab when the login page was opened directly', async () => {
    phone = await environment.openPhone({ user: 'xiaohong', path: login })
    await phone.tap(zh.login.notNow)
    await phone.see(zh.home.greetGuest)
    await phone.reopen()
    await acceptAndLogIn(phone)
    await expect.poll(() => phone.routes()).toEqual(['pages/home/index'])
    await phone.see(prefixOf(zh.home.greetUser))
  })
})
