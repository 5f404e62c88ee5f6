// @vitest-environment happy-dom

import Taro from '@tarojs/taro'
import { act, fireEvent, screen, waitFor } from '@testing-library/react'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { zhCn } from '../../src/i18n/zh-cn.ts'
import HomePage from '../../src/pages/home/index.tsx'
import { ApiError } from '../../src/session/errors.ts'
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

describe('home', () => {
  it('can be read by a guest without a login and without a request', () => {
    const { phone } = renderPage(HomePage)
    expect(screen.getByText(words.greetGuest)).toBeDefined()
    expect(phone.server.total()).toBe(0)
    expect(Taro.navigateTo).not.toHaveBeenCalled()
  })

  it('asks a guest for a login when the private card is pressed', () => {
    const { phone } = renderPage(HomePage)
    ask()
    expect(phone.openLogin).toHaveBeenCalledTimes(1)
    expect(phone.server.total()).toBe(0)
  })

  it('does what a guest pressed once they have logged in, and nothing when they have not', async () => {
    const phone = createPhone()
    const { session } = renderPage(HomePage, phone)
    await act(async () => ask())
    expect(phone.server.total()).toBe(0)
    phone.openLogin.mockImplementationOnce(async () => void (await session.login()))
    ask()
    expect(await screen.findByText(/^更新于/)).toBeDefined()
    expect(phone.server.count('GET /v1/me')).toBe(1)
  })

  it('greets whoever is logged in, and asks the server on a press', async () => {
    renderPage(HomePage, loggedInPhone())
    expect(screen.getByText(words.greetUser('微信用户 ADA0'))).toBeDefined()
    ask()
    expect(await screen.findByText(/^更新于 \d\d:\d\d:\d\d：普通用户$/)).toBeDefined()
  })

  it('says in words why the server could not be asked, and can be asked again', async () => {
    const phone = loggedInPhone()
    phone.server.failNext('GET /v1/me', new ApiError('request_timeout'))
    renderPage(HomePage, phone)
    ask()
    expect((await screen.findByRole('alert')).textContent).toContain(zhCn.errors.request_timeout)
    ask()
    await waitFor(() => expect(screen.queryByRole('alert')).toBeNull())
  })

  it('tells whoever logged in as somebody else that it was not done for them', async () => {
    const phone = loggedInPhone()
    const { session } = renderPage(HomePage, phone)
    phone.server.failNext('GET /v1/me', apiError('session_revoked', 401))
    phone.wechatUserId = bob
    phone.openLogin.mockImplementationOnce(async () => void (await session.login()))
    ask()
    await waitFor(() => expect(screen.getByRole('alert').textContent).toContain(zhCn.errors.different_user))
    expect(screen.queryByText(/^更新于/)).toBeNull()
  })

  it('says no longer that a login was ended once somebody has logged in', async () => {
    const phone = loggedInPhone()
    const { session } = renderPage(HomePage, phone)
    phone.server.failNext('GET /v1/me', apiError('session_revoked', 401))
    await act(async () => ask())
    expect(screen.getAllByRole('alert')).toHaveLength(1)
    await act(() => session.login())
    expect(screen.queryByRole('alert')).toBeNull()
  })

  it('shows what was confirmed for one person to nobody else', async () => {
    const phone = loggedInPhone()
    const { session } = renderPage(HomePage, phone)
    ask()
    await screen.findByText(/^更新于/)
    phone.wechatUserId = bob
    await act(() => session.logout())
    await act(() => session.login())
    expect(screen.queryByText(/^更新于/)).toBeNull()
  })

  it('opens one login page for two presses, and does it once', async () => {
    const phone = createPhone()
    const { session } = renderPage(HomePage, phone)
    let close = () => {}
    phone.openLogin.mockImplementation(() => new Promise<void>((resolve) => (close = resolve)))
    ask()
    fireEvent.click(screen.getByRole('button', { name: words.load }))
    await act(() => session.login())
    close()
    await screen.findByText(/^更新于/)
    expect(phone.openLogin).toHaveBeenCalledTimes(1)
    expect(phone.server.count('GET /v1/me')).toBe(1)
  })

  it('changes to a guest at once when the session ends', async () => {
    const { session } = renderPage(HomePage, loggedInPhone())
    await act(() => session.logout())
    expect(screen.getByText(words.greetGuest)).toBeDefined()
    expect(screen.getByText(words.protectedCardGuestHint)).toBeDefined()
  })
})

describe('home that comes back to the front', () => {
  it('asks who the user is by now, and at launch leaves that to the session', async () => {
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
