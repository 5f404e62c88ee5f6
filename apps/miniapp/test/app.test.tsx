// @vitest-environment happy-dom

import Taro from '@tarojs/taro'
import { act, cleanup, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import App from '../src/app.tsx'
import { en } from '../src/i18n/en.ts'
import { zhCn } from '../src/i18n/zh-cn.ts'
import { chooseLanguage } from '../src/lib/language.ts'
import MePage from '../src/pages/me/index.tsx'
import { session } from '../src/session.ts'
import { pages } from './fakes/taro.ts'

type Told = Parameters<typeof Taro.onNetworkStatusChange>[0]

vi.hoisted(() => {
  const url = 'https://api.example'
  vi.stubGlobal('API_URLS', { develop: url, trial: url, release: url })
})

/** The mini program starts, with one page. */
const launch = () =>
  render(
    <App>
      <MePage />
    </App>,
  )

const tellNetwork = (isConnected: boolean) =>
  act(() => vi.mocked(Taro.onNetworkStatusChange).mock.lastCall?.[0]({ isConnected } as Parameters<Told>[0]))

beforeEach(() => {
  vi.clearAllMocks()
})

afterEach(() => {
  cleanup()
  chooseLanguage('system')
})

describe('session', () => {
  it('starts once, at launch', () => {
    const start = vi.spyOn(session, 'start')
    launch()
    act(() => pages.hide())
    act(() => pages.show())
    expect(start).toHaveBeenCalledTimes(1)
  })

  it('resumes whenever the mini program comes to the front', () => {
    const resume = vi.spyOn(session, 'resume')
    launch()
    act(() => pages.hide())
    act(() => pages.show())
    expect(resume).toHaveBeenCalledTimes(2)
  })
})

describe('language change', () => {
  it('applies to the page, its title and the tabs at once', () => {
    launch()
    expect(screen.getByText(zhCn.me.guestName)).toBeDefined()
    act(() => chooseLanguage('en'))
    expect(screen.getByText(en.me.guestName)).toBeDefined()
    expect(Taro.setNavigationBarTitle).toHaveBeenLastCalledWith({ title: en.me.title })
    expect(vi.mocked(Taro.setTabBarItem).mock.calls).toEqual([
      [{ index: 0, text: en.home.tab }],
      [{ index: 1, text: en.me.title }],
    ])
  })

  it('on another page updates the bars when this page returns', async () => {
    launch()
    act(() => pages.hide())
    act(() => chooseLanguage('en'))
    expect(Taro.setNavigationBarTitle).not.toHaveBeenCalled()
    expect(Taro.setTabBarItem).not.toHaveBeenCalled()
    act(() => pages.show())
    expect(Taro.setNavigationBarTitle).toHaveBeenLastCalledWith({ title: en.me.title })
    expect(Taro.setTabBarItem).toHaveBeenCalledTimes(2)
  })

  it('back to Chinese updates the bars', async () => {
    launch()
    act(() => chooseLanguage('en'))
    act(() => chooseLanguage('zh_CN'))
    expect(Taro.setNavigationBarTitle).toHaveBeenLastCalledWith({ title: zhCn.me.title })
    expect(Taro.setTabBarItem).toHaveBeenLastCalledWith({ index: 1, text: zhCn.me.title })
  })

  it('sets each bar once', async () => {
    launch()
    act(() => chooseLanguage('en'))
    act(() => pages.hide())
    act(() => pages.show())
    expect(Taro.setNavigationBarTitle).toHaveBeenCalledTimes(1)
  })
})

describe('offline banner', () => {
  it('shows while there is no network', async () => {
    launch()
    expect(screen.queryByText(zhCn.common.offline)).toBeNull()
    tellNetwork(false)
    expect(screen.getByText(zhCn.common.offline)).toBeDefined()
    tellNetwork(true)
    expect(screen.queryByText(zhCn.common.offline)).toBeNull()
  })

  it('shows at launch without a network', async () => {
    vi.mocked(Taro.getNetworkType).mockResolvedValueOnce({ networkType: 'none' } as never)
    launch()
    expect(await screen.findByText(zhCn.common.offline)).toBeDefined()
  })
})

describe('a reused refresh token', () => {
  it.each([true, false])('shows a dialog that leads to the login history: %s', async (confirm) => {
    const on = vi.spyOn(session, 'on')
    vi.mocked(Taro.showModal).mockResolvedValueOnce({ confirm } as never)
    launch()
    const [tell] = on.mock.lastCall ?? []
    await act(async () => tell?.({ type: 'token_reused' }))
    expect(Taro.showModal).toHaveBeenCalledWith(
      expect.objectContaining({ title: zhCn.me.security, content: zhCn.errors.refresh_token_reused }),
    )
    expect(vi.mocked(Taro.navigateTo).mock.calls).toEqual(
      confirm ? [[{ url: '/account/login-history/index' }]] : [],
    )
  })
})

describe('a new version', () => {
  /** A phone whose WeChat has downloaded one. */
  function updateReady() {
    const manager = { onUpdateReady: vi.fn((told: () => void) => told()), applyUpdate: vi.fn() }
    vi.mocked(Taro.getUpdateManager).mockReturnValueOnce(manager as never)
    return manager
  }

  it.each([
    ['is taken', true, 1],
    ['waits', false, 0],
  ])('%s when the user answers %s', async (_name, confirm, times) => {
    const manager = updateReady()
    vi.mocked(Taro.showModal).mockResolvedValueOnce({ confirm } as never)
    launch()
    await act(async () => {})
    const { title, body, confirm: confirmText, cancel: cancelText } = zhCn.update
    expect(Taro.showModal).toHaveBeenCalledWith({ title, content: body, confirmText, cancelText })
    expect(manager.applyUpdate).toHaveBeenCalledTimes(times)
  })

  it('is not offered where WeChat has no update manager', async () => {
    vi.mocked(Taro.canIUse).mockReturnValueOnce(false)
    launch()
    expect(Taro.getUpdateManager).not.toHaveBeenCalled()
  })
})
