// @vitest-environment happy-dom

import { act, fireEvent, screen, waitFor } from '@testing-library/react'
import { useState } from 'react'
import { describe, expect, it } from 'vitest'
import { RequireLogin } from '../../src/account/require-login.tsx'
import { zhCn } from '../../src/text/zh-cn.ts'
import { renderPage } from '../pages/render-page.tsx'
import { refusal } from '../session/fake-server.ts'
import { ada, bob, createPhone } from '../session/phone.ts'

const Page = () => <RequireLogin why="why">{(user) => <Own id={user.id} />}</RequireLogin>

/** Keeps what it was opened with, as a form keeps what was typed. */
function Own({ id }: { id: string }) {
  const [first] = useState(id)
  return <p>{`${first} ${id}`}</p>
}

const button = () => screen.getByRole('button', { name: zhCn.me.login })

describe('a page that needs a login', () => {
  it('tells a guest what it is for, and opens nothing by itself', () => {
    const { phone } = renderPage(Page)
    expect(screen.getByText('why')).toBeDefined()
    expect(phone.askForLogin).not.toHaveBeenCalled()
    expect(phone.server.total()).toBe(0)
  })

  it('is there as soon as the guest has logged in, and stays as it was when they have not', async () => {
    const phone = createPhone()
    const { session } = renderPage(Page, phone)
    await act(async () => fireEvent.click(button()))
    expect(screen.getByText('why')).toBeDefined()
    phone.askForLogin.mockImplementationOnce(async () => void (await session.login()))
    fireEvent.click(button())
    await waitFor(() => expect(screen.getByText(`${ada} ${ada}`)).toBeDefined())
    expect(phone.askForLogin).toHaveBeenCalledTimes(2)
  })

  it('starts anew for another person, with nothing of the first', async () => {
    const phone = createPhone()
    phone.store()
    const { session } = renderPage(Page, phone)
    expect(screen.getByText(`${ada} ${ada}`)).toBeDefined()
    phone.person = bob
    await act(async () => void (await session.login()))
    expect(screen.getByText(`${bob} ${bob}`)).toBeDefined()
  })

  it('says why it is closed when the server has ended the session', async () => {
    const phone = createPhone()
    phone.store()
    phone.server.failNext('GET /v1/me', refusal('account_banned', 403))
    const { session } = renderPage(Page, phone)
    await act(() => session.start())
    expect(screen.getByRole('alert').textContent).toContain(zhCn.problems.account_banned)
    expect(button()).toBeDefined()
    expect(phone.askForLogin).not.toHaveBeenCalled()
  })
})
