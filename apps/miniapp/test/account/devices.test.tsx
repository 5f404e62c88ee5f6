// @vitest-environment happy-dom

import type { SessionInfo } from '@repo/shared'
import Taro from '@tarojs/taro'
import { act, fireEvent, screen, waitFor } from '@testing-library/react'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import DevicesPage from '../../src/account/devices/index.tsx'
import { words } from '../../src/account/devices/words.ts'
import { dangerColors } from '../../src/components/confirm.ts'
import { ApiProblem } from '../../src/session/api/problem.ts'
import { zhCn } from '../../src/text/zh-cn.ts'
import { renderPage } from '../pages/render-page.tsx'
import { refusal } from '../session/fake-server.ts'
import { createPhone } from '../session/phone.ts'
import { leaveAndReturn } from '../stand-ins/taro.ts'

const zh = words.zh_CN
const list = 'GET /v1/me/sessions'
const remove = 'DELETE /v1/me/sessions/:id'

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
  phone.store()
  phone.server.answerNext(list, () => ({ sessions }))
  return phone
}

const removeButton = (name = 'Pad') => screen.findByRole('button', { name: `${zh.remove} ${name}` })
const pressRemove = async (name?: string) => {
  const button = await removeButton(name)
  await act(async () => fireEvent.click(button))
}
const pressEverywhere = async () => {
  const button = await screen.findByRole('button', { name: zh.everywhere })
  await act(async () => fireEvent.click(button))
}
const seeNo = (text: string) => waitFor(() => expect(screen.queryByText(text)).toBeNull())

beforeEach(() => {
  vi.clearAllMocks()
  vi.mocked(Taro.showModal).mockResolvedValue({ confirm: true } as never)
})

describe('the devices of an account', () => {
  it('are for who is logged in; a guest reads what they are for', () => {
    const { phone } = renderPage(DevicesPage)
    expect(screen.getByText(zh.why)).toBeDefined()
    expect(phone.server.total()).toBe(0)
  })

  it('show model, system, address, since when and last seen, and this one first, which cannot be removed', async () => {
    const { container } = renderPage(DevicesPage, phoneWith(deviceOf({}), own))
    expect(screen.getByRole('progressbar')).toBeDefined()
    await screen.findByText(zh.thisDevice)
    const names = [...container.querySelectorAll('.device__name')].map((name) => name.textContent)
    expect(names).toEqual([`Phone${zh.thisDevice}`, 'Pad'])
    expect(screen.getAllByText('OS 2 · 203.0.*.*')).toHaveLength(2)
    expect(screen.getAllByText(zh.lastSeen('2026年11月20日 09:05'))).toHaveLength(2)
    expect(screen.getAllByText(zh.since('2026年1月2日 03:04'))).toHaveLength(2)
    expect(screen.queryByRole('button', { name: `${zh.remove} Phone` })).toBeNull()
    expect(screen.queryByText(zh.onlyThis)).toBeNull()
  })

  it('have a name also where the phone told none', async () => {
    renderPage(DevicesPage, phoneWith(own, deviceOf({ deviceModel: null, deviceSystem: null })))
    expect(await screen.findByText(zh.unknownModel)).toBeDefined()
    expect(screen.getByText('203.0.*.*')).toBeDefined()
  })

  it('are only this one where there is no other', async () => {
    renderPage(DevicesPage, phoneWith(own))
    expect(await screen.findByText(zh.onlyThis)).toBeDefined()
  })

  it('say what went wrong, and are there after another try', async () => {
    const phone = createPhone()
    phone.store()
    phone.server.failNext(list, new ApiProblem('request_timeout'))
    phone.server.answerNext(list, () => ({ sessions: [own] }))
    renderPage(DevicesPage, phone)
    expect((await screen.findByRole('alert')).textContent).toContain(zhCn.problems.request_timeout)
    fireEvent.click(screen.getByRole('button', { name: zhCn.common.retry }))
    expect(await screen.findByText('Phone')).toBeDefined()
  })

  it('are asked for anew when the page is seen again', async () => {
    const phone = phoneWith(own, deviceOf({}))
    renderPage(DevicesPage, phone)
    await screen.findByText('Pad')
    phone.server.answerNext(list, () => ({ sessions: [own] }))
    await act(async () => leaveAndReturn())
    await seeNo('Pad')
  })
})

