// @vitest-environment happy-dom

import Taro from '@tarojs/taro'
import { act, fireEvent, screen } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { guestNotice } from '../../src/lib/guest-notice.ts'
import { strings } from '../../src/pages/home/guest-notice-strings.ts'
import HomePage from '../../src/pages/home/index.tsx'
import { consent } from '../fakes/consent.ts'
import { createPhone } from '../session/phone.ts'
import { renderPage } from './render-page.tsx'

const t = strings.zh_CN
let stored: Map<string, unknown>

beforeEach(() => {
  vi.clearAllMocks()
  stored = new Map()
  vi.mocked(Taro.getStorageSync).mockImplementation((key: string) => stored.get(key) ?? '')
  vi.mocked(Taro.setStorageSync).mockImplementation(
    (key: string, value: unknown) => void stored.set(key, value),
  )
  vi.mocked(Taro.getCurrentPages).mockReturnValue([{ route: 'pages/home/index' }] as never)
})

describe('the notice for guests', () => {
  it('is off by default, and then stores nothing', () => {
    expect(guestNotice.isOn).toBe(false)
    renderPage(HomePage)
    expect(screen.queryByText(t.title)).toBeNull()
    expect(stored.size).toBe(0)
  })

  describe('when it is on', () => {
    beforeEach(() => {
      guestNotice.isOn = true
    })
    afterEach(() => {
      guestNotice.isOn = false
    })

    it('informs with links to both documents, asks for nothing and sends nothing', () => {
      const { phone } = renderPage(HomePage)
      expect(screen.getByText(t.body)).toBeDefined()
      expect(screen.queryByRole('checkbox')).toBeNull()
      expect(screen.queryByRole('dialog')).toBeNull()
      fireEvent.click(screen.getByRole('link', { name: t.agreement }))
      expect(Taro.navigateTo).toHaveBeenLastCalledWith({ url: '/account/agreement/index' })
      fireEvent.click(screen.getByRole('link', { name: t.privacy }))
      expect(phone.server.total()).toBe(0)
      expect(phone.openLogin).not.toHaveBeenCalled()
    })

    it('closes on a tap', () => {
      renderPage(HomePage)
      fireEvent.click(screen.getByRole('button', { name: t.dismiss }))
      expect(screen.queryByText(t.title)).toBeNull()
    })

    it('is shown once per phone, also to a guest who did not close it', () => {
      const { unmount } = renderPage(HomePage)
      expect(screen.getByText(t.title)).toBeDefined()
      unmount()
      renderPage(HomePage)
      expect(screen.queryByText(t.title)).toBeNull()
    })

    it('is not shown to a user, and closes with a login', async () => {
      const phone = createPhone()
      const { session } = renderPage(HomePage, phone)
      expect(screen.getByText(t.title)).toBeDefined()
      await act(async () => void (await session.login(consent)))
      expect(screen.queryByText(t.title)).toBeNull()
    })

    it('leaves the page usable when the storage is broken', () => {
      vi.mocked(Taro.getStorageSync).mockImplementation(() => {
        throw new Error('storage')
      })
      renderPage(HomePage)
      expect(screen.queryByText(t.title)).toBeNull()
    })
  })
})
