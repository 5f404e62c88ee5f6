// @vitest-environment happy-dom

import type { Conflict, User } from '@repo/shared'
import Taro from '@tarojs/taro'
import { act, fireEvent, screen, waitFor } from '@testing-library/react'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { strings as notMyAccountStrings } from '../../src/account/components/not-my-account-strings.ts'
import { errorMessages } from '../../src/account/lib/error-messages.ts'
import { mergeOffer } from '../../src/account/lib/merge-offer.ts'
import PhonePage from '../../src/account/phone/index.tsx'
import { strings } from '../../src/account/phone/strings.ts'
import { zhCn } from '../../src/i18n/zh-cn.ts'
import { dangerColors } from '../../src/lib/dialogs.ts'
import { urlOf } from '../../src/lib/navigation.ts'
import { ApiError } from '../../src/session/errors.ts'
import { renderPage } from '../pages/render-page.tsx'
import { apiError, dataPractices, userOf } from '../session/fake-server.ts'
import { ada, createPhone } from '../session/phone.ts'

const t = strings.zh_CN
const notMine = notMyAccountStrings.zh_CN
const masked = '138******00'

beforeEach(() => {
  vi.clearAllMocks()
})

/** Opens the page for a logged-in user. */
function openPage(changes: Partial<User> = {}) {
  const phone = createPhone()
  phone.storeSession(phone.server.issue(userOf(ada, changes)))
  const page = renderPage(PhonePage, phone)
  const shownNumber = () => {
    const state = page.session.state()
    return state.kind === 'user' ? state.user.phoneMasked : undefined
  }
  return { ...page, server: phone.server, shownNumber }
}

const button = (name: string) => screen.getByRole('button', { name })
const tap = (name: string) => act(async () => fireEvent.click(button(name)))
const alert = () => screen.findByRole('alert')
/** WeChat's result after a tap on its button. */
const answer = (name: string, detail: object) =>
  act(async () => {
    fireEvent(button(name), new CustomEvent('getphonenumber', { detail }))
  })
const ok = { errMsg: 'getPhoneNumber:ok', code: 'phone-code' }

it('PhonePage tells a guest why to log in, without a request', () => {
  const { phone } = renderPage(PhonePage)
  expect(screen.getByText(t.why)).toBeDefined()
  expect(screen.queryByRole('button', { name: t.bind })).toBeNull()
  expect(phone.server.total()).toBe(0)
})

describe('PhonePage where the API requires a verified number', () => {
  const openRequired = (changes: Partial<User> = {}) => {
    const phone = createPhone()
    phone.storeSession(phone.server.issue(userOf(ada, changes)))
    const practices = { ...dataPractices, requiresVerifiedPhone: true }
    phone.server.respondNext('GET /v1/data-practices', () => practices)
    renderPage(PhonePage, phone)
    return screen.findByText(t.required)
  }

  it('does not call the number optional', async () => {
    await openRequired()
    expect(screen.queryByText(t.optional)).toBeNull()
  })

  it('offers no removal', async () => {
    await openRequired({ phoneMasked: masked })
    expect(screen.queryByRole('button', { name: t.remove })).toBeNull()
    expect(button(t.change)).toBeDefined()
  })
})

