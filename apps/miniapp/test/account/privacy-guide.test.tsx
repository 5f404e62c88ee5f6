// @vitest-environment happy-dom

import Taro from '@tarojs/taro'
import { act, fireEvent, screen } from '@testing-library/react'
import type { ComponentType } from 'react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import AboutPage from '../../src/account/about/index.tsx'
import { strings as aboutStrings } from '../../src/account/about/strings.ts'
import { AccountScreen } from '../../src/account/components/account-screen.tsx'
import { strings as agreementStrings } from '../../src/account/components/agreement-strings.ts'
import { strings as popupStrings } from '../../src/account/components/privacy-popup-strings.ts'
import { strings } from '../../src/account/lib/use-privacy-guide.ts'
import { privacyPrompt } from '../../src/account/lib/wechat-privacy-prompt.ts'
import LoginPage from '../../src/account/login/index.tsx'
import PasswordLoginPage from '../../src/account/password-login/index.tsx'
import PrivacyPage from '../../src/account/privacy/index.tsx'
import { urlOf } from '../../src/lib/navigation.ts'
import { renderPage } from '../pages/render-page.tsx'

/** Lets WeChat ask its privacy question; it has one listener, which came with the page's modules. */
const askPrivacyQuestion = vi.mocked(Taro.onNeedPrivacyAuthorization).mock.lastCall?.[0] as unknown as (
  resolve: () => void,
  info?: { referrer: string },
) => void

const { openPrivacyContract } = Taro

beforeEach(() => {
  vi.clearAllMocks()
  vi.mocked(Taro.getCurrentPages).mockReturnValue([{ route: 'account/login/index' }] as never)
})

afterEach(() => {
  privacyPrompt.disagree()
  Object.assign(Taro, { openPrivacyContract })
})

const PageThatAsks = () => (
  <AccountScreen title="">
    <p />
  </AccountScreen>
)

const places: [string, ComponentType, string, () => void][] = [
  ['the login page', LoginPage, agreementStrings.zh_CN.guide, () => {}],
  ['the login with a password', PasswordLoginPage, agreementStrings.zh_CN.guide, () => {}],
  ['the privacy question', PageThatAsks, popupStrings.zh_CN.guide, () => askPrivacyQuestion(() => {})],
  ['the settings', AboutPage, aboutStrings.zh_CN.guide, () => {}],
]

describe.each(places)('the privacy guide link on %s', (_place, Page, name, prepare) => {
  async function tapLink() {
    renderPage(Page)
    act(prepare)
    await act(async () => fireEvent.click(screen.getByText(name)))
  }

  it('opens the guide', async () => {
    await tapLink()
    expect(openPrivacyContract).toHaveBeenCalledTimes(1)
    expect(Taro.showModal).not.toHaveBeenCalled()
  })

  it.each([
    [
      'WeChat has none to show',
      () =>
        vi.mocked(openPrivacyContract).mockImplementationOnce((options) => options?.fail?.({ errMsg: '' })),
    ],
    ['WeChat is too old', () => Object.assign(Taro, { openPrivacyContract: undefined })],
  ])('offers the privacy policy when %s', async (_why, breakGuide) => {
    breakGuide()
    await tapLink()
    const { title, body, confirm } = strings.zh_CN
    expect(vi.mocked(Taro.showModal).mock.calls).toEqual([
      [expect.objectContaining({ title, content: body, confirmText: confirm })],
    ])
    expect(Taro.navigateTo).toHaveBeenCalledWith({ url: urlOf('privacy') })
  })

  it('stays on the page when the user declines the policy', async () => {
    Object.assign(Taro, { openPrivacyContract: undefined })
    vi.mocked(Taro.showModal).mockResolvedValueOnce({ confirm: false } as never)
    await tapLink()
    expect(Taro.navigateTo).not.toHaveBeenCalled()
  })
})

describe('PrivacyPopup', () => {
  const t = popupStrings.zh_CN

  function renderPrompt(referrer: string, setting?: object) {
    vi.mocked(Taro.getPrivacySetting).mockImplementationOnce((options) => {
      if (setting) options?.success?.(setting as never)
    })
    renderPage(PageThatAsks)
    act(() => askPrivacyQuestion(() => {}, { referrer }))
  }

  it.each([
    ['button.getPhoneNumber', '“绑定手机号”需要使用你的手机号，用于登录和找回账号。'],
    ['button.chooseAvatar', '“更换头像”需要使用你的头像，用于展示你的账号。'],
    ['setClipboardData', '“复制”需要使用你的剪切板，用于写入你要复制的内容。'],
  ])('names the item and the purpose when %s needs the consent', (referrer, sentence) => {
    renderPrompt(referrer)
    expect(screen.getByText(`${sentence}请阅读并同意后继续；不同意则无法使用此功能。`)).toBeDefined()
  })

  it('uses general words when WeChat names something else', () => {
    renderPrompt('chooseLocation')
    expect(screen.getByText(t.body)).toBeDefined()
  })

  it('calls the document by the name that WeChat gives it', () => {
    renderPrompt('setClipboardData', { privacyContractName: '《某某隐私保护指引》' })
    expect(screen.getByText('《某某隐私保护指引》')).toBeDefined()
    expect(screen.queryByText(t.guide)).toBeNull()
  })

  it.each([
    ['an empty name', { privacyContractName: '' }],
    ['no response', undefined],
  ])('calls the document 小程序用户隐私保护指引 when WeChat gives %s', (_what, setting) => {
    renderPrompt('setClipboardData', setting)
    expect(screen.getByText('《小程序用户隐私保护指引》')).toBeDefined()
  })
})

it('LegalPage shows no privacy prompt', () => {
  renderPage(PrivacyPage)
  act(() => askPrivacyQuestion(() => {}))
  expect(screen.queryByRole('dialog')).toBeNull()
})

it("usePrivacyGuide has labels that fit WeChat's dialog buttons", () => {
  for (const { confirm } of Object.values(strings)) expect(confirm.length).toBeLessThanOrEqual(4)
})
