// @vitest-environment happy-dom

import Taro from '@tarojs/taro'
import { fireEvent, screen, waitFor } from '@testing-library/react'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { strings as agreementStrings } from '../../src/account/components/agreement-strings.ts'
import LoginPage, { Login } from '../../src/account/login/index.tsx'
import { strings } from '../../src/account/login/strings.ts'
import PhoneLoginPage from '../../src/account/phone-login/index.tsx'
import { renderPage } from '../pages/render-page.tsx'
import { userOf } from '../session/fake-server.ts'
import { ada, createPhone } from '../session/phone.ts'

const t = strings.zh_CN
const agreement = agreementStrings.zh_CN
const login = 'POST /v1/auth/phone-login'
const button = (name: string) => screen.getByRole('button', { name }) as HTMLButtonElement
const share = (name: string, detail: object) =>
  fireEvent(button(name), new CustomEvent('getphonenumber', { detail }))
const shared = { errMsg: 'getPhoneNumber:ok', code: 'a phone code' }

function openedFrom(...routes: string[]) {
  vi.mocked(Taro.getCurrentPages).mockReturnValue(routes.map((route) => ({ route })) as never)
}

function phoneWithNumber() {
  const phone = createPhone()
  phone.server.respondNext(login, () => ({ ...phone.server.issue(userOf(ada)), isNewUser: true }))
  return phone
}

beforeEach(() => {
  vi.clearAllMocks()
  vi.mocked(Taro.canIUse).mockReturnValue(true)
  openedFrom('pages/me/index', 'account/login/index', 'account/phone-login/index')
})

describe('LoginPage', () => {
  it('has the phone button and its purpose by default, without WeChat in the purpose', () => {
    renderPage(LoginPage)
    expect(button(t.phoneButton)).toBeDefined()
    expect(screen.getByText(t.phonePurpose).textContent).not.toContain('微信')
  })

  it('opens the page of the phone button when that has a page of its own', () => {
    openedFrom('pages/me/index', 'account/login/index')
    renderPage(() => <Login phoneHasOwnPage={true} />)
    expect(screen.queryByText(t.phonePurpose)).toBeNull()
    fireEvent.click(button(t.phoneButton))
    expect(Taro.navigateTo).toHaveBeenCalledWith({ url: '/account/phone-login/index' })
    expect(button(t.phoneButton).dataset.openType).toBeUndefined()
  })
})

describe('PhoneLoginPage', () => {
  it('asks for the consent before WeChat asks for the number', () => {
    const { phone } = renderPage(PhoneLoginPage)
    expect(screen.getByText(t.phonePurpose)).toBeDefined()
    expect(button(t.phoneButton).dataset.openType).toBeUndefined()
    fireEvent.click(button(t.phoneButton))
    expect(screen.getByRole('dialog', { name: agreement.title })).toBeDefined()
    expect(phone.server.total()).toBe(0)
  })

  it('logs in with the number, and leaves closing to the login page below', async () => {
    const { session } = renderPage(PhoneLoginPage, phoneWithNumber())
    fireEvent.click(screen.getByRole('checkbox'))
    share(t.phoneButton, shared)
    await waitFor(() => expect(session.state().kind).toBe('user'))
    expect(Taro.navigateBack).not.toHaveBeenCalled()
  })

  it('closes itself after the login when no login page is below', async () => {
    openedFrom('account/phone-login/index')
    renderPage(PhoneLoginPage, phoneWithNumber())
    fireEvent.click(screen.getByRole('checkbox'))
    share(t.phoneButton, shared)
    await waitFor(() => expect(Taro.switchTab).toHaveBeenCalledWith({ url: '/pages/home/index' }))
  })

  it('says that the user did not share the number', () => {
    renderPage(PhoneLoginPage)
    fireEvent.click(screen.getByRole('checkbox'))
    share(t.phoneButton, { errMsg: 'getPhoneNumber:fail user deny' })
    expect(screen.getByText(t.phoneDenied)).toBeDefined()
  })

  it('returns to the login page when the user leaves', async () => {
    renderPage(PhoneLoginPage)
    fireEvent.click(button(t.notNow))
    await waitFor(() => expect(Taro.navigateBack).toHaveBeenCalledWith({ delta: 1 }))
  })
})
