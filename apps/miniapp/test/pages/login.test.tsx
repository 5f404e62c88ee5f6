// @vitest-environment happy-dom

import Taro from '@tarojs/taro'
import { act, fireEvent, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import LoginPage from '../../src/pages/login/index.tsx'
import { ApiProblem } from '../../src/session/api/problem.ts'
import { zhCn } from '../../src/text/zh-cn.ts'
import { passingTroubles, refusal } from '../session/fake-server.ts'
import { createPhone } from '../session/phone.ts'
import { renderPage } from './render-page.tsx'

const words = zhCn.login
const button = (name: string) => screen.getByRole('button', { name }) as HTMLButtonElement
const tick = () => screen.getByRole('checkbox')
const press = (name = words.button) => fireEvent.click(button(name))

function openedFrom(...routes: string[]) {
  vi.mocked(Taro.getCurrentPages).mockReturnValue(routes.map((route) => ({ route })) as never)
}

beforeEach(() => {
  vi.clearAllMocks()
  openedFrom('pages/me/index', 'pages/login/index')
})

afterEach(() => {
  vi.useRealTimers()
})

describe('the consent', () => {
  it('is not given in advance', () => {
    renderPage(LoginPage)
    expect(tick().getAttribute('aria-checked')).toBe('false')
  })

  it('is asked for when the button is pressed without it, and nothing is sent', () => {
    const { phone } = renderPage(LoginPage)
    press()
    expect(screen.getByRole('dialog', { name: words.sheetTitle })).toBeDefined()
    expect(phone.platform.login).not.toHaveBeenCalled()
  })

  it('can be refused: nobody is logged in and the tick stays off', () => {
    const { phone } = renderPage(LoginPage)
    press()
    press(words.sheetRefuse)
    expect(screen.queryByRole('dialog')).toBeNull()
    expect(tick().getAttribute('aria-checked')).toBe('false')
    expect(phone.platform.login).not.toHaveBeenCalled()
  })

  it('can be given there, which ticks it and logs in', async () => {
    const { session } = renderPage(LoginPage)
    press()
    press(words.sheetAgree)
    expect(tick().getAttribute('aria-checked')).toBe('true')
    await waitFor(() => expect(session.state().kind).toBe('user'))
  })

  it('can be taken back', () => {
    const { phone } = renderPage(LoginPage)
    fireEvent.click(tick())
    fireEvent.click(tick())
    press()
    expect(phone.platform.login).not.toHaveBeenCalled()
  })

  it('links both documents', () => {
    renderPage(LoginPage)
    fireEvent.click(screen.getByText(words.agreement))
    fireEvent.click(screen.getByText(words.privacy))
    expect(vi.mocked(Taro.navigateTo).mock.calls).toEqual([
      [{ url: '/account/agreement/index' }],
      [{ url: '/account/privacy/index' }],
    ])
  })
})

describe('a press with consent', () => {
  const pressWithConsent = () => {
    fireEvent.click(tick())
    press()
  }

  it('logs in and goes back to the page that asked', async () => {
    renderPage(LoginPage)
    pressWithConsent()
    await waitFor(() => expect(Taro.navigateBack).toHaveBeenCalledWith({ delta: 1 }))
    expect(Taro.switchTab).not.toHaveBeenCalled()
    expect(Taro.showToast).toHaveBeenCalledWith({ title: words.welcomeBack, icon: 'none' })
  })

  it('goes home when no page asked', async () => {
    openedFrom('pages/login/index')
    renderPage(LoginPage)
    pressWithConsent()
    await waitFor(() => expect(Taro.switchTab).toHaveBeenCalledWith({ url: '/pages/home/index' }))
    expect(Taro.navigateBack).not.toHaveBeenCalled()
  })

  it('closes the documents that lie over the login page too', async () => {
    renderPage(LoginPage)
    pressWithConsent()
    openedFrom('pages/me/index', 'pages/login/index', 'pages/privacy/index')
    await waitFor(() => expect(Taro.navigateBack).toHaveBeenCalledWith({ delta: 2 }))
  })

  it('shows that it is busy, and takes no second press', async () => {
    const { phone } = renderPage(LoginPage)
    const release = phone.server.holdNext('POST /v1/auth/login')
    pressWithConsent()
    await waitFor(() => expect(button(words.busy).disabled).toBe(true))
    press(words.busy)
    release()
    await waitFor(() => expect(Taro.navigateBack).toHaveBeenCalled())
    expect(phone.platform.login).toHaveBeenCalledTimes(1)
  })

  it.each(
    [...passingTroubles, refusal('account_banned', 403), refusal('wechat_login_blocked', 403)].map(
      (trouble) => [trouble.code, trouble] as const,
    ),
  )('says %s in words and stays', async (code, trouble) => {
    const { phone } = renderPage(LoginPage)
    phone.server.failNext('POST /v1/auth/login', trouble)
    pressWithConsent()
    await waitFor(() => expect(screen.getByRole('alert').textContent).toContain(zhCn.problems[code]))
    expect(Taro.navigateBack).not.toHaveBeenCalled()
  })

  it('tells a banned person the reason that the server gives', async () => {
    const { phone } = renderPage(LoginPage)
    const banned = new ApiProblem('account_banned', { status: 403, reason: '发布广告' })
    phone.server.failNext('POST /v1/auth/login', banned)
    pressWithConsent()
    await waitFor(() => expect(screen.getByRole('alert').textContent).toContain('原因：发布广告'))
  })

  it('can be repeated after a failure, which clears the words', async () => {
    const { phone } = renderPage(LoginPage)
    phone.server.failNext('POST /v1/auth/login', refusal('code_used', 400))
    pressWithConsent()
    await screen.findByRole('alert')
    press()
    await waitFor(() => expect(Taro.navigateBack).toHaveBeenCalled())
    expect(screen.queryByRole('alert')).toBeNull()
  })

  it('gives the request id when the server failed, for support', async () => {
    const { phone } = renderPage(LoginPage)
    phone.server.failNext(
      'POST /v1/auth/login',
      new ApiProblem('internal_error', { status: 500, requestId: 'req-7' }),
    )
    pressWithConsent()
    expect((await screen.findByRole('alert')).textContent).toContain('req-7')
  })

  it('waits as long as a 429 asks for, and counts down', async () => {
    vi.useFakeTimers()
    const { phone, session } = renderPage(LoginPage)
    phone.server.failNext(
      'POST /v1/auth/login',
      new ApiProblem('wechat_rate_limited', { status: 429, retryAfterSeconds: 3 }),
    )
    pressWithConsent()
    await act(() => vi.advanceTimersByTimeAsync(0))
    expect(button(words.wait(3)).disabled).toBe(true)
    await act(() => vi.advanceTimersByTimeAsync(1_000))
    expect(button(words.wait(2)).disabled).toBe(true)
    await act(() => vi.advanceTimersByTimeAsync(2_000))
    press()
    await act(() => vi.advanceTimersByTimeAsync(0))
    expect(session.state().kind).toBe('user')
  })

  it('is never closed for longer than two minutes', async () => {
    const { phone } = renderPage(LoginPage)
    phone.server.failNext(
      'POST /v1/auth/login',
      new ApiProblem('too_many_requests', { status: 429, retryAfterSeconds: 86_400 }),
    )
    pressWithConsent()
    await waitFor(() => expect(button(words.wait(120)).disabled).toBe(true))
  })

  it('moves nobody about when its page was left meanwhile, and keeps the session', async () => {
    const { phone, session, unmount } = renderPage(LoginPage)
    const release = phone.server.holdNext('POST /v1/auth/login')
    pressWithConsent()
    unmount()
    release()
    await waitFor(() => expect(session.state().kind).toBe('user'))
    expect(Taro.navigateBack).not.toHaveBeenCalled()
    expect(Taro.switchTab).not.toHaveBeenCalled()
  })
})

describe('the way out', () => {
  it('goes back without a login', () => {
    const { phone } = renderPage(LoginPage)
    press(words.notNow)
    expect(Taro.navigateBack).toHaveBeenCalledWith({ delta: 1 })
    expect(phone.server.total()).toBe(0)
  })
})

describe('somebody who', () => {
  it('is logged in already is sent back at once', () => {
    const phone = createPhone()
    phone.store()
    renderPage(LoginPage, phone)
    expect(Taro.navigateBack).toHaveBeenCalledTimes(1)
    expect(phone.server.total()).toBe(0)
  })

  it('was logged out by the server is told why', async () => {
    const phone = createPhone()
    phone.store()
    phone.server.failNext('GET /v1/me', refusal('session_revoked', 401))
    const { session } = renderPage(LoginPage, phone)
    await act(() => session.start())
    expect(screen.getByRole('alert').textContent).toContain(zhCn.problems.session_revoked)
  })
})
