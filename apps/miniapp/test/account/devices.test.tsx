// @vitest-environment happy-dom

import type { SessionInfo } from '@repo/shared'
import Taro from '@tarojs/taro'
import { act, fireEvent, screen, waitFor } from '@testing-library/react'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { strings as promptStrings } from '../../src/account/components/password-sheet-strings.ts'
import DevicesPage from '../../src/account/devices/index.tsx'
import { strings } from '../../src/account/devices/strings.ts'
import { passwordStrings } from '../../src/account/lib/password-strings.ts'
import { strings as retryStrings } from '../../src/account/lib/retry-strings.ts'
import { zhCn } from '../../src/i18n/zh-cn.ts'
import { dangerColors } from '../../src/lib/dialogs.ts'
import { ApiError } from '../../src/session/errors.ts'
import { leaveAndReturn } from '../fakes/taro.ts'
import { renderPage } from '../pages/render-page.tsx'
import { apiError, meOf, userOf } from '../session/fake-server.ts'
import { ada, createPhone } from '../session/phone.ts'
import { button, tap, type } from './user-actions.ts'

const t = strings.zh_CN
const list = 'GET /v1/me/sessions'
const remove = 'POST /v1/me/sessions/:id/revoke'

const deviceOf = (changes: Partial<SessionInfo>): SessionInfo => ({
  id: 'other',
  deviceModel: 'Pad',
  deviceSystem: 'OS 2',
  ipMasked: '203.0.*.*',
  createdAt: new Date(2026, 0, 2, 3, 4).toISOString(),
  lastSeenAt: new Date(2026, 10, 20, 9, 5).toISOString(),
  isCurrent: false,
  ...changes,
})
const own = deviceOf({ id: 'own', deviceModel: 'Phone', isCurrent: true })

function phoneWith(...sessions: SessionInfo[]) {
  const phone = createPhone()
  phone.storeSession()
  phone.server.respondNext(list, () => ({ sessions }))
  return phone
}

const removeButton = (name = 'Pad') => screen.findByRole('button', { name: `${t.remove} ${name}` })
const tapRemove = async (name?: string) => {
  const button = await removeButton(name)
  await act(async () => fireEvent.click(button))
}
const tapEverywhere = async () => {
  const button = await screen.findByRole('button', { name: t.everywhere })
  await act(async () => fireEvent.click(button))
}
const seeNo = (text: string) => waitFor(() => expect(screen.queryByText(text)).toBeNull())

beforeEach(() => {
  vi.clearAllMocks()
  vi.mocked(Taro.showModal).mockResolvedValue({ confirm: true } as never)
})

describe('DevicesPage', () => {
  it('tells a guest why to log in, without a request', () => {
    const { phone } = renderPage(DevicesPage)
    expect(screen.getByText(t.why)).toBeDefined()
    expect(phone.server.total()).toBe(0)
  })

  it('shows model, system, IP, login and last use, and this device first without a remove button', async () => {
    const { container } = renderPage(DevicesPage, phoneWith(deviceOf({}), own))
    expect(screen.getByRole('progressbar')).toBeDefined()
    await screen.findByText(t.thisDevice)
    const names = [...container.querySelectorAll('.device__name')].map((name) => name.textContent)
    expect(names).toEqual([`Phone${t.thisDevice}`, 'Pad'])
    expect(screen.getAllByText('OS 2 · 203.0.*.*')).toHaveLength(2)
    expect(screen.getAllByText(t.lastSeen('2026年11月20日 09:05'))).toHaveLength(2)
    expect(screen.getAllByText(t.since('2026年1月2日 03:04'))).toHaveLength(2)
    expect(screen.queryByRole('button', { name: `${t.remove} Phone` })).toBeNull()
    expect(screen.queryByText(t.onlyThis)).toBeNull()
  })

  it('shows a name for an unknown model', async () => {
    renderPage(DevicesPage, phoneWith(own, deviceOf({ deviceModel: null, deviceSystem: null })))
    expect(await screen.findByText(t.unknownModel)).toBeDefined()
    expect(screen.getByText('203.0.*.*')).toBeDefined()
  })

  it('says when this is the only device', async () => {
    renderPage(DevicesPage, phoneWith(own))
    expect(await screen.findByText(t.onlyThis)).toBeDefined()
  })

  it('shows an error and loads again on retry', async () => {
    const phone = createPhone()
    phone.storeSession()
    phone.server.failNext(list, new ApiError('request_timeout'))
    phone.server.respondNext(list, () => ({ sessions: [own] }))
    renderPage(DevicesPage, phone)
    expect((await screen.findByRole('alert')).textContent).toContain(zhCn.errors.request_timeout)
    fireEvent.click(screen.getByRole('button', { name: zhCn.common.retry }))
    expect(await screen.findByText('Phone')).toBeDefined()
  })

  it('reloads when the page returns', async () => {
    const phone = phoneWith(own, deviceOf({}))
    renderPage(DevicesPage, phone)
    await screen.findByText('Pad')
    phone.server.respondNext(list, () => ({ sessions: [own] }))
    await act(async () => leaveAndReturn())
    await seeNo('Pad')
  })
})

