// @vitest-environment happy-dom

import type { AccountExport } from '@repo/shared'
import Taro from '@tarojs/taro'
import { act, fireEvent, screen, waitFor } from '@testing-library/react'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { strings as promptStrings } from '../../src/account/components/password-sheet-strings.ts'
import DataPage from '../../src/account/data/index.tsx'
import { strings } from '../../src/account/data/strings.ts'
import { withdrawStrings } from '../../src/account/data/withdraw-strings.ts'
import { strings as clipboardStrings } from '../../src/account/lib/clipboard-strings.ts'
import { passwordStrings } from '../../src/account/lib/password-strings.ts'
import { deletedData } from '../../src/account/lib/personal-data-strings.ts'
import { zhCn } from '../../src/i18n/zh-cn.ts'
import { dangerColors } from '../../src/lib/dialogs.ts'
import { ApiError } from '../../src/session/errors.ts'
import { renderPage } from '../pages/render-page.tsx'
import { apiError, dataPractices, userOf } from '../session/fake-server.ts'
import { ada, createPhone } from '../session/phone.ts'
import { type } from './user-actions.ts'

const t = strings.zh_CN
const clipboard = clipboardStrings.zh_CN
const exportKey = 'POST /v1/me/export'
const deleteKey = 'POST /v1/me/delete'

const account = {
  exportedAt: new Date(2026, 10, 20, 9, 5).toISOString(),
  user: { ...userOf(ada), phone: '+8613800138000' },
  wechatIdentities: [{ appId: 'wx1' }],
  sessions: [{ id: 'one' }, { id: 'two' }],
  auditEvents: [{ id: 'one' }, { id: 'two' }, { id: 'three' }],
} as AccountExport
const text = JSON.stringify(account, null, 2)

function phoneOf(changes = {}) {
  const phone = createPhone()
  phone.storeSession(phone.server.issue(userOf(ada, changes)))
  return phone
}

const tap = async (name: string) => {
  const button = await screen.findByRole('button', { name })
  await act(async () => fireEvent.click(button))
}
const fileSystem = Taro.getFileSystemManager()
const alertText = async () => (await screen.findByRole('alert')).textContent

beforeEach(() => {
  vi.clearAllMocks()
  vi.mocked(Taro.canIUse).mockReturnValue(true)
  vi.mocked(Taro.showModal).mockResolvedValue({ confirm: true } as never)
})

it('DataPage tells a guest why to log in, without a request', () => {
  const { phone } = renderPage(DataPage)
  expect(screen.getByText(t.why)).toBeDefined()
  expect(phone.server.total()).toBe(0)
})

