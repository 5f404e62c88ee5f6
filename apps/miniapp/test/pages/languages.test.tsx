// @vitest-environment happy-dom

import Taro from '@tarojs/taro'
import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import AgreementPage from '../../src/account/agreement/index.tsx'
import * as legalEn from '../../src/account/legal/legal-en.ts'
import * as legalZhCn from '../../src/account/legal/legal-zh-cn.ts'
import PrivacyPage from '../../src/account/privacy/index.tsx'
import HomePage from '../../src/pages/home/index.tsx'
import { SessionContext } from '../../src/session/use-session.ts'
import { en } from '../../src/text/en.ts'
import { TextContext } from '../../src/text/index.ts'
import type { Text } from '../../src/text/text.ts'
import { zhCn } from '../../src/text/zh-cn.ts'
import { createPhone } from '../session/phone.ts'

beforeEach(() => {
  vi.clearAllMocks()
})

afterEach(cleanup)

function renderIn(text: Text, Page: () => React.JSX.Element) {
  render(
    <TextContext.Provider value={text}>
      <SessionContext.Provider value={createPhone().launch()}>
        <Page />
      </SessionContext.Provider>
    </TextContext.Provider>,
  )
}

describe('in English', () => {
  it('home is English, with its title and its tabs', () => {
    renderIn(en, HomePage)
    expect(screen.getByText(en.home.greetGuest)).toBeDefined()
    expect(Taro.setNavigationBarTitle).toHaveBeenCalledWith({ title: en.home.title })
    expect(vi.mocked(Taro.setTabBarItem).mock.calls).toEqual([
      [{ index: 0, text: en.home.tab }],
      [{ index: 1, text: en.me.title }],
    ])
  })
})

describe('in Chinese', () => {
  it('the bars keep what the configuration says', () => {
    renderIn(zhCn, HomePage)
    expect(Taro.setNavigationBarTitle).not.toHaveBeenCalled()
    expect(Taro.setTabBarItem).not.toHaveBeenCalled()
  })
})

describe.each([
  ['Chinese', zhCn, legalZhCn],
  ['English', en, legalEn],
])('in %s', (_name, text, legal) => {
  it.each([
    ['agreement', AgreementPage],
    ['privacy', PrivacyPage],
  ] as const)('the page of the %s says that a team must replace it, and has every section', (name, Page) => {
    renderIn(text, Page)
    expect(screen.getByText(legal[name].notice)).toBeDefined()
    for (const { heading } of legal[name].sections) expect(screen.getByText(heading)).toBeDefined()
  })
})
