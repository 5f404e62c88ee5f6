import { lacksChromium } from '@repo/tooling/chromium'
import { describe, expect, it } from 'vitest'
import { acceptAndLogIn, logInWithWechat, type Phone } from './phone.ts'
import { prefixOf, zh } from './strings.ts'
import { useE2eEnvironment } from './use-e2e-environment.ts'

describe.skipIf(lacksChromium())('login in the production bundle', () => {
  const environment = useE2eEnvironment({ hasMotion: true })
  let phone: Phone

  it('lets a guest browse every tab without a login and without a request', async () => {
    phone = await environment.openPhone()
    await phone.see(zh.home.greetGuest)
    await phone.tap(zh.me.title)
    await phone.see(zh.me.guestName)
    await phone.tap(zh.me.login)
    await phone.tap(zh.login.notNow)
    await phone.see(zh.me.guestName)
    expect(phone.requests).toEqual([])
  })

  it('asks for consent first, and opens the documents', async () => {
    phone = await environment.openPhone()
    await phone.tap(zh.me.title)
    await phone.tap(zh.me.login)
    await phone.tap(zh.login.button)
    await phone.see(zh.agreement.title)
    expect(phone.requests).toEqual([])
    await phone.tap(zh.agreement.reject)
    await phone.tap(zh.agreement.privacy)
    await expect.poll(() => phone.routes().then((routes) => routes.at(-1))).toBe('account/privacy/index')
  })

  it('creates a user in the database, who stays logged in after a restart', async () => {
    phone = await environment.openPhone({ user: 'xiaohong' })
    await logInWithWechat(phone)
    await phone.see('普通用户')
    expect(phone.requests).toContain('POST /v1/auth/login')
    const { isNewUser, user } = await environment.logInElsewhere('xiaohong')
    expect(isNewUser).toBe(false)
    await phone.see(user.nickname)

    phone.requests.length = 0
    await phone.reopen()
    await phone.tap(zh.me.title)
    await phone.see(user.nickname)
    expect(phone.requests).not.toContain('POST /v1/auth/login')
  })

  it('returns to the page that opened the login, which then loads', async () => {
    phone = await environment.openPhone({ user: 'zhangwei' })
    await phone.tap(zh.home.load)
    await acceptAndLogIn(phone)
    await phone.see((await environment.logInElsewhere('zhangwei')).user.nickname ?? '')
    expect(await phone.routes()).toEqual(['pages/home/index'])
  })

  it('refreshes an expired access token', async () => {
    phone = await environment.openPhone({ user: 'xiaohong' })
    await phone.page.clock.install()
    await phone.reopen()
    await logInWithWechat(phone)
    await phone.see('普通用户')
    phone.requests.length = 0
    await phone.page.clock.fastForward(11 * 60 * 1000)
    await phone.tap(zh.home.tab)
    await phone.tap(zh.home.load)
    await phone.see(prefixOf(zh.home.updated))
    expect(phone.requests.filter((request) => request === 'POST /v1/auth/refresh')).toHaveLength(1)
    // No other test gets a page with a fake clock.
    await phone.page.context().close()
  })

  it('refreshes and replays after the API has replaced its token keys', async () => {
    phone = await environment.openPhone({ user: 'xiaohong' })
    await logInWithWechat(phone)
    await phone.see('普通用户')
    phone.requests.length = 0
    await environment.restartApi({ ACCESS_TOKEN_KEYS: `next:${Buffer.alloc(32, 'next').toString('base64')}` })
    await phone.tap(zh.home.tab)
    await phone.tap(zh.home.load)
    await phone.see(prefixOf(zh.home.updated))
    // The page may ask by itself when it comes to the front, too; the token is refreshed once for both.
    const others = phone.requests.filter((request) => request !== 'GET /v1/me')
    expect(others).toEqual(['POST /v1/auth/refresh'])
    expect([phone.requests[0], phone.requests.at(-1)]).toEqual(['GET /v1/me', 'GET /v1/me'])
    await environment.restartApi()
  })

  it('logs out, also after a restart', async () => {
    phone = await environment.openPhone({ user: 'xiaohong' })
    await logInWithWechat(phone)
    await phone.see('普通用户')
    await phone.tap(zh.me.logout)
    await phone.tap(zh.me.confirmLogout.confirm)
    await phone.see(zh.me.guestName)
    await expect.poll(() => phone.requests).toContain('POST /v1/auth/logout')
    await phone.reopen()
    await phone.tap(zh.me.title)
    await phone.see(zh.me.guestName)
  })

  it('stays logged in while the API is down, and shows an error', async () => {
    phone = await environment.openPhone({ user: 'xiaohong' })
    await logInWithWechat(phone)
    await phone.see('普通用户')
    await environment.stopApi()
    await phone.tap(zh.home.tab)
    await phone.tap(zh.home.load)
    await phone.see(zh.errors.network_unreachable)
    await environment.restartApi()
    await phone.tap(zh.home.load)
    await phone.see(prefixOf(zh.home.updated))
  })

  describe('when WeChat fails', () => {
    it.each([
      ['-1', zh.errors.wechat_unavailable],
      ['40029', zh.errors.code_invalid],
      ['40163', zh.errors.code_invalid],
      ['40226', zh.errors.wechat_login_blocked],
      ['45011', zh.errors.wechat_rate_limited],
      ['40013', zh.errors.wechat_misconfigured],
      ['40125', zh.errors.wechat_misconfigured],
      ['40164', zh.errors.wechat_misconfigured],
      ['hang', zh.errors.wechat_unavailable],
      ['reset', zh.errors.wechat_unavailable],
      ['500', zh.errors.wechat_unavailable],
      ['html', zh.errors.wechat_unavailable],
      ['broken-json', zh.errors.wechat_unavailable],
    ])('shows a message for %s', async (fault, words) => {
      await environment.setFault(fault)
      phone = await environment.openPhone({ user: 'chenjing' })
      await logInWithWechat(phone)
      await phone.see(words)
    })

    it('logs in again as soon as WeChat works', async () => {
      await environment.setFault('40029')
      phone = await environment.openPhone({ user: 'chenjing' })
      await logInWithWechat(phone)
      await phone.see(zh.errors.code_invalid)
      await environment.setFault(null)
      await phone.tap(zh.login.button)
      await phone.see('普通用户')
    })
  })

  it('shows a toast when the login page cannot load without a network, and works afterwards', async () => {
    phone = await environment.openPhone({ user: 'chenjing', network: 'none' })
    await phone.tap(zh.me.title)
    await phone.tap(zh.me.login)
    await phone.see(zh.navigation.loadFailed)
    expect(await phone.routes()).toEqual(['pages/me/index'])
    await phone.reopen({ network: 'wifi' })
    await logInWithWechat(phone)
    await phone.see('普通用户')
  })

  it.each([
    [{ login: 'fail' }, zh.errors.code_invalid],
    [{ login: 'no-code' }, zh.errors.code_invalid],
    [{ login: 'hang' }, zh.errors.request_timeout],
  ] as const)('shows a message when wx.login fails: %o', async (options, words) => {
    phone = await environment.openPhone({ user: 'chenjing', ...options })
    await logInWithWechat(phone)
    await phone.page.getByText(words).waitFor()
  })
})