describe('DataPage export', () => {
  async function exported() {
    const phone = phoneOf()
    phone.server.respondNext(exportKey, () => account)
    const view = renderPage(DataPage, phone)
    await tap(t.export)
    return view
  }

  it('summarizes the data and writes it to a file', async () => {
    await exported()
    expect(screen.getByText('2026年11月20日 09:05')).toBeDefined()
    for (const number of [1, 2, 3]) expect(screen.getByText(t.count(number))).toBeDefined()
    expect(screen.getByText(t.included)).toBeDefined()
    expect(fileSystem.writeFile).toHaveBeenCalledWith(
      expect.objectContaining({ filePath: 'wxfile://usr/account.json', data: text, encoding: 'utf8' }),
    )
  })

  it('sends the file to a chat under a readable name', async () => {
    await exported()
    await tap(t.send)
    expect(Taro.shareFileMessage).toHaveBeenCalledWith(
      expect.objectContaining({ filePath: 'wxfile://usr/account.json', fileName: t.fileName }),
    )
    expect(Taro.showToast).toHaveBeenCalledWith({ title: t.sent, icon: 'none' })
  })

  it.each([
    ['shareFileMessage:fail cancel', null],
    ['shareFileMessage:fail system error', t.sendFailed],
  ])('handles a failure to send: %s', async (errMsg, problem) => {
    vi.mocked(Taro.shareFileMessage).mockImplementationOnce((async (options: {
      fail: (failure: object) => void
    }) => options.fail({ errMsg })) as never)
    await exported()
    await tap(t.send)
    if (problem) expect(await alertText()).toContain(problem)
    else expect(screen.queryByRole('alert')).toBeNull()
    expect(Taro.showToast).not.toHaveBeenCalled()
  })

  it('copies the text', async () => {
    await exported()
    await tap(t.copy)
    expect(Taro.setClipboardData).toHaveBeenCalledWith({ data: text })
  })

  it.each([
    [{ errno: 104, errMsg: '' }, clipboard.denied],
    [{ errMsg: 'setClipboardData:fail privacy permission is not authorized' }, clipboard.denied],
    [{ errno: 112, errMsg: '' }, clipboard.undeclared],
    [
      { errMsg: 'setClipboardData:fail api scope is not declared in the privacy agreement' },
      clipboard.undeclared,
    ],
    [{ errMsg: 'setClipboardData:fail' }, clipboard.failed],
  ])('shows why WeChat did not copy: %o', async (failure, problem) => {
    vi.mocked(Taro.setClipboardData).mockRejectedValueOnce(failure)
    await exported()
    await tap(t.copy)
    expect(await alertText()).toContain(problem)
  })

  it('offers copying only when WeChat cannot send files', async () => {
    vi.mocked(Taro.canIUse).mockReturnValue(false)
    await exported()
    expect(screen.getByText(t.copyOnly)).toBeDefined()
    expect(screen.queryByRole('button', { name: t.send })).toBeNull()
    expect(fileSystem.writeFile).not.toHaveBeenCalled()
  })

  it('offers copying only when the phone cannot write the file', async () => {
    vi.mocked(fileSystem.writeFile).mockImplementationOnce((({ fail }: { fail: () => void }) =>
      fail()) as never)
    await exported()
    expect(screen.getByText(t.copyOnly)).toBeDefined()
    expect(screen.getByRole('button', { name: t.copy })).toBeDefined()
  })

  it('deletes the file when the page closes or the user logs out', async () => {
    const { session } = await exported()
    expect(fileSystem.unlink).not.toHaveBeenCalled()
    act(() => session.clear())
    expect(fileSystem.unlink).toHaveBeenCalledWith(
      expect.objectContaining({ filePath: 'wxfile://usr/account.json' }),
    )
  })

  it.each([
    [new ApiError('network_unreachable'), zhCn.errors.network_unreachable],
    [apiError('rate_limited', 429), t.exportTooOften],
  ])('shows an error and can be repeated: %s', async (error, problem) => {
    const phone = phoneOf()
    phone.server.failNext(exportKey, error)
    phone.server.respondNext(exportKey, () => account)
    renderPage(DataPage, phone)
    await tap(t.export)
    expect(await alertText()).toContain(problem)
    await tap(t.export)
    expect(await screen.findByRole('button', { name: t.send })).toBeDefined()
    expect(screen.queryByRole('alert')).toBeNull()
  })
})