describe('removing a device', () => {
  it('asks for confirmation with its name and can be cancelled', async () => {
    vi.mocked(Taro.showModal).mockResolvedValue({ confirm: false } as never)
    const { phone } = renderPage(DevicesPage, phoneWith(own, deviceOf({})))
    await tapRemove()
    expect(vi.mocked(Taro.showModal).mock.lastCall?.[0]).toMatchObject({
      content: t.removeBody('Pad'),
      confirmColor: dangerColors.light,
    })
    expect(screen.getByText('Pad')).toBeDefined()
    expect(phone.server.count(remove)).toBe(0)
  })

  it('hides the device at once, and for good when the API confirms', async () => {
    const phone = phoneWith(own, deviceOf({}))
    const release = phone.server.holdNext(remove)
    phone.server.respondNext(remove, () => undefined)
    renderPage(DevicesPage, phone)
    await tapRemove()
    await seeNo('Pad')
    expect(screen.getByText(t.onlyThis)).toBeDefined()
    expect(phone.server.lastOptions(remove)).toMatchObject({
      params: { id: 'other' },
      body: { proof: { code: expect.stringMatching(/^code-of-/) } },
    })
    await act(async () => release())
    expect(screen.queryByText('Pad')).toBeNull()
  })

  it('shows the device again with the reason when it fails', async () => {
    const phone = phoneWith(own, deviceOf({}))
    phone.server.failNext(remove, new ApiError('network_unreachable'))
    renderPage(DevicesPage, phone)
    await tapRemove()
    expect((await screen.findByRole('alert')).textContent).toContain(zhCn.errors.network_unreachable)
    expect(screen.getByText('Pad')).toBeDefined()
  })

  it('succeeds when the device has logged out already', async () => {
    const phone = phoneWith(own, deviceOf({}))
    phone.server.failNext(remove, apiError('not_found', 404))
    renderPage(DevicesPage, phone)
    await tapRemove()
    await seeNo('Pad')
    expect(screen.queryByRole('alert')).toBeNull()
  })

  it('works while another removal is pending', async () => {
    const phone = phoneWith(own, deviceOf({}), deviceOf({ id: 'third', deviceModel: 'Tab' }))
    const release = phone.server.holdNext(remove)
    phone.server.failNext(remove, new ApiError('network_unreachable'))
    phone.server.respondNext(remove, () => undefined)
    renderPage(DevicesPage, phone)
    await tapRemove('Pad')
    await tapRemove('Tab')
    // The second one failed, which does not bring back the first.
    expect(await screen.findByText('Tab')).toBeDefined()
    expect(screen.queryByText('Pad')).toBeNull()
    await act(async () => release())
    expect(screen.queryByText('Pad')).toBeNull()
  })
})

