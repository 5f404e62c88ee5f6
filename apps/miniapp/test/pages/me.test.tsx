// @vitest-environment happy-dom

import Taro from '@tarojs/taro'
import { act, fireEvent, screen, waitFor } from '@testing-library/react'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { zhCn } from '../../src/i18n/zh-cn.ts'
import { urlOf } from '../../src/lib/navigation.ts'
import MePage from '../../src/pages/me/index.tsx'
import { ApiError } from '../../src/session/errors.ts'
import { consent } from '../fakes/consent.ts'
import { tellNetwork } from '../network.ts'
import { apiError, userOf } from '../session/fake-server.ts'
import { ada, createPhone } from '../session/phone.ts'
import { renderPage } from './render-page.tsx'

const words = zhCn.me

function loggedInPhone() {
  const phone = createPhone()
  phone.storeSession()
  return phone
}

beforeEach(async () => {
  vi.clearAllMocks()
  await tellNetwork(true)
  vi.mocked(Taro.getCurrentPages).mockReturnValue([{ route: 'pages/me/index' }] as never)
})

describe('MePage for a guest', () => {
  it('shows the login button, without a request', () => {
    const { phone } = renderPage(MePage)
    expect(screen.getByText(words.guestName)).toBeDefined()
    fireEvent.click(screen.getByRole('button', { name: words.login }))
    expect(phone.openLogin).toHaveBeenCalledTimes(1)
    expect(phone.server.total()).toBe(0)
  })

  it.each(['profile', 'phone', 'devices', 'security', 'login-history', 'data'] as const)(
    'opens %s after the login',
    async (route) => {
      const phone = createPhone()
      const { session } = renderPage(MePage, phone)
      const row = () => screen.getByRole('button', { name: new RegExp(`^${words[route]}`) })
      await act(async () => fireEvent.click(row()))
      expect(Taro.navigateTo).not.toHaveBeenCalled()
      phone.openLogin.mockImplementationOnce(async () => void (await session.login(consent)))
      await act(async () => fireEvent.click(row()))
      await waitFor(() => expect(vi.mocked(Taro.navigateTo).mock.calls).toEqual([[{ url: urlOf(route) }]]))
    },
  )

  it('opens the about page without a login', () => {
    const { phone } = renderPage(MePage)
    fireEvent.click(screen.getByRole('button', { name: words.about }))
    expect(Taro.navigateTo).toHaveBeenCalledWith({ url: urlOf('about') })
    expect(phone.openLogin).not.toHaveBeenCalled()
  })

  it.each([
    ['what they ask for', 'GET /v1/me'],
    ['the refresh of what they have', 'POST /v1/auth/refresh'],
  ] as const)('shows the reason and the end of a ban after the response to %s', async (_name, key) => {
    const phone = loggedInPhone()
    const until = new Date(2026, 10, 30, 9, 5).toISOString()
    if (key === 'POST /v1/auth/refresh') phone.server.invalidateAccessTokens()
    phone.server.failNext(key, new ApiError('account_banned', { status: 403, reason: '发布广告', until }))
    renderPage(MePage, phone)
    const said = (await screen.findByRole('alert')).textContent
    expect(said).toContain(zhCn.errors.account_banned)
    expect(said).toContain(zhCn.reason('发布广告'))
    expect(said).toContain(zhCn.until('2026年11月30日 09:05'))
  })
})

describe('MePage for a user', () => {
  it('shows the stored user at once, then the fresh one', async () => {
    const phone = loggedInPhone()
    phone.server.respondNext('GET /v1/me', () => userOf(ada, { nickname: '阿达', levelDescription: '金卡' }))
    renderPage(MePage, phone)
    expect(screen.getByText('微信用户 ADA0')).toBeDefined()
    expect(await screen.findByText('阿达')).toBeDefined()
    expect(screen.getByText('金卡')).toBeDefined()
  })

  it('shows an error, keeps its content and loads again on retry', async () => {
    const phone = loggedInPhone()
    phone.server.failNext('GET /v1/me', new ApiError('network_unreachable'))
    renderPage(MePage, phone)
    expect((await screen.findByRole('alert')).textContent).toContain(zhCn.errors.network_unreachable)
    expect(screen.getByText('微信用户 ADA0')).toBeDefined()
    fireEvent.click(screen.getByRole('button', { name: zhCn.common.retry }))
    await waitFor(() => expect(screen.queryByRole('alert')).toBeNull())
  })

  it('shows only the banner without a network, and reloads when it is back', async () => {
    await tellNetwork(false)
    const phone = loggedInPhone()
    phone.server.failNext('GET /v1/me', new ApiError('network_unreachable'))
    phone.server.respondNext('GET /v1/me', () => userOf(ada, { nickname: '阿达' }))
    renderPage(MePage, phone)
    await waitFor(() => expect(phone.server.count('GET /v1/me')).toBe(1))
    expect(screen.getByText(zhCn.common.offline)).toBeDefined()
    expect(screen.queryByRole('alert')).toBeNull()
    await tellNetwork(true)
    expect(await screen.findByText('阿达')).toBeDefined()
    expect(phone.server.count('GET /v1/me')).toBe(2)
  })

  it('asks for confirmation before the logout', async () => {
    vi.mocked(Taro.showModal).mockResolvedValueOnce({ confirm: false } as never)
    const { session } = renderPage(MePage, loggedInPhone())
    await act(async () => fireEvent.click(screen.getByRole('button', { name: words.logout })))
    expect(session.state().kind).toBe('user')
  })

  it('logs out here and on the server', async () => {
    const { phone, session } = renderPage(MePage, loggedInPhone())
    await act(async () => fireEvent.click(screen.getByRole('button', { name: words.logout })))
    expect(session.state().kind).toBe('guest')
    expect(screen.getByText(words.guestName)).toBeDefined()
    await waitFor(() => expect(phone.server.sessionCount()).toBe(0))
    expect(screen.queryByRole('alert')).toBeNull()
  })

  it('becomes a guest page with the reason when the session ends, and opens no page', async () => {
    const phone = loggedInPhone()
    phone.server.failNext('GET /v1/me', apiError('account_banned', 403))
    renderPage(MePage, phone)
    expect((await screen.findByRole('alert')).textContent).toContain(zhCn.errors.account_banned)
    expect(screen.getByText(words.guestName)).toBeDefined()
    expect(phone.openLogin).not.toHaveBeenCalled()
  })
})
