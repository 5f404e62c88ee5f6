// @vitest-environment happy-dom

import type { Conflict, User } from '@repo/shared'
import Taro from '@tarojs/taro'
import { act, screen, waitFor } from '@testing-library/react'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { words as proofWords } from '../../src/account/components/password-sheet-strings.ts'
import { problems } from '../../src/account/lib/error-messages.ts'
import { forgetConflict, offerMerge, pendingConflict } from '../../src/account/lib/merge-offer.ts'
import { passwordWords } from '../../src/account/lib/password-strings.ts'
import { words as loginWords } from '../../src/account/login/strings.ts'
import MergePage from '../../src/account/merge/index.tsx'
import { words } from '../../src/account/merge/strings.ts'
import { dateTimeOf } from '../../src/i18n/format-user.ts'
import { wordsFor } from '../../src/i18n/index.ts'
import { zhCn } from '../../src/i18n/zh-cn.ts'
import { dangerColors } from '../../src/lib/dialogs.ts'
import { ApiProblem } from '../../src/session/errors.ts'
import { renderPage } from '../pages/render-page.tsx'
import { passingTroubles, refusal, userOf } from '../session/fake-server.ts'
import { ada, bob, createPhone } from '../session/phone.ts'
import { conflictWith } from './conflict.ts'
import { answerQuestion, button, openPages, press, question, toasts, type } from './typing.ts'

const own = words.zh_CN
const elder = '2026-01-02T03:04:05.000Z'
const younger = '2026-05-06T07:08:09.000Z'

async function open(
  conflict: Conflict | null = conflictWith(),
  changes: Partial<User> = {},
  begunBy: 'wechat' | 'password' = 'wechat',
) {
  const phone = createPhone()
  phone.store(phone.server.issue(userOf(ada, { registeredAt: elder, ...changes })), begunBy)
  if (conflict) await offerMerge(conflict)
  const view = renderPage(MergePage, phone)
  return { ...view, server: phone.server }
}
const fates = () =>
  [...document.querySelectorAll('.account-card__fate')].map(({ textContent }) => textContent)

beforeEach(() => {
  vi.clearAllMocks()
  forgetConflict(pendingConflict.get())
  openPages('pages/me/index', 'account/security/index', 'account/merge/index')
})

describe('without an offer', () => {
  it('says how people get here, and leads back', async () => {
    const { server } = await open(null)
    expect(screen.getByText(own.emptyTitle)).toBeDefined()
    await press(own.back)
    expect(Taro.navigateBack).toHaveBeenCalledTimes(1)
    expect(server.total()).toBe(0)
  })

  it('asks a guest for nothing', () => {
    renderPage(MergePage)
    expect(screen.getByText(own.emptyTitle)).toBeDefined()
  })

  it('of two that cannot be joined says so, and what can be done', async () => {
    await open(conflictWith({}, null))
    expect(screen.getByText(own.impossibleBody)).toBeDefined()
    expect(screen.queryByRole('button', { name: own.merge })).toBeNull()
  })

  it('of an account that nothing can prove says so', async () => {
    await open(conflictWith({ hasPassword: false, hasWechat: false }))
    expect(screen.getByText(own.unprovableBody)).toBeDefined()
  })
})

describe('a newer offer', () => {
  const newer = conflictWith({ nicknameMasked: '大**', hasWechat: false }, 'newer ticket')

  it('takes the place of the one in view, and of what was typed for it', async () => {
    const { server } = await open(conflictWith({ hasWechat: false }))
    type(own.otherPassword, 'password of the first')
    await act(() => offerMerge(newer))
    expect(screen.getByText('大**')).toBeDefined()
    expect(screen.queryByText('小**')).toBeNull()
    type(own.otherPassword, 'correct horse battery')
    server.answerNext('POST /v1/me/merge', () => server.issue(userOf(bob)))
    await press(own.merge)
    await waitFor(() => expect(toasts()).toEqual([own.done]))
    expect(server.lastBody('POST /v1/me/merge')).toEqual({
      ticket: 'newer ticket',
      proof: { code: `code-of-${ada}-1`, appId: 'wx0000000000000000' },
      otherProof: { password: 'correct horse battery' },
    })
  })

  it('stands although the one before is over', async () => {
    const { server } = await open()
    server.failNext('POST /v1/me/merge', refusal('merge_ticket_invalid', 400))
    await press(own.merge)
    expect(await screen.findByText(own.overBody)).toBeDefined()
    await act(() => offerMerge(newer))
    expect(screen.getByText('大**')).toBeDefined()
    expect(screen.queryByText(own.overBody)).toBeNull()
  })

  it('is not made by an offer that was left', async () => {
    const { unmount } = await open()
    unmount()
    expect(pendingConflict.get()).toBeNull()
  })
})