describe('a session from a password login', () => {
  const sheet = promptStrings.zh_CN
  const passwordLabel = passwordStrings.zh_CN.password
  function phoneWithPassword() {
    const phone = createPhone()
    phone.storeSession(phone.server.issue(userOf(ada, { username: 'ada' })), 'password')
    phone.server.respondNext(list, () => ({ sessions: [own, deviceOf({})] }))
    return phone
  }

  it('removes a device by its password, and shows a wrong one beside the field', async () => {
    const { phone } = renderPage(DevicesPage, phoneWithPassword())
    await tapRemove()
    expect(screen.getByText(sheet.body)).toBeDefined()
    await tap(sheet.confirm)
    expect(screen.getByRole('alert').textContent).toBe(sheet.empty)
    phone.server.failNext(remove, apiError('credentials_invalid', 400))
    phone.server.respondNext(remove, () => undefined)
    type(passwordLabel, 'wrong')
    await tap(sheet.confirm)
    const alert = await screen.findByRole('alert')
    expect([alert.className, alert.textContent]).toEqual(['field__error', sheet.wrong])
    type(passwordLabel, 'right')
    expect(screen.queryByRole('alert')).toBeNull()
    await tap(sheet.confirm)
    await seeNo(sheet.body)
    expect(phone.server.lastBody(remove)).toEqual({ proof: { password: 'right' } })
    expect(phone.platform.login).not.toHaveBeenCalled()
    await seeNo('Pad')
  })

  it('sends nothing and shows no error when the user cancels', async () => {
    const { phone } = renderPage(DevicesPage, phoneWithPassword())
    await tapRemove()
    await tap(zhCn.common.cancel)
    expect(screen.queryByText(sheet.body)).toBeNull()
    expect(screen.getByText('Pad')).toBeDefined()
    expect(screen.queryByRole('alert')).toBeNull()
    expect(phone.server.count(remove)).toBe(0)
  })

  it('offers WeChat as proof only where it is bound', async () => {
    const { phone } = renderPage(DevicesPage, phoneWithPassword())
    // The page has asked by itself; the next answer is the sheet's.
    await removeButton()
    phone.server.respondNext('GET /v1/me', () => meOf(userOf(ada, { username: 'ada' }), { hasWechat: false }))
    await tapRemove()
    expect(screen.queryByRole('button', { name: sheet.forgotPassword })).toBeNull()
    await tap(zhCn.common.cancel)
    await tapRemove()
    phone.server.failNext(remove, apiError('different_account', 409))
    phone.server.respondNext(remove, () => undefined)
    await tap(sheet.forgotPassword)
    expect((await screen.findByRole('alert')).textContent).toContain(sheet.otherWechat)
    await tap(sheet.forgotPassword)
    await seeNo(sheet.body)
    expect(phone.server.lastBody(remove)).toMatchObject({ proof: { code: `code-of-${ada}-2` } })
  })

  it('cannot be cancelled while pending, and waits after a 429', async () => {
    const phone = phoneWithPassword()
    renderPage(DevicesPage, phone)
    await tapRemove()
    const release = phone.server.holdNext(remove)
    phone.server.failNext(remove, new ApiError('rate_limited', { status: 429, retryAfterSeconds: 30 }))
    type(passwordLabel, 'right')
    await tap(sheet.confirm)
    await tap(zhCn.common.cancel)
    expect(screen.getByText(sheet.body)).toBeDefined()
    await act(async () => release())
    expect(button(retryStrings.zh_CN.retryIn(30)).disabled).toBe(true)
  })

  it('closes the prompt with the page', async () => {
    const { phone, session, unmount } = renderPage(DevicesPage, phoneWithPassword())
    await tapRemove()
    unmount()
    expect(phone.server.count(remove)).toBe(0)
    expect(session.state().kind).toBe('user')
  })
})

describe('logging out on all devices', () => {
  it('asks for confirmation and can be cancelled', async () => {
    vi.mocked(Taro.showModal).mockResolvedValue({ confirm: false } as never)
    const { phone, session } = renderPage(DevicesPage, phoneWith(own))
    await tapEverywhere()
    expect(vi.mocked(Taro.showModal).mock.lastCall?.[0]).toMatchObject({ confirmColor: dangerColors.light })
    expect(phone.server.count('POST /v1/auth/logout-all')).toBe(0)
    expect(session.state().kind).toBe('user')
  })

  it('makes the user a guest on the Me page and tells them', async () => {
    const phone = phoneWith(own)
    phone.server.respondNext('POST /v1/auth/logout-all', () => undefined)
    const { session } = renderPage(DevicesPage, phone)
    await tapEverywhere()
    await waitFor(() => expect(session.state()).toEqual({ kind: 'guest', endedBy: null }))
    expect(Taro.switchTab).toHaveBeenCalledWith({ url: '/pages/me/index' })
    expect(Taro.showToast).toHaveBeenCalledWith({ title: t.everywhereDone, icon: 'none' })
  })

  it('keeps the user logged in when it fails', async () => {
    const phone = phoneWith(own)
    phone.server.failNext('POST /v1/auth/logout-all', new ApiError('network_unreachable'))
    const { session } = renderPage(DevicesPage, phone)
    await tapEverywhere()
    expect((await screen.findByRole('alert')).textContent).toContain(zhCn.errors.network_unreachable)
    expect(session.state().kind).toBe('user')
    expect(Taro.switchTab).not.toHaveBeenCalled()
  })
})

describe.each(Object.entries(strings))('DevicesPage strings in %s', (_language, all) => {
  it("fit WeChat's dialog buttons", () => {
    for (const label of [all.cancel, all.removeConfirm, all.everywhereConfirm])
      expect([...label].length).toBeLessThanOrEqual(4)
  })
})
