import Taro from '@tarojs/taro'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import {
  closeLogin,
  closePage,
  closePasswordLogin,
  continueToPasswordLogin,
} from '../../src/account/lib/navigation.ts'
import { notifyLoginClosed, openLogin, openPage } from '../../src/lib/navigation.ts'
import { strings } from '../../src/lib/navigation-strings.ts'

const open = (...routes: string[]) =>
  vi.mocked(Taro.getCurrentPages).mockReturnValue(routes.map((route) => ({ route })) as never)

beforeEach(() => {
  vi.clearAllMocks()
  open('pages/home/index')
})

describe('openLogin and closeLogin', () => {
  it('openLogin resolves when the login page has closed', async () => {
    const done = vi.fn()
    const opened = openLogin().then(done)
    await Promise.resolve()
    expect(Taro.navigateTo).toHaveBeenCalledWith({ url: '/account/login/index' })
    expect(done).not.toHaveBeenCalled()
    notifyLoginClosed()
    await opened
    expect(done).toHaveBeenCalledTimes(1)
  })

  it('openLogin opens no second login page and resolves when the first closes', async () => {
    open('pages/home/index', 'account/login/index', 'account/privacy/index')
    const opened = openLogin()
    notifyLoginClosed()
    await opened
    expect(Taro.navigateTo).not.toHaveBeenCalled()
  })

  it('closeLogin returns to the page below, also from a document on top', async () => {
    open('pages/home/index', 'account/login/index', 'account/privacy/index')
    await closeLogin()
    expect(Taro.navigateBack).toHaveBeenCalledWith({ delta: 2 })
  })

  it('closeLogin does nothing when the page has closed', async () => {
    await closeLogin()
    expect(Taro.navigateBack).not.toHaveBeenCalled()
    expect(Taro.switchTab).not.toHaveBeenCalled()
  })

  it('closeLogin opens the home tab without a page below', async () => {
    open('account/login/index')
    await closeLogin()
    expect(Taro.switchTab).toHaveBeenCalledWith({ url: '/pages/home/index' })
  })
})

describe('openPage and closePage', () => {
  it('openPage shows a toast when the page cannot load', async () => {
    vi.mocked(Taro.navigateTo).mockRejectedValueOnce({ errMsg: 'navigateTo:fail timeout' })
    await openPage('devices')
    expect(Taro.showToast).toHaveBeenCalledWith({ title: strings.zh_CN.loadFailed, icon: 'none' })
  })

  it('openPage opens the page once for repeated taps', async () => {
    const presses = [openPage('devices'), openPage('devices')]
    await Promise.all(presses)
    expect(Taro.navigateTo).toHaveBeenCalledTimes(1)
    // While it slides in, the page below still takes taps.
    open('pages/me/index', 'account/devices/index')
    await openPage('devices')
    expect(Taro.navigateTo).toHaveBeenCalledTimes(1)
  })

  it('openPage replaces the current page when the page stack is full', async () => {
    open(...Array(9).fill('account/privacy/index'))
    await openPage('devices')
    expect(Taro.navigateTo).toHaveBeenCalledTimes(1)
    open(...Array(10).fill('account/privacy/index'))
    await openPage('devices')
    expect(Taro.navigateTo).toHaveBeenCalledTimes(1)
    expect(Taro.redirectTo).toHaveBeenCalledWith({ url: '/account/devices/index' })
    expect(Taro.showToast).not.toHaveBeenCalled()
  })

  it('openPage works again after a failure', async () => {
    vi.mocked(Taro.navigateTo).mockRejectedValueOnce({ errMsg: 'navigateTo:fail timeout' })
    await openPage('devices')
    await openPage('devices')
    expect(Taro.navigateTo).toHaveBeenCalledTimes(2)
  })

  it('closePage returns to the page below or the home tab', async () => {
    open('pages/me/index', 'account/about/index')
    await closePage('about')
    expect(Taro.navigateBack).toHaveBeenCalledTimes(1)
    open('account/about/index')
    await closePage('about')
    expect(Taro.switchTab).toHaveBeenCalledWith({ url: '/pages/home/index' })
  })
  it('closePage closes the pages on top too, and does nothing for a closed page', async () => {
    open('pages/me/index', 'account/merge/index', 'account/privacy/index')
    await closePage('merge')
    expect(Taro.navigateBack).toHaveBeenCalledWith({ delta: 2 })
    open('pages/me/index', 'account/security/index')
    await closePage('merge')
    expect(Taro.navigateBack).toHaveBeenCalledTimes(1)
    expect(Taro.switchTab).not.toHaveBeenCalled()
  })
})

describe('password login navigation', () => {
  it('closePasswordLogin leaves the navigation to a login page below', async () => {
    open('pages/me/index', 'account/login/index', 'account/password-login/index')
    await closePasswordLogin()
    expect(Taro.navigateBack).not.toHaveBeenCalled()
    await closeLogin()
    expect(Taro.navigateBack).toHaveBeenCalledWith({ delta: 2 })
  })

  it('closePasswordLogin returns to the page below or the home tab', async () => {
    open('pages/me/index', 'account/password-login/index')
    await closePasswordLogin()
    expect(Taro.navigateBack).toHaveBeenCalledWith({ delta: 1 })
    open('account/password-login/index')
    await closePasswordLogin()
    expect(Taro.switchTab).toHaveBeenCalledWith({ url: '/pages/home/index' })
  })

  it('continueToPasswordLogin returns to the page, or replaces the reset page', async () => {
    open('account/password-login/index', 'account/password-reset/index')
    await continueToPasswordLogin()
    expect(Taro.navigateBack).toHaveBeenCalledTimes(1)
    open('account/password-reset/index')
    await continueToPasswordLogin()
    expect(Taro.redirectTo).toHaveBeenCalledWith({ url: '/account/password-login/index' })
  })
})
