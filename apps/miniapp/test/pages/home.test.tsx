// @vitest-environment happy-dom

import Taro from '@tarojs/taro'
import { act, fireEvent, screen, waitFor } from '@testing-library/react'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { zhCn } from '../../src/i18n/zh-cn.ts'
import HomePage from '../../src/pages/home/index.tsx'
import { ApiError } from '../../src/session/errors.ts'
import { consent } from '../fakes/consent.ts'
import { leaveAndReturn } from '../fakes/taro.ts'
import { apiError } from '../session/fake-server.ts'
import { bob, createPhone } from '../session/phone.ts'
import { renderPage } from './render-page.tsx'

const words = zhCn.home
const ask = () => fireEvent.click(screen.getByRole('button', { name: words.load }))

function loggedInPhone() {
  const phone = createPhone()
  phone.storeSession()
  return phone
}

beforeEach(() => {
  vi.clearAllMocks()
  vi.mocked(Taro.getCurrentPages).mockReturnValue([{ route: 'pages/home/index' }] as never)
})

describe('HomePage', () => {
  it('shows a guest everything without a login or a request', () => {
    const { phone } = renderPage(HomePage)
    expect(screen.getByText(words.greetGuest)).toBeDefined()
    expect(phone.server.total()).toBe(0)
    expect(Taro.navigateTo).not.toHaveBeenCalled()
  })

  it('opens the login page when a guest taps the protected card', () => {
    const { phone } = renderPage(HomePage)
    ask()
    expect(phone.openLogin).toHaveBeenCalledTimes(1)
    expect(phone.server.total()).toBe(0)
  })

  it('loads what the guest tapped after the login, and nothing without one', async () => {
    const phone = createPhone()
    const { session } = renderPage(HomePage, phone)
    await act(async () => ask())
    expect(phone.server.total()).toBe(0)
    phone.openLogin.mockImplementationOnce(async () => void (await session.login(consent)))
    ask()
    expect(await screen.findByText(/^更新于/)).toBeDefined()
    expect(phone.server.count('GET /v1/me')).toBe(1)
  })

  it.each([
    ['the tap finds out', false],
    ['the page has found out before', true],
  ])('says why nothing was loaded when the user declines newer documents and %s', async (_when, isKnown) => {
    const phone = loggedInPhone()
    const requiredConsent = { agreementVersion: null, privacyVersion: '9999-01-01' }
    phone.server.invalidateAccessTokens()
    phone.server.failNext(
      'POST /v1/auth/refresh',
      new ApiError('consent_outdated', { status: 409, requiredConsent }),
      9,
    )
    phone.onConsentOutdated.mockResolvedValue(null)
    const { session } = renderPage(HomePage, phone)
    if (isKnown) await act(() => session.load('GET /v1/me', {}).catch(() => {}))
    await act(async () => ask())
    expect(await screen.findByText(zhCn.errors.consent_outdated)).toBeDefined()
    expect(phone.onConsentOutdated).toHaveBeenCalledTimes(1)
  })

  it('greets the user and loads on a tap', async () => {
    renderPage(HomePage, loggedInPhone())
    expect(screen.getByText(words.greetUser('微信用户 ADA0'))).toBeDefined()
    ask()
    expect(await screen.findByText(/^更新于 \d\d:\d\d:\d\d：普通用户$/)).toBeDefined()
  })

  it('shows an error and loads again on the next tap', async () => {
    const phone = loggedInPhone()
    phone.server.failNext('GET /v1/me', new ApiError('request_timeout'))
    renderPage(HomePage, phone)
    ask()
    expect((await screen.findByRole('alert')).textContent).toContain(zhCn.errors.request_timeout)
    ask()
    await waitFor(() => expect(screen.queryByRole('alert')).toBeNull())
  })

  it('loads nothing for another user and says why', async () => {
    const phone = loggedInPhone()
    const { session } = renderPage(HomePage, phone)
    phone.server.failNext('GET /v1/me', apiError('session_revoked', 401))
    phone.wechatUserId = bob
    phone.openLogin.mockImplementationOnce(async () => void (await session.login(consent)))
    ask()
    await waitFor(() => expect(screen.getByRole('alert').textContent).toContain(zhCn.errors.different_user))
    expect(screen.queryByText(/^更新于/)).toBeNull()
  })

  it('hides the error of an ended session after the next login', async () => {
    const phone = loggedInPhone()
    const { session } = renderPage(HomePage, phone)
    phone.server.failNext('GET /v1/me', apiError('session_revoked', 401))
    await act(async () => ask())
    expect(screen.getAllByRole('alert')).toHaveLength(1)
    await act(() => session.login(consent))
    expect(screen.queryByRole('alert')).toBeNull()
  })

  it("never shows one user's content to another", async () => {
    const phone = loggedInPhone()
    const { session } = renderPage(HomePage, phone)
    ask()
    await screen.findByText(/^更新于/)
    phone.wechatUserId = bob
    await act(() => session.logout())
    await act(() => session.login(consent))
    expect(screen.queryByText(/^更新于/)).toBeNull()
  })

  it('opens one login page for two taps and loads once', async () => {
    const phone = createPhone()
    const { session } = renderPage(HomePage, phone)
    let close = () => {}
    phone.openLogin.mockImplementation(() => new Promise<void>((resolve) => (close = resolve)))
    ask()
    fireEvent.click(screen.getByRole('button', { name: words.load }))
    await act(() => session.login(consent))
    close()
    await screen.findByText(/^更新于/)
    expect(phone.openLogin).toHaveBeenCalledTimes(1)
    expect(phone.server.count('GET /v1/me')).toBe(1)
  })

  it('becomes a guest page when the session ends', async () => {
    const { session } = renderPage(HomePage, loggedInPhone())
    await act(() => session.logout())
    expect(screen.getByText(words.greetGuest)).toBeDefined()
    expect(screen.getByText(words.protectedCardGuestHint)).toBeDefined()
  })
})

describe('HomePage when it returns', () => {
  it('reloads the user, but not at launch', async () => {
    const phone = loggedInPhone()
    renderPage(HomePage, phone)
    await act(async () => {})
    expect(phone.server.total()).toBe(0)
    phone.server.failNext('GET /v1/me', apiError('session_revoked', 401))
    await act(async () => leaveAndReturn())
    expect((await screen.findByRole('alert')).textContent).toContain(zhCn.errors.session_revoked)
    expect(screen.getByText(words.greetGuest)).toBeDefined()
  })
})