describe('the two accounts', () => {
  it('are shown with what their owner knows them by, and no more of the other', async () => {
    await open(conflictWith(), { nickname: '小明', phoneMasked: '139******11' })
    for (const fact of ['小明', '139******11', '小**', '138******00', own.both]) {
      expect(screen.getByText(fact)).toBeDefined()
    }
  })

  it.each([
    ['mine', elder, younger, [own.stays, own.goes]],
    ['the other', younger, elder, [own.goes, own.stays]],
  ] as const)('leave the one that registered earlier: %s', async (_which, mine, theirs, expected) => {
    await open(conflictWith({ registeredAt: theirs }), { registeredAt: mine })
    expect(fates()).toEqual(expected)
    answerQuestion(false)
    await press(own.merge)
    expect(question()).toMatchObject({
      content: own.confirmBody(dateTimeOf(elder, zhCn)),
      confirmColor: dangerColors.light,
    })
  })

  it('say which password and which number will count, where both have one', async () => {
    await open(conflictWith(), { username: 'ada', phoneMasked: '139******11' })
    expect(screen.getByText(own.bothPasswords)).toBeDefined()
    expect(screen.getByText(own.bothPhones)).toBeDefined()
  })

  it('say nothing of passwords and numbers where they do not collide', async () => {
    await open(conflictWith({ phoneMasked: null }))
    expect(screen.queryByText(own.bothPasswords)).toBeNull()
    expect(screen.queryByText(own.bothPhones)).toBeNull()
  })
})

