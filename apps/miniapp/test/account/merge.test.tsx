// @vitest-environment happy-dom

import type { Conflict, User } from '@repo/shared'
import Taro from '@tarojs/taro'
import { act, screen, waitFor } from '@testing-library/react'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { strings as notMyAccountStrings } from '../../src/account/components/not-my-account-strings.ts'
import { strings as promptStrings } from '../../src/account/components/password-sheet-strings.ts'
import { errorMessages } from '../../src/account/lib/error-messages.ts'
import { clearMergeOffer, mergeOffer, offerMerge } from '../../src/account/lib/merge-offer.ts'
import { passwordStrings } from '../../src/account/lib/password-strings.ts'
import { strings as retryStrings } from '../../src/account/lib/retry-strings.ts'
import MergePage from '../../src/account/merge/index.tsx'
import { strings } from '../../src/account/merge/strings.ts'
import { formatDateTime } from '../../src/i18n/format-user.ts'
import { errorMessage } from '../../src/i18n/index.ts'
import { zhCn } from '../../src/i18n/zh-cn.ts'
import { dangerColors } from '../../src/lib/dialogs.ts'
import { ApiError } from '../../src/session/errors.ts'
import { renderPage } from '../pages/render-page.tsx'
import { apiError, transientErrors, userOf } from '../session/fake-server.ts'
import { ada, bob, createPhone } from '../session/phone.ts'
import { conflictWith } from './conflict.ts'
import { answerDialog, button, openPages, question, tap, toasts, type } from './user-actions.ts'

const t = strings.zh_CN
const notMine = notMyAccountStrings.zh_CN
const older = '2026-01-02T03:04:05.000Z'

async function open(
  conflict: Conflict | null = conflictWith(),
  changes: Partial<User> = {},
  loginMethod: 'wechat' | 'password' = 'wechat',
) {
  const phone = createPhone()
  phone.storeSession(phone.server.issue(userOf(ada, { registeredAt: older, ...changes })), loginMethod)
  if (conflict) await offerMerge(conflict)
  const view = renderPage(MergePage, phone)
  return { ...view, server: phone.server }
}
beforeEach(() => {
  vi.clearAllMocks()
  clearMergeOffer(mergeOffer.get())
  openPages('pages/me/index', 'account/security/index', 'account/merge/index')
})

describe('MergePage without an offer', () => {
  it('says when accounts can be merged, and goes back', async () => {
    const { server } = await open(null)
    expect(screen.getByText(t.emptyTitle)).toBeDefined()
    await tap(t.back)
    expect(Taro.navigateBack).toHaveBeenCalledTimes(1)
    expect(server.total()).toBe(0)
  })

  it('needs no login', () => {
    renderPage(MergePage)
    expect(screen.getByText(t.emptyTitle)).toBeDefined()
  })

  it('explains accounts that cannot be merged', async () => {
    await open(conflictWith({}, null))
    expect(screen.getByText(t.impossibleBody)).toBeDefined()
    expect(screen.queryByRole('button', { name: t.merge })).toBeNull()
  })

  it('leads to support where its text says so', async () => {
    await open(conflictWith({}, null))
    expect(button(zhCn.support).dataset.openType).toBe('contact')
  })
})

describe('a newer offer', () => {
  const newer = conflictWith({ nicknameMasked: '大**' }, 'newer ticket')

  it('replaces the visible one and the typed password', async () => {
    const { server } = await open()
    await tap(t.usePassword)
    type(t.otherPassword, 'password of the first')
    await act(() => offerMerge(newer))
    expect(screen.getByText('大**')).toBeDefined()
    expect(screen.queryByText('小**')).toBeNull()
    await tap(t.usePassword)
    type(t.otherPassword, 'correct horse battery')
    server.respondNext('POST /v1/me/merge', () => server.issue(userOf(bob)))
    await tap(t.merge)
    await waitFor(() => expect(toasts()).toEqual([t.done]))
    expect(server.lastBody('POST /v1/me/merge')).toEqual({
      ticket: 'newer ticket',
      proof: { code: `code-of-${ada}-1`, appId: 'wx0000000000000000' },
      otherProof: { password: 'correct horse battery' },
    })
  })

  it('replaces an expired one', async () => {
    const { server } = await open()
    server.failNext('POST /v1/me/merge', apiError('merge_ticket_invalid', 400))
    await tap(t.merge)
    expect(await screen.findByText(t.expiredBody)).toBeDefined()
    await act(() => offerMerge(newer))
    expect(screen.getByText('大**')).toBeDefined()
    expect(screen.queryByText(t.expiredBody)).toBeNull()
  })

  it('is not created by a closed page', async () => {
    const { unmount } = await open()
    unmount()
    expect(mergeOffer.get()).toBeNull()
  })
})

