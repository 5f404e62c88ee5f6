import Taro from '@tarojs/taro'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { leaveLogin, leavePage, loginClosed, openLogin } from '../src/navigation.ts'

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
    expect(Taro.navigateTo).toHaveBeenCalledWith({ url: '/pages/login/index' })
    expect(done).not.toHaveBeenCalled()
    loginClosed()
    await opened
    expect(done).toHaveBeenCalledTimes(1)
  })

  it('is not opened over itself, and whoever asked is answered when it closes', async () => {
    open('pages/home/index', 'pages/login/index', 'account/privacy/index')
    const opened = openLogin()
    loginClosed()
    await opened
    expect(Taro.navigateTo).not.toHaveBeenCalled()
  })

  it('is left for the page that asked, also from a document above it', async () => {
    open('pages/home/index', 'pages/login/index', 'account/privacy/index')
    await leaveLogin()
    expect(Taro.navigateBack).toHaveBeenCalledWith({ delta: 2 })
  })

  it('is left once: nobody is moved about when it has gone', async () => {
    await leaveLogin()
    expect(Taro.navigateBack).not.toHaveBeenCalled()
    expect(Taro.switchTab).not.toHaveBeenCalled()
  })

  it('is left for the home tab where nothing lies below it', async () => {
    open('pages/login/index')
    await leaveLogin()
    expect(Taro.switchTab).toHaveBeenCalledWith({ url: '/pages/home/index' })
  })
})

describe('another page', () => {
  it('is left for the one below it, or for the home tab', async () => {
    open('pages/me/index', 'account/about/index')
    await leavePage()
    expect(Taro.navigateBack).toHaveBeenCalledTimes(1)
    open('account/about/index')
    await leavePage()
    expect(Taro.switchTab).toHaveBeenCalledWith({ url: '/pages/home/index' })
  })
})
