// @vitest-environment happy-dom

import type { AccountExport, BanNotice } from '@repo/shared'
import Taro from '@tarojs/taro'
import { act, fireEvent, screen, waitFor } from '@testing-library/react'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import BannedPage from '../../src/account/banned/index.tsx'
import { strings } from '../../src/account/banned/strings.ts'
import { strings as dataStrings } from '../../src/account/data/strings.ts'
import { errorMessages } from '../../src/account/lib/error-messages.ts'
import { passwordStrings } from '../../src/account/lib/password-strings.ts'
import { formatDateTime } from '../../src/i18n/format-user.ts'
import { zhCn } from '../../src/i18n/zh-cn.ts'
import { ApiError } from '../../src/session/errors.ts'
import { renderPage } from '../pages/render-page.tsx'
import { apiError } from '../session/fake-server.ts'
import { createPhone } from '../session/phone.ts'
import { button, openPages, tap, toasts, type } from './user-actions.ts'

const t = strings.zh_CN
const data = dataStrings.zh_CN
const noticeKey = 'POST /v1/auth/ban-notice'
const appealKey = 'POST /v1/auth/appeal'

const banned: BanNotice = { reason: '发布广告', until: '2026-12-20T08:00:00.000Z', appeal: null }
const appealed = (appeal: Partial<BanNotice['appeal']> = {}): BanNotice => ({
  ...banned,
  appeal: { state: 'open', createdAt: '2026-11-20T08:00:00.000Z', response: null, ...appeal },
})

async function open(notice: BanNotice | Error = banned) {
  const phone = createPhone()
  phone.server.respondNext(noticeKey, () => (notice instanceof Error ? Promise.reject(notice) : notice))
  const view = renderPage(BannedPage, phone)
  await act(async () => {})
  return { ...view, server: phone.server }
}

beforeEach(() => {
  vi.clearAllMocks()
  vi.mocked(Taro.canIUse).mockReturnValue(true)
  openPages('pages/me/index', 'account/login/index', 'account/banned/index')
})

describe('BannedPage', () => {
  it('proves the user by WeChat and shows reason, end and the ways on', async () => {
    const { server } = await open()
    expect(await screen.findByText('发布广告')).toBeDefined()
    expect(screen.getByText(formatDateTime(String(banned.until), zhCn))).toBeDefined()
    for (const name of [t.appeal, t.export, t.delete]) expect(button(name)).toBeDefined()
    expect(button(zhCn.support).dataset.openType).toBe('contact')
    expect(server.lastBody(noticeKey)).toMatchObject({ code: expect.stringContaining('code-of-') })
  })

  it('sends an appeal with a fresh code, and shows that it is under review', async () => {
    const { server } = await open()
    const first = server.lastBody(noticeKey)
    await tap(t.appeal)
    await tap(t.submit)
    expect(screen.getByRole('alert').textContent).toBe(t.appealEmpty)
    expect(server.count(appealKey)).toBe(0)
    type(t.appealLabel, '我没有发布广告')
    expect(screen.getByText(t.appealHint(993))).toBeDefined()
    server.respondNext(appealKey, () => appealed())
    await tap(t.submit)
    await waitFor(() => expect(toasts()).toEqual([t.submitted]))
    expect(server.lastBody(appealKey)).toMatchObject({ text: '我没有发布广告' })
    expect(server.lastBody(appealKey)).not.toMatchObject(first as object)
    expect(screen.getByText(t.openTitle)).toBeDefined()
    expect(screen.queryByRole('button', { name: t.submit })).toBeNull()
  })

  it('shows why an appeal was rejected, and takes another', async () => {
    await open(appealed({ state: 'rejected', response: '聊天记录属实' }))
    expect(await screen.findByText(t.response('聊天记录属实'))).toBeDefined()
    expect(button(t.submit)).toBeDefined()
  })

  it.each([
    [new ApiError('rate_limited', { status: 429, retryAfterSeconds: 9 }), t.tooOften],
    [apiError('not_banned', 409), errorMessages.zh_CN.not_banned],
    [apiError('wechat_busy', 503), zhCn.errors.wechat_busy],
  ])('keeps the text when the appeal fails: %s', async (error, message) => {
    const { server } = await open()
    await tap(t.appeal)
    type(t.appealLabel, '我没有发布广告')
    server.failNext(appealKey, error)
    await tap(t.submit)
    expect((await screen.findByRole('alert')).textContent).toContain(message)
    expect((screen.getByLabelText(t.appealLabel) as HTMLTextAreaElement).value).toBe('我没有发布广告')
  })

  it('exports with a proof instead of a session', async () => {
    const { server } = await open()
    await tap(t.export)
    server.respondNext(
      'POST /v1/auth/export',
      () =>
        ({
          exportedAt: '2026-11-20T08:00:00.000Z',
          user: { phone: null },
          wechatIdentities: [],
          sessions: [],
          auditEvents: [],
        }) as unknown as AccountExport,
    )
    await tap(data.export)
    expect(await screen.findByText(data.exportedAt)).toBeDefined()
    expect(server.lastBody('POST /v1/auth/export')).toMatchObject({ code: expect.any(String) })
  })

  it('deletes with a proof after the checkbox and the dialog', async () => {
    const { server } = await open()
    await tap(t.delete)
    expect(server.count('POST /v1/auth/delete')).toBe(0)
    fireEvent.click(screen.getByRole('checkbox'))
    server.respondNext('POST /v1/auth/delete', () => undefined)
    await tap(data.deleteAccount)
    await waitFor(() => expect(Taro.switchTab).toHaveBeenCalled())
    expect(server.lastBody('POST /v1/auth/delete')).toMatchObject({ code: expect.any(String) })
  })
})

describe('BannedPage of an account with a password', () => {
  const credentials = { username: 'ada', password: 'correct horse battery' }
  async function prove(): Promise<void> {
    type(passwordStrings.zh_CN.username, credentials.username)
    type(passwordStrings.zh_CN.password, credentials.password)
    await tap(t.prove)
  }

  it.each(['not_found', 'not_banned'] as const)('offers the password after %s of WeChat', async (code) => {
    const { server } = await open(apiError(code, 409))
    expect((await screen.findByRole('alert')).textContent).toContain(t.noBanHere)
    // The user of an account that was deleted while banned has no notice to open.
    expect(screen.getByRole('button', { name: zhCn.support })).toBeDefined()
    await tap(t.usePassword)
    server.respondNext(noticeKey, () => banned)
    await prove()
    expect(await screen.findByText('发布广告')).toBeDefined()
    expect(server.lastBody(noticeKey)).toEqual(credentials)
  })

  it('asks for the password at once after a password login, and uses it for all that follows', async () => {
    openPages('pages/me/index', 'account/password-login/index', 'account/banned/index')
    const phone = createPhone()
    renderPage(BannedPage, phone)
    const { server } = phone
    expect(server.total()).toBe(0)
    server.failNext(noticeKey, apiError('credentials_invalid', 400))
    await prove()
    expect((await screen.findByRole('alert')).textContent).toBe(errorMessages.zh_CN.credentials_invalid)
    server.respondNext(noticeKey, () => banned)
    await prove()
    await tap(t.appeal)
    type(t.appealLabel, '误会')
    server.respondNext(appealKey, () => appealed())
    await tap(t.submit)
    await waitFor(() => expect(server.lastBody(appealKey)).toEqual({ ...credentials, text: '误会' }))
    expect(phone.platform.login).not.toHaveBeenCalled()
    expect(JSON.stringify([...phone.stored])).not.toMatch(/horse/)
  })
})