describe('the two accounts', () => {
  it('show the own account, and the masked nickname alone of the other one', async () => {
    await open(conflictWith(), { nickname: '小明', phoneMasked: '139******11' })
    for (const fact of ['小明', '139******11', '小**', formatDateTime(older, zhCn)])
      expect(screen.getByText(fact)).toBeDefined()
    const [, other] = document.querySelectorAll('.account-card')
    expect(other?.textContent).toBe(`${t.otherAccount}${t.nickname}小**`)
  })

  it('say before the merge that the older account is kept', async () => {
    await open()
    answerDialog(false)
    await tap(t.merge)
    expect(question()).toMatchObject({ content: t.confirmBody, confirmColor: dangerColors.light })
  })

  it('say which password and phone number would stay', async () => {
    await open(conflictWith(), { username: 'ada', phoneMasked: '139******11' })
    expect(screen.getByText(t.bothPasswords)).toBeDefined()
    expect(screen.getByText(t.bothPhones)).toBeDefined()
  })

  it('say nothing about passwords and numbers that the own account has not', async () => {
    await open()
    expect(screen.queryByText(t.bothPasswords)).toBeNull()
    expect(screen.queryByText(t.bothPhones)).toBeNull()
  })

  it("let the user go on when the other is another user's, with a way to support", async () => {
    const { server } = await open()
    await tap(notMine.notMine)
    expect(screen.getByText(notMine.body)).toBeDefined()
    expect(button(zhCn.support).dataset.openType).toBe('contact')
    await tap(notMine.goOn)
    expect(Taro.navigateBack).toHaveBeenCalledTimes(1)
    expect(server.asked()).toBe(0)
  })
})

