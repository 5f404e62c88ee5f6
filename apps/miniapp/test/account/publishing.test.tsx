// @vitest-environment happy-dom

import type { User } from '@repo/shared'
import Taro from '@tarojs/taro'
import { act, fireEvent, screen } from '@testing-library/react'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { errorMessages } from '../../src/account/lib/error-messages.ts'
import ProfilePage from '../../src/account/profile/index.tsx'
import { strings } from '../../src/account/profile/strings.ts'
import VerifyPhonePage from '../../src/account/verify-phone/index.tsx'
import { strings as verifyStrings } from '../../src/account/verify-phone/strings.ts'
import { renderPage } from '../pages/render-page.tsx'
import { apiError, userOf } from '../session/fake-server.ts'
import { ada, createPhone } from '../session/phone.ts'

const t = strings.zh_CN
const verify = verifyStrings.zh_CN

beforeEach(() => {
  vi.clearAllMocks()
})

function openPage(page: Parameters<typeof renderPage>[0], changes: Partial<User> = {}) {
  const phone = createPhone()
  phone.storeSession(phone.server.issue(userOf(ada, { nickname: '小明', ...changes })))
  return { ...renderPage(page, phone), server: phone.server }
}

describe('ProfilePage', () => {
  it('shows what waits for a review', () => {
    openPage(ProfilePage, { pendingNickname: '新名字', avatarPending: true })
    expect(screen.getByText(t.nickname.pending('新名字'))).toBeDefined()
    expect(screen.getByText(t.avatar.pending)).toBeDefined()
    expect(screen.getByText(t.avatar.remove)).toBeDefined()
  })

  it('leads to the verification when the API requires a phone number for an avatar', async () => {
    const { server } = openPage(ProfilePage)
    server.failNext('POST /v1/me/avatar', apiError('phone_required', 403))
    await act(async () => {
      const button = screen.getByRole('button', { name: t.avatar.change })
      fireEvent(button, new CustomEvent('chooseavatar', { detail: { avatarUrl: 'wxfile://tmp_1' } }))
    })
    expect((await screen.findByRole('alert')).textContent).toContain(errorMessages.zh_CN.phone_required)
    fireEvent.click(screen.getByText(t.verifyPhone))
    expect(Taro.navigateTo).toHaveBeenCalledWith({ url: '/account/verify-phone/index' })
  })
})

describe('VerifyPhonePage', () => {
  it('uses the realtime button, whatever PHONE_BUTTON is', () => {
    openPage(VerifyPhonePage)
    expect(document.querySelector('[data-open-type^="getRealtimePhoneNumber"]')?.textContent).toBe(
      verify.verify,
    )
  })

  it('shows the number of a user who has one', () => {
    openPage(VerifyPhonePage, { phoneMasked: '138******00' })
    expect(screen.getByText('138******00')).toBeDefined()
  })
})