describe('PhonePage without a number', () => {
  it('says what the number is for, and binds it', async () => {
    const { server, shownNumber } = openPage()
    expect(screen.getByText(t.purpose)).toBeDefined()
    server.respondNext('POST /v1/me/phone', () => server.issue(userOf(ada, { phoneMasked: masked })))
    await answer(t.bind, ok)
    expect(server.lastBody('POST /v1/me/phone')).toEqual({
      code: 'phone-code',
      proof: { code: `code-of-${ada}-1`, appId: 'wx0000000000000000' },
    })
    expect(shownNumber()).toBe(masked)
    expect(screen.getByText(masked)).toBeDefined()
    expect(Taro.showToast).toHaveBeenCalledWith(expect.objectContaining({ title: t.saved }))
  })

  it('sends one request for repeated taps', async () => {
    const { server } = openPage()
    const release = server.holdNext('POST /v1/me/phone')
    server.respondNext('POST /v1/me/phone', () => server.issue(userOf(ada, { phoneMasked: masked })))
    await answer(t.bind, ok)
    expect((button(t.bind) as HTMLButtonElement).disabled).toBe(true)
    await answer(t.bind, { ...ok, code: 'another' })
    await act(async () => release())
    expect(server.count('POST /v1/me/phone')).toBe(1)
  })

  it.each(['getPhoneNumber:fail user deny', 'getPhoneNumber:fail:user deny', 'getPhoneNumber:user deny'])(
    'shows no error and sends nothing when the user denies with "%s"',
    async (errMsg) => {
      const { server } = openPage()
      await answer(t.bind, { errMsg })
      expect(screen.getByRole('status').textContent).toBe(t.denied)
      expect(screen.queryByRole('alert')).toBeNull()
      expect(server.asked()).toBe(0)
      expect(button(t.bind)).toBeDefined()
    },
  )

  it.each([
    [{ errMsg: 'getPhoneNumber:fail no permission' }, errorMessages.zh_CN.phone_not_permitted],
    [
      { errMsg: 'getPhoneNumber:fail jsapi has no permission', errno: 102 },
      errorMessages.zh_CN.phone_not_permitted,
    ],
    [{ errMsg: 'getPhoneNumber:fail appid privacy api banned' }, errorMessages.zh_CN.phone_not_permitted],
    [{ errMsg: 'getPhoneNumber:fail', errno: 112 }, errorMessages.zh_CN.privacy_undeclared],
    [{ errMsg: 'getPhoneNumber:fail', errno: 104 }, errorMessages.zh_CN.privacy_denied],
    [{ errMsg: 'getPhoneNumber:fail no quota', errno: 1400001 }, errorMessages.zh_CN.phone_quota_exhausted],
    [{ errMsg: 'getPhoneNumber:fail user is blocked', errno: 1421102 }, errorMessages.zh_CN.phone_blocked],
    [{ errMsg: 'getPhoneNumber:ok', encryptedData: 'e', iv: 'i' }, errorMessages.zh_CN.phone_code_missing],
  ])('shows why WeChat returned no number: %o', async (detail, why) => {
    const { server } = openPage()
    await answer(t.bind, detail)
    expect((await alert()).textContent).toContain(why)
    expect(server.asked()).toBe(0)
    expect(button(t.bind)).toBeDefined()
  })

  it.each([
    [apiError('phone_code_invalid', 400), errorMessages.zh_CN.phone_code_invalid],
    [apiError('phone_blocked', 403), errorMessages.zh_CN.phone_blocked],
    [apiError('phone_not_permitted', 502), errorMessages.zh_CN.phone_not_permitted],
    [apiError('phone_quota_exhausted', 503), errorMessages.zh_CN.phone_quota_exhausted],
    [apiError('session_key_expired', 409), errorMessages.zh_CN.session_key_expired],
    [apiError('wechat_busy', 503), zhCn.errors.wechat_busy],
    [apiError('wechat_unavailable', 503), zhCn.errors.wechat_unavailable],
    [apiError('wechat_misconfigured', 502), t.errors.wechat_misconfigured],
    [apiError('wechat_rate_limited', 429), t.errors.wechat_rate_limited],
    [apiError('rate_limited', 429), zhCn.errors.rate_limited],
    [new ApiError('network_unreachable'), zhCn.errors.network_unreachable],
  ])('shows the error %s of the API, and works at the next tap', async (problem, why) => {
    const { server, shownNumber } = openPage()
    server.failNext('POST /v1/me/phone', problem)
    await answer(t.bind, ok)
    expect((await alert()).textContent).toContain(why)
    expect(shownNumber()).toBeNull()
    await answer(t.bind, { errMsg: 'getPhoneNumber:fail user deny' })
    expect(screen.queryByRole('alert')).toBeNull()
    server.respondNext('POST /v1/me/phone', () => server.issue(userOf(ada, { phoneMasked: masked })))
    await answer(t.bind, ok)
    expect(shownNumber()).toBe(masked)
    expect(screen.queryByRole('alert')).toBeNull()
  })
})