describe('merging', () => {
  it('uses this WeChat account as proof, closes the page and shows the kept account', async () => {
    const { server, session } = await open()
    server.respondNext('POST /v1/me/merge', () => server.issue(userOf(bob)))
    await tap(t.merge)
    await waitFor(() => expect(toasts()).toEqual([t.done]))
    expect(server.lastBody('POST /v1/me/merge')).toEqual({
      ticket: 'ticket',
      proof: { code: `code-of-${ada}-1`, appId: 'wx0000000000000000' },
      otherProof: { code: `code-of-${ada}-2`, appId: 'wx0000000000000000' },
    })
    expect(session.state()).toMatchObject({ user: { id: bob } })
    expect(Taro.navigateBack).toHaveBeenCalledWith({ delta: 1 })
  })

  it('uses the password of the other account and stores none', async () => {
    const { server, phone } = await open()
    await tap(t.usePassword)
    await tap(t.merge)
    expect(screen.getByRole('alert').textContent).toBe(t.passwordEmpty)
    type(t.otherPassword, 'correct horse battery')
    server.respondNext('POST /v1/me/merge', () => server.issue(userOf(bob)))
    await tap(t.merge)
    await waitFor(() => expect(toasts()).toEqual([t.done]))
    expect(server.lastBody('POST /v1/me/merge')).toEqual({
      ticket: 'ticket',
      proof: { code: `code-of-${ada}-1`, appId: 'wx0000000000000000' },
      otherProof: { password: 'correct horse battery' },
    })
    expect(phone.platform.login).toHaveBeenCalledTimes(1)
    expect(JSON.stringify([...phone.stored])).not.toMatch(/horse/)
  })

  it.each([
    ['different_account', t.differentWechat],
    ['wechat_busy', zhCn.errors.wechat_busy],
  ] as const)(
    'prompts a password session for its password and shows %s of the other proof on the page',
    async (code, said) => {
      const { server } = await open(conflictWith(), { username: 'ada' }, 'password')
      server.failNext('POST /v1/me/merge', apiError('credentials_invalid', 400))
      server.failNext('POST /v1/me/merge', new ApiError(code))
      await tap(t.merge)
      type(passwordStrings.zh_CN.password, 'wrong')
      await tap(promptStrings.zh_CN.confirm)
      expect((await screen.findByRole('alert')).textContent).toBe(promptStrings.zh_CN.wrong)
      type(passwordStrings.zh_CN.password, 'right')
      await tap(promptStrings.zh_CN.confirm)
      expect((await screen.findByRole('alert')).textContent).toContain(said)
      expect(screen.queryByText(promptStrings.zh_CN.body)).toBeNull()
      expect(server.lastBody('POST /v1/me/merge')).toMatchObject({
        proof: { password: 'right' },
        otherProof: { code: `code-of-${ada}-2` },
      })
    },
  )

  it('says that either of two passwords is wrong', async () => {
    const { server } = await open(conflictWith(), { username: 'ada' }, 'password')
    server.failNext('POST /v1/me/merge', apiError('credentials_invalid', 400))
    await tap(t.usePassword)
    type(t.otherPassword, 'theirs')
    await tap(t.merge)
    type(passwordStrings.zh_CN.password, 'mine')
    await tap(promptStrings.zh_CN.confirm)
    expect((await screen.findByRole('alert')).textContent).toBe(t.eitherPasswordWrong)
  })

  it('lets the user choose when both proofs work', async () => {
    await open()
    await tap(t.usePassword)
    expect(screen.getByLabelText(t.otherPassword)).toBeDefined()
    await tap(t.useWechat)
    expect(screen.queryByLabelText(t.otherPassword)).toBeNull()
  })

  it('does nothing without confirmation', async () => {
    const { server, phone } = await open()
    answerDialog(false)
    await tap(t.merge)
    expect(server.asked()).toBe(0)
    expect(phone.platform.login).not.toHaveBeenCalled()
    expect(screen.queryByRole('alert')).toBeNull()
  })

  it('does nothing on "not now"', async () => {
    const { server } = await open()
    await tap(t.notNow)
    expect(Taro.navigateBack).toHaveBeenCalledTimes(1)
    expect(server.asked()).toBe(0)
  })

  it('explains an expired ticket and goes back', async () => {
    const { server } = await open()
    server.failNext('POST /v1/me/merge', apiError('merge_ticket_invalid', 400))
    await tap(t.merge)
    expect(await screen.findByText(t.expiredBody)).toBeDefined()
    await tap(t.back)
    expect(Taro.navigateBack).toHaveBeenCalledTimes(1)
  })

  it('shows a wrong password beside the field, and works afterwards', async () => {
    const { server } = await open()
    await tap(t.usePassword)
    type(t.otherPassword, 'wrong')
    server.failNext('POST /v1/me/merge', apiError('credentials_invalid', 400))
    await tap(t.merge)
    const alert = await screen.findByRole('alert')
    expect([alert.className, alert.textContent]).toEqual(['field__error', t.passwordWrong])
    type(t.otherPassword, 'right')
    server.respondNext('POST /v1/me/merge', () => server.issue(userOf(bob)))
    await tap(t.merge)
    await waitFor(() => expect(toasts()).toEqual([t.done]))
  })

  it.each([
    ['different_account', t.differentWechat],
    ['password_not_set', errorMessages.zh_CN.password_not_set],
    ['code_used', zhCn.errors.code_used],
    ...transientErrors.map((error) => [error.code, errorMessage(error, zhCn)] as const),
  ] as const)('shows an error for %s and keeps the offer', async (code, said) => {
    const { server } = await open()
    server.failNext('POST /v1/me/merge', new ApiError(code))
    await tap(t.merge)
    expect((await screen.findByRole('alert')).textContent).toContain(said)
    expect(button(t.merge).disabled).toBe(false)
  })

  it('waits after a 429', async () => {
    const { server } = await open()
    server.failNext('POST /v1/me/merge', new ApiError('rate_limited', { retryAfterSeconds: 20 }))
    await tap(t.merge)
    expect(button(retryStrings.zh_CN.retryIn(20)).disabled).toBe(true)
  })

  it('does not navigate when the user has closed the page', async () => {
    const { server, session, unmount } = await open()
    const release = server.holdNext('POST /v1/me/merge')
    server.respondNext('POST /v1/me/merge', () => server.issue(userOf(bob)))
    await tap(t.merge)
    unmount()
    openPages('pages/me/index')
    await act(async () => release())
    await waitFor(() => expect(session.state()).toMatchObject({ user: { id: bob } }))
    expect(Taro.navigateBack).not.toHaveBeenCalled()
    expect(Taro.switchTab).not.toHaveBeenCalled()
  })

  it('asks for a login when the session ends meanwhile', async () => {
    const { server } = await open()
    server.failNext('POST /v1/me/merge', apiError('account_banned', 403))
    await tap(t.merge)
    expect((await screen.findByRole('alert')).textContent).toContain(zhCn.errors.account_banned)
    expect(screen.getByText(t.why)).toBeDefined()
  })
})
