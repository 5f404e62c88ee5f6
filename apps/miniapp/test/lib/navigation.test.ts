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

describe('the login page', () => {
  it('is waited for until it is closed', async () => {
    const done = vi.fn()
    const opened = openLogin().then(done)
    await Promise.resolve()
    expect(Taro.navigateTo).toHaveBeenCalledWith({ url: '/account/login/index' })
    expect(done).not.toHaveBeenCalled()
    notifyLoginClosed()
    await opened
    expect(done).toHaveBeenCalledTimes(1)
  })

  it('is not opened over itself, and whoever asked is answered when it closes', async () => {
    open('pages/home/index', 'account/login/index', 'account/privacy/index')
    const opened = openLogin()
    notifyLoginClosed()
    await opened
    expect(Taro.navigateTo).not.toHaveBeenCalled()
  })

  it('is left for the page that asked, also from a document above it', async () => {
    open('pages/home/index', 'account/login/index', 'account/privacy/index')
    await closeLogin()
    expect(Taro.navigateBack).toHaveBeenCalledWith({ delta: 2 })
  })

  it('is left once: nobody is moved about when it has gone', async () => {
    await closeLogin()
    expect(Taro.navigateBack).not.toHaveBeenCalled()
    expect(Taro.switchTab).not.toHaveBeenCalled()
  })

  it('is left for the home tab where nothing lies below it', async () => {
    open('account/login/index')
    await closeLogin()
    expect(Taro.switchTab).toHaveBeenCalledWith({ url: '/pages/home/index' })
  })
})

describe('another page', () => {
  it('that cannot be opened is told of in words', async () => {
    vi.mocked(Taro.navigateTo).mockRejectedValueOnce({ errMsg: 'navigateTo:fail timeout' })
    await openPage('devices')
    expect(Taro.showToast).toHaveBeenCalledWith({ title: strings.zh_CN.loadFailed, icon: 'none' })
  })

  it('is opened once, however often and fast the way to it is pressed', async () => {
    const presses = [openPage('devices'), openPage('devices')]
    await Promise.all(presses)
    expect(Taro.navigateTo).toHaveBeenCalledTimes(1)
    // It slides in, and what lies below it still takes presses.
    open('pages/me/index', 'account/devices/index')
    await openPage('devices')
    expect(Taro.navigateTo).toHaveBeenCalledTimes(1)
  })

  it('takes the place of the one that is seen where WeChat lets no more lie over each other', async () => {
    open(...Array(9).fill('account/privacy/index'))
    await openPage('devices')
    expect(Taro.navigateTo).toHaveBeenCalledTimes(1)
    open(...Array(10).fill('account/privacy/index'))
    await openPage('devices')
    expect(Taro.navigateTo).toHaveBeenCalledTimes(1)
    expect(Taro.redirectTo).toHaveBeenCalledWith({ url: '/account/devices/index' })
    expect(Taro.showToast).not.toHaveBeenCalled()
  })

  it('can be opened again after it could not be', async () => {
    vi.mocked(Taro.navigateTo).mockRejectedValueOnce({ errMsg: 'navigateTo:fail timeout' })
    await openPage('devices')
    await openPage('devices')
    expect(Taro.navigateTo).toHaveBeenCalledTimes(2)
  })

  it('is left for the one below it, or for the home tab', async () => {
    open('pages/me/index', 'account/about/index')
    await closePage('about')
    expect(Taro.navigateBack).toHaveBeenCalledTimes(1)
    open('account/about/index')
    await closePage('about')
    expect(Taro.switchTab).toHaveBeenCalledWith({ url: '/pages/home/index' })
  })
  it('is left together with what lies over it, unless it was left already', async () => {
    open('pages/me/index', 'account/merge/index', 'account/privacy/index')
    await closePage('merge')
    expect(Taro.navigateBack).toHaveBeenCalledWith({ delta: 2 })
    open('pages/me/index', 'account/security/index')
    await closePage('merge')
    expect(Taro.navigateBack).toHaveBeenCalledTimes(1)
    expect(Taro.switchTab).not.toHaveBeenCalled()
  })
})

describe('the login with a password', () => {
  it('is left by the login page below it, which leaves as soon as somebody is logged in', async () => {
    open('pages/me/index', 'account/login/index', 'account/password-login/index')
    await closePasswordLogin()
    expect(Taro.navigateBack).not.toHaveBeenCalled()
    await closeLogin()
    expect(Taro.navigateBack).toHaveBeenCalledWith({ delta: 2 })
  })

  it('is left for the page below it, or the home tab, where it was opened by itself', async () => {
    open('pages/me/index', 'account/password-login/index')
    await closePasswordLogin()
    expect(Taro.navigateBack).toHaveBeenCalledWith({ delta: 1 })
    open('account/password-login/index')
    await closePasswordLogin()
    expect(Taro.switchTab).toHaveBeenCalledWith({ url: '/pages/home/index' })
  })

  it('is gone back to after a reset of the password, or opened in its place', async () => {
    open('account/password-login/index', 'account/password-reset/index')
    await continueToPasswordLogin()
    expect(Taro.navigateBack).toHaveBeenCalledTimes(1)
    open('account/password-reset/index')
    await continueToPasswordLogin()
    expect(Taro.redirectTo).toHaveBeenCalledWith({ url: '/account/password-login/index' })
  })
})