describe('removing a device', () => {
  it('asks first, by its name, and can be thought better of', async () => {
    vi.mocked(Taro.showModal).mockResolvedValue({ confirm: false } as never)
    const { phone } = renderPage(DevicesPage, phoneWith(own, deviceOf({})))
    await pressRemove()
    expect(vi.mocked(Taro.showModal).mock.lastCall?.[0]).toMatchObject({
      content: zh.removeBody('Pad'),
      confirmColor: dangerColors.light,
    })
    expect(screen.getByText('Pad')).toBeDefined()
    expect(phone.server.count(remove)).toBe(0)
  })

  it('takes it out of view at once, and for good when the server has done it', async () => {
    const phone = phoneWith(own, deviceOf({}))
    const release = phone.server.holdNext(remove)
    phone.server.answerNext(remove, () => undefined)
    renderPage(DevicesPage, phone)
    await pressRemove()
    await seeNo('Pad')
    expect(screen.getByText(zh.onlyThis)).toBeDefined()
    expect(phone.server.lastOptions(remove)?.params).toEqual({ id: 'other' })
    await act(async () => release())
    expect(screen.queryByText('Pad')).toBeNull()
  })

  it('is undone when the server has not done it, with the reason beside it', async () => {
    const phone = phoneWith(own, deviceOf({}))
    phone.server.failNext(remove, new ApiProblem('network_unreachable'))
    renderPage(DevicesPage, phone)
    await pressRemove()
    expect((await screen.findByRole('alert')).textContent).toContain(zhCn.problems.network_unreachable)
    expect(screen.getByText('Pad')).toBeDefined()
  })

  it('is done when it was gone already', async () => {
    const phone = phoneWith(own, deviceOf({}))
    phone.server.failNext(remove, refusal('not_found', 404))
    renderPage(DevicesPage, phone)
    await pressRemove()
    await seeNo('Pad')
    expect(screen.queryByRole('alert')).toBeNull()
  })

  it('goes on for one while another is on its way', async () => {
    const phone = phoneWith(own, deviceOf({}), deviceOf({ id: 'third', deviceModel: 'Tab' }))
    const release = phone.server.holdNext(remove)
    phone.server.failNext(remove, new ApiProblem('network_unreachable'))
    phone.server.answerNext(remove, () => undefined)
    renderPage(DevicesPage, phone)
    await pressRemove('Pad')
    await pressRemove('Tab')
    // The second one failed, which does not bring back the first.
    expect(await screen.findByText('Tab')).toBeDefined()
    expect(screen.queryByText('Pad')).toBeNull()
    await act(async () => release())
    expect(screen.queryByText('Pad')).toBeNull()
  })
})

describe('logging out everywhere', () => {
  it('asks first, and can be thought better of', async () => {
    vi.mocked(Taro.showModal).mockResolvedValue({ confirm: false } as never)
    const { phone, session } = renderPage(DevicesPage, phoneWith(own))
    await pressEverywhere()
    expect(vi.mocked(Taro.showModal).mock.lastCall?.[0]).toMatchObject({ confirmColor: dangerColors.light })
    expect(phone.server.count('POST /v1/auth/logout-all')).toBe(0)
    expect(session.state().kind).toBe('user')
  })

  it('makes a guest of the person, who is back on their own page and told', async () => {
    const phone = phoneWith(own)
    phone.server.answerNext('POST /v1/auth/logout-all', () => undefined)
    const { session } = renderPage(DevicesPage, phone)
    await pressEverywhere()
    await waitFor(() => expect(session.state()).toEqual({ kind: 'guest', endedBy: null }))
    expect(Taro.switchTab).toHaveBeenCalledWith({ url: '/pages/me/index' })
    expect(Taro.showToast).toHaveBeenCalledWith({ title: zh.everywhereDone, icon: 'none' })
  })

  it('leaves the person logged in when it did not work', async () => {
    const phone = phoneWith(own)
    phone.server.failNext('POST /v1/auth/logout-all', new ApiProblem('network_unreachable'))
    const { session } = renderPage(DevicesPage, phone)
    await pressEverywhere()
    expect((await screen.findByRole('alert')).textContent).toContain(zhCn.problems.network_unreachable)
    expect(session.state().kind).toBe('user')
    expect(Taro.switchTab).not.toHaveBeenCalled()
  })
})

describe.each(Object.entries(words))('the words in %s', (_language, all) => {
  it('fit on the buttons of WeChat', () => {
    for (const label of [all.cancel, all.removeConfirm, all.everywhereConfirm])
      expect([...label].length).toBeLessThanOrEqual(4)
  })
})