describe('a merge', () => {
  it('is proven by this WeChat; then the page is left, and the account that stays is shown', async () => {
    const { server, session } = await open()
    server.answerNext('POST /v1/me/merge', () => server.issue(userOf(bob)))
    await press(own.merge)
    await waitFor(() => expect(toasts()).toEqual([own.done]))
    expect(server.lastBody('POST /v1/me/merge')).toEqual({
      ticket: 'ticket',
      proof: { code: `code-of-${ada}-1`, appId: 'wx0000000000000000' },
      otherProof: { code: `code-of-${ada}-2`, appId: 'wx0000000000000000' },
    })
    expect(session.state()).toMatchObject({ user: { id: bob } })
    expect(Taro.navigateBack).toHaveBeenCalledWith({ delta: 1 })
  })

  it('is proven by the password of the other account, and stores none', async () => {
    const { server, phone } = await open(conflictWith({ hasWechat: false }))
    expect(screen.queryByRole('button', { name: own.byWechat })).toBeNull()
    await press(own.merge)
    expect(screen.getByRole('alert').textContent).toBe(own.passwordMissed)
    type(own.otherPassword, 'correct horse battery')
    server.answerNext('POST /v1/me/merge', () => server.issue(userOf(bob)))
    await press(own.merge)
    await waitFor(() => expect(toasts()).toEqual([own.done]))
    expect(server.lastBody('POST /v1/me/merge')).toEqual({
      ticket: 'ticket',
      proof: { code: `code-of-${ada}-1`, appId: 'wx0000000000000000' },
      otherProof: { password: 'correct horse battery' },
    })
    expect(phone.platform.login).toHaveBeenCalledTimes(1)
    expect(JSON.stringify([...phone.stored])).not.toMatch(/horse/)
  })

  it.each([
    ['different_account', own.differentWechat],
    ['wechat_busy', zhCn.problems.wechat_busy],
  ] as const)(
    'of a password session asks for its password, and says %s of the other proof on the page',
    async (code, said) => {
      const { server } = await open(conflictWith(), { username: 'ada' }, 'password')
      server.failNext('POST /v1/me/merge', refusal('credentials_invalid', 400))
      server.failNext('POST /v1/me/merge', new ApiProblem(code))
      await press(own.merge)
      type(passwordWords.zh_CN.password, 'wrong')
      await press(proofWords.zh_CN.confirm)
      expect((await screen.findByRole('alert')).textContent).toBe(proofWords.zh_CN.wrong)
      type(passwordWords.zh_CN.password, 'right')
      await press(proofWords.zh_CN.confirm)
      expect((await screen.findByRole('alert')).textContent).toContain(said)
      expect(screen.queryByText(proofWords.zh_CN.body)).toBeNull()
      expect(server.lastBody('POST /v1/me/merge')).toMatchObject({
        proof: { password: 'right' },
        otherProof: { code: `code-of-${ada}-2` },
      })
    },
  )

  it('of two passwords says that one of them is wrong', async () => {
    const { server } = await open(conflictWith({ hasWechat: false }), { username: 'ada' }, 'password')
    server.failNext('POST /v1/me/merge', refusal('credentials_invalid', 400))
    type(own.otherPassword, 'theirs')
    await press(own.merge)
    type(passwordWords.zh_CN.password, 'mine')
    await press(proofWords.zh_CN.confirm)
    expect((await screen.findByRole('alert')).textContent).toBe(own.anyPasswordWrong)
  })

  it('lets the person choose where both would do', async () => {
    await open()
    await press(own.byPassword)
    expect(screen.getByLabelText(own.otherPassword)).toBeDefined()
    await press(own.byWechat)
    expect(screen.queryByLabelText(own.otherPassword)).toBeNull()
  })

  it('is not begun when it is not confirmed', async () => {
    const { server, phone } = await open()
    answerQuestion(false)
    await press(own.merge)
    expect(server.asked()).toBe(0)
    expect(phone.platform.login).not.toHaveBeenCalled()
    expect(screen.queryByRole('alert')).toBeNull()
  })

  it('is declined by "not now", which does nothing', async () => {
    const { server } = await open()
    await press(own.notNow)
    expect(Taro.navigateBack).toHaveBeenCalledTimes(1)
    expect(server.asked()).toBe(0)
  })

  it('whose time is over leads back to where it came from', async () => {
    const { server } = await open()
    server.failNext('POST /v1/me/merge', refusal('merge_ticket_invalid', 400))
    await press(own.merge)
    expect(await screen.findByText(own.overBody)).toBeDefined()
    await press(own.back)
    expect(Taro.navigateBack).toHaveBeenCalledTimes(1)
  })

  it('says beside the field that the password is wrong, and can be tried again', async () => {
    const { server } = await open(conflictWith({ hasWechat: false }))
    type(own.otherPassword, 'wrong')
    server.failNext('POST /v1/me/merge', refusal('credentials_invalid', 400))
    await press(own.merge)
    const alert = await screen.findByRole('alert')
    expect([alert.className, alert.textContent]).toEqual(['field__problem', own.passwordWrong])
    type(own.otherPassword, 'right')
    server.answerNext('POST /v1/me/merge', () => server.issue(userOf(bob)))
    await press(own.merge)
    await waitFor(() => expect(toasts()).toEqual([own.done]))
  })

  it.each([
    ['different_account', own.differentWechat],
    ['password_not_set', problems.zh_CN.password_not_set],
    ['code_used', zhCn.problems.code_used],
    ...passingTroubles.map((trouble) => [trouble.code, wordsFor(trouble, zhCn)] as const),
  ] as const)('that fails with %s says so, and the offer stands', async (code, said) => {
    const { server } = await open()
    server.failNext('POST /v1/me/merge', new ApiProblem(code))
    await press(own.merge)
    expect((await screen.findByRole('alert')).textContent).toContain(said)
    expect(button(own.merge).disabled).toBe(false)
  })

  it('waits as long as the server asks for', async () => {
    const { server } = await open()
    server.failNext('POST /v1/me/merge', new ApiProblem('rate_limited', { retryAfterSeconds: 20 }))
    await press(own.merge)
    expect(button(loginWords.zh_CN.wait(20)).disabled).toBe(true)
  })

  it('leaves nothing where the person has gone back meanwhile', async () => {
    const { server, session, unmount } = await open()
    const release = server.holdNext('POST /v1/me/merge')
    server.answerNext('POST /v1/me/merge', () => server.issue(userOf(bob)))
    await press(own.merge)
    unmount()
    openPages('pages/me/index')
    await act(async () => release())
    await waitFor(() => expect(session.state()).toMatchObject({ user: { id: bob } }))
    expect(Taro.navigateBack).not.toHaveBeenCalled()
    expect(Taro.switchTab).not.toHaveBeenCalled()
  })

  it('of somebody who is logged out meanwhile asks for a login', async () => {
    const { server } = await open()
    server.failNext('POST /v1/me/merge', refusal('account_banned', 403))
    await press(own.merge)
    expect((await screen.findByRole('alert')).textContent).toContain(zhCn.problems.account_banned)
    expect(screen.getByText(own.why)).toBeDefined()
  })
})
