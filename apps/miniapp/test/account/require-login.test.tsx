// @vitest-environment happy-dom

import { act, fireEvent, screen, waitFor } from '@testing-library/react'
import { useState } from 'react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { RequireLogin } from '../../src/account/components/require-login.tsx'
import { zhCn } from '../../src/i18n/zh-cn.ts'
import { ApiError } from '../../src/session/errors.ts'
import { consent } from '../fakes/consent.ts'
import { leaveAndReturn } from '../fakes/taro.ts'
import { renderPage } from '../pages/render-page.tsx'
import { apiError, userOf } from '../session/fake-server.ts'
import { ada, bob, createPhone } from '../session/phone.ts'

const Page = () => <RequireLogin why="why">{(user) => <Own id={user.id} />}</RequireLogin>

/** Keeps what it was opened with, as a form keeps what was typed. */
function Own({ id }: { id: string }) {
  const [first] = useState(id)
  return <p>{`${first} ${id}`}</p>
}

const button = () => screen.getByRole('button', { name: zhCn.me.login })

describe('RequireLogin', () => {
  it('tells a guest why to log in, and opens nothing by itself', () => {
    const { phone } = renderPage(Page)
    expect(screen.getByText('why')).toBeDefined()
    expect(phone.openLogin).not.toHaveBeenCalled()
    expect(phone.server.total()).toBe(0)
  })

  it('shows its content after the login, and stays when the guest does not log in', async () => {
    const phone = createPhone()
    const { session } = renderPage(Page, phone)
    await act(async () => fireEvent.click(button()))
    expect(screen.getByText('why')).toBeDefined()
    phone.openLogin.mockImplementationOnce(async () => void (await session.login(consent)))
    fireEvent.click(button())
    await waitFor(() => expect(screen.getByText(`${ada} ${ada}`)).toBeDefined())
    expect(phone.openLogin).toHaveBeenCalledTimes(2)
  })

  it('remounts for another user', async () => {
    const phone = createPhone()
    phone.storeSession()
    const { session } = renderPage(Page, phone)
    expect(screen.getByText(`${ada} ${ada}`)).toBeDefined()
    phone.wechatUserId = bob
    await act(async () => void (await session.login(consent)))
    expect(screen.getByText(`${bob} ${bob}`)).toBeDefined()
  })

  it('says why the server has ended the session', async () => {
    const phone = createPhone()
    phone.storeSession()
    phone.server.failNext('GET /v1/me', apiError('account_banned', 403))
    const { session } = renderPage(Page, phone)
    await act(() => session.start())
    expect(screen.getByRole('alert').textContent).toContain(zhCn.errors.account_banned)
    expect(button()).toBeDefined()
    expect(phone.openLogin).not.toHaveBeenCalled()
  })
})

const NamePage = () => <RequireLogin why="why">{({ nickname }) => <p>{nickname}</p>}</RequireLogin>

describe('RequireLogin when its page is shown', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  function openedByUser() {
    const phone = createPhone()
    phone.storeSession(phone.server.issue(userOf(ada, { nickname: 'stored' })))
    return renderPage(NamePage, phone)
  }
  const comeBackAfter = (seconds: number) =>
    act(async () => {
      vi.setSystemTime(Date.now() + seconds * 1000)
      leaveAndReturn()
    })

  it('reloads the user when it opens and when it returns', async () => {
    const { phone } = openedByUser()
    phone.server.respondNext('GET /v1/me', () => userOf(ada, { nickname: 'fresh' }))
    await screen.findByText('fresh')
    phone.server.respondNext('GET /v1/me', () => userOf(ada, { nickname: 'fresher' }))
    await comeBackAfter(10)
    await screen.findByText('fresher')
  })

  it('becomes a guest page after a remote logout', async () => {
    const { phone } = openedByUser()
    await waitFor(() => expect(phone.server.count('GET /v1/me')).toBe(1))
    phone.server.failNext('GET /v1/me', apiError('session_revoked', 401))
    await comeBackAfter(10)
    expect((await screen.findByRole('alert')).textContent).toContain(zhCn.errors.session_revoked)
    expect(screen.queryByText('stored')).toBeNull()
    expect(phone.openLogin).not.toHaveBeenCalled()
  })

  it('reloads at most once in five seconds', async () => {
    const { phone } = openedByUser()
    for (const seconds of [0, 1, 1, 1]) await comeBackAfter(seconds)
    expect(phone.server.count('GET /v1/me')).toBe(1)
    await comeBackAfter(2)
    expect(phone.server.count('GET /v1/me')).toBe(2)
  })

  it('reloads when the phone clock was set back', async () => {
    const { phone } = openedByUser()
    await comeBackAfter(-3600)
    expect(phone.server.count('GET /v1/me')).toBe(2)
  })

  it('keeps its content when the API cannot be reached', async () => {
    const { phone } = openedByUser()
    phone.server.failNext('GET /v1/me', new ApiError('network_unreachable'))
    await comeBackAfter(10)
    expect(screen.getByText('stored')).toBeDefined()
    expect(screen.queryByRole('alert')).toBeNull()
  })

  it('keeps a change that the user made while the response was on its way', async () => {
    const { phone, session } = openedByUser()
    const release = phone.server.holdNext('GET /v1/me')
    await comeBackAfter(10)
    act(() => session.updateUser({ nickname: 'changed' }))
    await act(async () => release())
    expect(screen.getByText('changed')).toBeDefined()
  })

  it('does not reload right after a login', async () => {
    const { phone, session } = renderPage(NamePage)
    await act(async () => void (await session.login(consent)))
    await comeBackAfter(1)
    expect(phone.server.count('GET /v1/me')).toBe(0)
  })

  it('loads nothing for a guest', async () => {
    const { phone } = renderPage(NamePage)
    await comeBackAfter(10)
    expect(phone.server.total()).toBe(0)
  })
})