describe('PhonePage with a number of another account', () => {
  const conflict: Conflict = {
    ticket: 'id.secret',
    ticketExpiresAt: '2026-11-20T09:00:00.000Z',
    other: { nicknameMasked: '阿**' },
  }
  const problem = (offer: Conflict) => new ApiError('account_conflict', { status: 409, conflict: offer })

  it('offers the merge, which the user may decline', async () => {
    const { server, session } = openPage()
    server.failNext('POST /v1/me/phone', problem(conflict))
    await answer(t.bind, ok)
    expect((await alert()).textContent).toContain('阿**')
    expect(Taro.navigateTo).not.toHaveBeenCalled()
    await tap(t.merge)
    await waitFor(() => expect(Taro.navigateTo).toHaveBeenCalledWith({ url: urlOf('merge') }))
    expect(mergeOffer.get()).toEqual(conflict)
    act(() => session.updateUser({ phoneMasked: masked }))
    expect(screen.queryByRole('alert')).toBeNull()
  })

  it("lets the user go on without the number when the account is another user's", async () => {
    const { server } = openPage()
    server.failNext('POST /v1/me/phone', problem(conflict))
    await answer(t.bind, ok)
    await tap(notMine.notMine)
    expect(screen.getByText(notMine.body)).toBeDefined()
    expect(document.querySelector('[data-open-type="contact"]')?.textContent).toBe(zhCn.support)
    expect(screen.queryByRole('button', { name: t.merge })).toBeNull()
    await tap(notMine.goOn)
    expect(screen.queryByText(notMine.body)).toBeNull()
    // The same number again is a new question.
    server.failNext('POST /v1/me/phone', problem(conflict))
    await answer(t.bind, ok)
    expect(screen.queryByText(notMine.body)).toBeNull()
    expect((await alert()).textContent).toContain('阿**')
  })

  it('offers no merge when the accounts cannot be merged', async () => {
    const { server } = openPage()
    server.failNext('POST /v1/me/phone', problem({ ...conflict, ticket: null, ticketExpiresAt: null }))
    await answer(t.bind, ok)
    expect((await alert()).textContent).toContain('不能与当前账号合并')
    expect(screen.queryByRole('button', { name: t.merge })).toBeNull()
  })
})

describe('PhonePage with a number', () => {
  it('shows it masked without a phone button', () => {
    openPage({ phoneMasked: masked })
    expect(screen.getByText(masked)).toBeDefined()
    expect(screen.queryByRole('button', { name: t.bind })).toBeNull()
    expect(document.querySelector('[data-open-type]')).toBeNull()
  })

  it('changes it after an explanation', async () => {
    const { server, shownNumber } = openPage({ phoneMasked: masked })
    await tap(t.change)
    expect(screen.getByText(t.changeBody)).toBeDefined()
    server.respondNext('POST /v1/me/phone', () => server.issue(userOf(ada, { phoneMasked: '139******11' })))
    await answer(t.chooseNew, ok)
    expect(shownNumber()).toBe('139******11')
    expect(screen.getByText('139******11')).toBeDefined()
    expect(screen.queryByText(t.changeBody)).toBeNull()
  })

  it('keeps it when the user cancels or denies, or the API rejects', async () => {
    const { server, shownNumber } = openPage({ phoneMasked: masked })
    await tap(t.change)
    await tap(zhCn.common.cancel)
    await tap(t.change)
    await answer(t.chooseNew, { errMsg: 'getPhoneNumber:fail user deny' })
    expect(screen.getByRole('status').textContent).toBe(t.denied)
    expect(screen.queryByText(t.changeBody)).toBeNull()
    await tap(t.change)
    server.failNext('POST /v1/me/phone', apiError('phone_code_invalid', 400))
    await answer(t.chooseNew, ok)
    expect((await alert()).textContent).toContain(errorMessages.zh_CN.phone_code_invalid)
    expect(shownNumber()).toBe(masked)
  })

  it('removes it after a confirmation', async () => {
    const { server, shownNumber } = openPage({ phoneMasked: masked })
    server.respondNext('POST /v1/me/phone/delete', () => server.issue(userOf(ada)))
    await tap(t.remove)
    expect(Taro.showModal).toHaveBeenCalledWith(
      expect.objectContaining({ content: t.removeBody, confirmColor: dangerColors.light }),
    )
    expect(shownNumber()).toBeNull()
    expect(button(t.bind)).toBeDefined()
  })

  it('keeps it when the user cancels or the API cannot be reached', async () => {
    const { server, shownNumber } = openPage({ phoneMasked: masked })
    vi.mocked(Taro.showModal).mockResolvedValueOnce({ confirm: false } as never)
    await tap(t.remove)
    expect(server.asked()).toBe(0)
    server.failNext('POST /v1/me/phone/delete', new ApiError('network_unreachable'))
    await tap(t.remove)
    expect((await alert()).textContent).toContain(zhCn.errors.network_unreachable)
    expect(shownNumber()).toBe(masked)
  })
})
