// @vitest-environment happy-dom

import Taro from '@tarojs/taro'
import { act, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import AboutPage from '../../src/account/about/index.tsx'
import { strings } from '../../src/account/about/strings.ts'
import { legal } from '../../src/account/legal.ts'
import { strings as clipboard } from '../../src/account/lib/clipboard-strings.ts'
import { en as english } from '../../src/i18n/en.ts'
import { MessagesContext, messagesFor } from '../../src/i18n/index.ts'
import { zhCn } from '../../src/i18n/zh-cn.ts'
import { chooseLanguage, language } from '../../src/lib/language.ts'
import { useObservable } from '../../src/lib/observable.ts'
import { SessionContext } from '../../src/session/use-session.ts'
import '../pages/render-page.tsx'
import { createPhone } from '../session/phone.ts'

const { zh_CN: zh, en } = strings

/** The page below what follows the language, as in `app.tsx`. */
function Speaking() {
  return (
    <MessagesContext.Provider value={messagesFor(useObservable(language))}>
      <AboutPage />
    </MessagesContext.Provider>
  )
}

function renderAbout() {
  const phone = createPhone()
  render(
    <SessionContext.Provider value={phone.launch()}>
      <Speaking />
    </SessionContext.Provider>,
  )
  return phone
}

const runs = (miniProgram: object) =>
  vi.mocked(Taro.getAccountInfoSync).mockReturnValue({ miniProgram } as never)
const tapLanguage = async (name: RegExp, tapIndex: number) => {
  vi.mocked(Taro.showActionSheet).mockResolvedValueOnce({ tapIndex } as never)
  await act(async () => fireEvent.click(screen.getByRole('button', { name })))
}

beforeEach(() => {
  vi.clearAllMocks()
  vi.mocked(Taro.canIUse).mockReturnValue(true)
})
afterEach(() => act(() => chooseLanguage('system')))

describe('AboutPage', () => {
  it('shows brand, documents and uploaded data to guests without a request', () => {
    const phone = renderAbout()
    expect(screen.getByText(zhCn.brand)).toBeDefined()
    expect(screen.getByText(zh.data)).toBeDefined()
    fireEvent.click(screen.getByRole('button', { name: zh.agreement }))
    expect(Taro.navigateTo).toHaveBeenLastCalledWith({ url: '/account/agreement/index' })
    fireEvent.click(screen.getByRole('button', { name: zh.privacy }))
    expect(Taro.navigateTo).toHaveBeenLastCalledWith({ url: '/account/privacy/index' })
    expect(phone.server.total()).toBe(0)
  })

  it.each([
    [{ version: '1.2.0', envVersion: 'release' }, '1.2.0'],
    [{ version: '', envVersion: 'release' }, zh.environments.release],
    [{ version: '', envVersion: 'trial' }, zh.environments.trial],
    [{ version: '', envVersion: 'develop' }, zh.environments.develop],
    [{}, zh.environments.release],
  ])('shows the version: %o', (miniProgram, version) => {
    runs(miniProgram)
    renderAbout()
    expect(screen.getByText(version)).toBeDefined()
  })

  it('works when WeChat cannot tell the version', () => {
    const { getAccountInfoSync } = Taro
    Object.assign(Taro, { getAccountInfoSync: undefined })
    renderAbout()
    Object.assign(Taro, { getAccountInfoSync })
    expect(screen.getByText(zh.environments.release)).toBeDefined()
  })

  it('opens customer service, and has the channels of the operator for complaints and requests', async () => {
    renderAbout()
    expect(screen.getByRole('button', { name: zhCn.support }).dataset.openType).toBe('contact')
    for (const channel of ['report', 'rights'] as const) {
      fireEvent.click(screen.getByRole('button', { name: zh[channel] }))
      expect(screen.getByRole('dialog', { name: zh[channel] }).textContent).toContain('15 个工作日')
      await act(async () =>
        fireEvent.click(screen.getByRole('button', { name: `${zh.email} ${legal.contacts.email}` })),
      )
      expect(Taro.setClipboardData).toHaveBeenLastCalledWith({ data: legal.contacts.email })
      await act(async () =>
        fireEvent.click(screen.getByRole('button', { name: `${zh.phone} ${legal.contacts.phone}` })),
      )
      expect(Taro.makePhoneCall).toHaveBeenLastCalledWith({ phoneNumber: legal.contacts.phone })
      fireEvent.click(screen.getByRole('button', { name: zh.close }))
      expect(screen.queryByRole('dialog')).toBeNull()
    }
  })

  it('says why the address could not be copied, and nothing when the user does not call', async () => {
    renderAbout()
    fireEvent.click(screen.getByRole('button', { name: zh.report }))
    vi.mocked(Taro.makePhoneCall).mockRejectedValueOnce({ errMsg: 'makePhoneCall:fail cancel' })
    await act(async () =>
      fireEvent.click(screen.getByRole('button', { name: `${zh.phone} ${legal.contacts.phone}` })),
    )
    expect(screen.queryByRole('alert')).toBeNull()
    vi.mocked(Taro.setClipboardData).mockRejectedValueOnce({ errMsg: 'setClipboardData:fail' })
    await act(async () =>
      fireEvent.click(screen.getByRole('button', { name: `${zh.email} ${legal.contacts.email}` })),
    )
    expect(screen.getByRole('alert').textContent).toContain(clipboard.zh_CN.failed)
  })

  it('hides the privacy guide where WeChat has none', () => {
    vi.mocked(Taro.canIUse).mockReturnValue(false)
    renderAbout()
    expect(screen.queryByText(zh.guide)).toBeNull()
  })
})

describe('language', () => {
  it('follows WeChat until the user chooses one, and changes the title too', async () => {
    renderAbout()
    expect(screen.getByText(zh.languages.system)).toBeDefined()
    await tapLanguage(/^语言/, 2)
    expect(vi.mocked(Taro.showActionSheet).mock.lastCall?.[0]).toEqual({
      itemList: [zh.languages.system, '简体中文', 'English'],
    })
    expect(screen.getByText(en.data)).toBeDefined()
    expect(Taro.setNavigationBarTitle).toHaveBeenLastCalledWith({ title: english.me.about })
    expect(Taro.setStorageSync).toHaveBeenLastCalledWith('language', 'en')

    await tapLanguage(/^Language/, 0)
    expect(screen.getByText(zh.languages.system)).toBeDefined()
    expect(Taro.setNavigationBarTitle).toHaveBeenLastCalledWith({ title: zhCn.me.about })
  })

  it('stays when the user cancels', async () => {
    renderAbout()
    await act(async () => fireEvent.click(screen.getByRole('button', { name: /^语言/ })))
    expect(screen.getByText(zh.languages.system)).toBeDefined()
    expect(Taro.setStorageSync).not.toHaveBeenCalledWith('language', expect.anything())
  })
})