describe('DataPage account deletion', () => {
  const check = () => fireEvent.click(screen.getByRole('checkbox'))

  it('lists what is deleted and kept, and ignores taps before the checkbox', async () => {
    const { phone } = renderPage(DataPage, phoneOf())
    for (const point of [...t.deletedItems(deletedData('zh_CN')), ...t.keptItems, t.sealedLogs])
      expect(screen.getByText(point)).toBeDefined()
    expect(screen.getByRole('checkbox').getAttribute('aria-checked')).toBe('false')
    await tap(t.deleteAccount)
    expect(Taro.showModal).not.toHaveBeenCalled()
    expect(phone.server.asked()).toBe(0)
  })

  it('lists no sealed network logs when the API deletes them at once', async () => {
    const phone = phoneOf()
    phone.server.respondNext('GET /v1/data-practices', () => ({ ...dataPractices, sealedLogs: false }))
    renderPage(DataPage, phone)
    await waitFor(() => expect(screen.queryByText(t.sealedLogs)).toBeNull())
    expect(screen.getByText(t.keptItems[0] as string)).toBeDefined()
  })

  it('asks for confirmation and can be cancelled', async () => {
    vi.mocked(Taro.showModal).mockResolvedValue({ confirm: false } as never)
    const { phone, session } = renderPage(DataPage, phoneOf())
    check()
    await tap(t.deleteAccount)
    expect(vi.mocked(Taro.showModal).mock.lastCall?.[0]).toMatchObject({
      content: t.deleteQuestion,
      confirmColor: dangerColors.light,
    })
    expect(phone.platform.login).not.toHaveBeenCalled()
    expect(phone.server.asked()).toBe(0)
    expect(session.state().kind).toBe('user')
  })

  it('sends a fresh code, logs out, and tells the user', async () => {
    const phone = phoneOf()
    phone.server.respondNext(deleteKey, () => undefined)
    phone.stored.set('device', { deviceToken: 'of this account' })
    const { session } = renderPage(DataPage, phone)
    check()
    await tap(t.deleteAccount)
    await waitFor(() => expect(session.state()).toEqual({ kind: 'guest', endedBy: null }))
    expect(phone.server.lastBody(deleteKey)).toEqual({
      proof: { code: expect.stringMatching(/^code-of-/), appId: 'wx0000000000000000' },
    })
    expect(phone.stored.has('device')).toBe(false)
    expect(phone.storedSession()).toBeUndefined()
    expect(Taro.switchTab).toHaveBeenCalledWith({ url: '/pages/me/index' })
    expect(vi.mocked(Taro.showModal).mock.lastCall?.[0]).toMatchObject({
      title: t.deletedTitle,
      showCancel: false,
    })
  })

  it('prompts for the password when this WeChat is not bound', async () => {
    const phone = phoneOf({ username: 'ada' })
    phone.server.failNext(deleteKey, apiError('different_account', 409))
    phone.server.respondNext(deleteKey, () => undefined)
    const { session } = renderPage(DataPage, phone)
    check()
    await tap(t.deleteAccount)
    expect(screen.getByText(promptStrings.zh_CN.bodyOtherWechat)).toBeDefined()
    expect(session.state().kind).toBe('user')
    type(passwordStrings.zh_CN.password, 'correct horse')
    await tap(promptStrings.zh_CN.confirm)
    await waitFor(() => expect(session.state().kind).toBe('guest'))
    expect(phone.server.lastBody(deleteKey)).toEqual({ proof: { password: 'correct horse' } })
  })

  it('does not prompt for a password that the account does not have', async () => {
    const phone = phoneOf()
    phone.server.failNext(deleteKey, apiError('different_account', 409))
    renderPage(DataPage, phone)
    check()
    await tap(t.deleteAccount)
    expect(await alertText()).toContain(t.deleteErrors.different_account)
    expect(screen.queryByLabelText(passwordStrings.zh_CN.password)).toBeNull()
  })

  it.each([
    ...Object.entries(t.deleteErrors).map(([code, problem]) => [code, problem] as const),
    ['network_unreachable', zhCn.errors.network_unreachable] as const,
    ['rate_limited', zhCn.errors.rate_limited] as const,
  ])('changes nothing when the API rejects with %s', async (code, problem) => {
    const phone = phoneOf()
    phone.server.failNext(deleteKey, new ApiError(code as 'network_unreachable'))
    const { session } = renderPage(DataPage, phone)
    check()
    await tap(t.deleteAccount)
    expect(await alertText()).toContain(problem)
    expect(session.state().kind).toBe('user')
    expect(phone.storedSession()).toBeDefined()
    expect(Taro.switchTab).not.toHaveBeenCalled()
  })

  it('sends nothing when WeChat returns no code', async () => {
    const phone = phoneOf()
    phone.platform.login.mockResolvedValueOnce({})
    const { session } = renderPage(DataPage, phone)
    check()
    await tap(t.deleteAccount)
    expect(await alertText()).toContain(zhCn.errors.wechat_code_missing)
    expect(phone.server.count(deleteKey)).toBe(0)
    expect(session.state().kind).toBe('user')
  })

  it('never asks for a login, which could create a new account', async () => {
    const phone = phoneOf()
    phone.server.failNext(deleteKey, apiError('session_revoked', 401))
    renderPage(DataPage, phone)
    check()
    await tap(t.deleteAccount)
    expect(await alertText()).toContain(zhCn.errors.session_revoked)
    expect(phone.openLogin).not.toHaveBeenCalled()
  })
})

describe.each(Object.entries(strings))('DataPage strings in %s', (_language, all) => {
  it("fit WeChat's dialog buttons", () => {
    for (const label of [all.deleteConfirm, all.deleteCancel, all.deletedDismiss])
      expect([...label].length).toBeLessThanOrEqual(4)
  })
})

describe('DataPage withdrawal of the consent', () => {
  const withdrawal = withdrawStrings.zh_CN

  it("names WeChat's own way to have data deleted", () => {
    renderPage(DataPage, phoneOf())
    expect(screen.getByText(/“设置”>“小程序已获取的信息”>“通知开发者删除”/)).toBeDefined()
  })

  it('deletes the account in the same step when the user chooses so', async () => {
    const phone = phoneOf()
    phone.server.respondNext(deleteKey, () => undefined)
    const { session } = renderPage(DataPage, phone)
    await tap(withdrawal.withDeletion)
    await waitFor(() => expect(session.state().kind).toBe('guest'))
    expect(phone.server.lastBody(deleteKey)).toHaveProperty('proof')
  })

  it('deletes nothing when the user cancels', async () => {
    const phone = phoneOf()
    renderPage(DataPage, phone)
    vi.mocked(Taro.showModal).mockResolvedValue({ confirm: false } as never)
    await tap(withdrawal.withDeletion)
    expect(phone.server.lastBody(deleteKey)).toBeUndefined()
  })
})
