// @vitest-environment happy-dom

import Taro from '@tarojs/taro'
import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import AboutPage from '../../src/account/about/index.tsx'
import AgreementPage from '../../src/account/agreement/index.tsx'
import { strings as agreement } from '../../src/account/agreement/strings.ts'
import { strings as legalPage } from '../../src/account/components/legal-page.tsx'
import DataPage from '../../src/account/data/index.tsx'
import DevicesPage from '../../src/account/devices/index.tsx'
import LoginHistoryPage from '../../src/account/login-history/index.tsx'
import PhonePage from '../../src/account/phone/index.tsx'
import PrivacyPage from '../../src/account/privacy/index.tsx'
import { strings as privacy } from '../../src/account/privacy/strings.ts'
import ProfilePage from '../../src/account/profile/index.tsx'
import SecurityPage from '../../src/account/security/index.tsx'
import { en } from '../../src/i18n/en.ts'
import { MessagesContext } from '../../src/i18n/index.ts'
import type { Messages } from '../../src/i18n/messages.ts'
import { zhCn } from '../../src/i18n/zh-cn.ts'
import type { Language } from '../../src/lib/language.ts'
import HomePage from '../../src/pages/home/index.tsx'
import { SessionContext } from '../../src/session/use-session.ts'
import { dataPractices } from '../session/fake-server.ts'
import { createPhone } from '../session/phone.ts'

beforeEach(() => {
  vi.clearAllMocks()
})

afterEach(cleanup)

function renderIn(messages: Messages, Page: () => React.JSX.Element) {
  render(
    <MessagesContext.Provider value={messages}>
      <SessionContext.Provider value={createPhone().launch()}>
        <Page />
      </SessionContext.Provider>
    </MessagesContext.Provider>,
  )
}

describe('in English', () => {
  it('HomePage has an English title and tabs', () => {
    renderIn(en, HomePage)
    expect(screen.getByText(en.home.greetGuest)).toBeDefined()
    expect(Taro.setNavigationBarTitle).toHaveBeenCalledWith({ title: en.brand })
    expect(vi.mocked(Taro.setTabBarItem).mock.calls).toEqual([
      [{ index: 0, text: en.home.tab }],
      [{ index: 1, text: en.me.title }],
    ])
  })
})

describe('pages behind rows of the Me page', () => {
  it.each([
    ['about', AboutPage],
    ['login-history', LoginHistoryPage],
    ['devices', DevicesPage],
    ['data', DataPage],
    ['phone', PhonePage],
    ['profile', ProfilePage],
    ['security', SecurityPage],
  ] as const)("have the row's label as title: %s", async (route, Page) => {
    vi.stubGlobal('definePageConfig', (config: object) => config)
    const { default: config } = await import(`../../src/account/${route}/index.config.ts`)
    vi.unstubAllGlobals()
    expect(config).toEqual({ navigationBarTitleText: zhCn.me[route] })
    renderIn(en, Page)
    expect(Taro.setNavigationBarTitle).toHaveBeenCalledWith({ title: en.me[route] })
    expect(en.me[route].length).toBeLessThanOrEqual(14)
  })
})

describe('in Chinese', () => {
  it('HomePage keeps the configured titles', () => {
    renderIn(zhCn, HomePage)
    expect(Taro.setNavigationBarTitle).not.toHaveBeenCalled()
    expect(Taro.setTabBarItem).not.toHaveBeenCalled()
  })
})

describe.each([
  ['Chinese', zhCn],
  ['English', en],
])('in %s', (_name, messages) => {
  it.each([
    ['agreement', AgreementPage, agreement[messages.language].sections],
    ['privacy policy', PrivacyPage, privacySections(messages.language)],
  ] as const)(
    'the %s shows every section and says that it is a sample',
    async (_document, Page, sections) => {
      renderIn(messages, Page)
      expect(screen.getByText(legalPage[messages.language].sample)).toBeDefined()
      for (const { heading } of sections) expect(await screen.findByText(heading)).toBeDefined()
    },
  )
})

function privacySections(language: Language) {
  const { before, fromConfiguration, after } = privacy[language]
  return [...before(), ...fromConfiguration(dataPractices), ...after()]
}
