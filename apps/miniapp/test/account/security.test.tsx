// @vitest-environment happy-dom

import type { Me } from '@repo/shared'
import Taro from '@tarojs/taro'
import { act, screen, waitFor } from '@testing-library/react'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { words as proofWords } from '../../src/account/components/password-sheet-strings.ts'
import { problems } from '../../src/account/lib/error-messages.ts'
import { forgetConflict, pendingConflict } from '../../src/account/lib/merge-offer.ts'
import { passwordWords } from '../../src/account/lib/password-strings.ts'
import { words as loginWords } from '../../src/account/login/strings.ts'
import SecurityPage from '../../src/account/security/index.tsx'
import { words } from '../../src/account/security/strings.ts'
import { zhCn } from '../../src/i18n/zh-cn.ts'
import { dangerColors } from '../../src/lib/dialogs.ts'
import { ApiProblem } from '../../src/session/errors.ts'
import { renderPage } from '../pages/render-page.tsx'
import { meOf, refusal, userOf } from '../session/fake-server.ts'
import { ada, createPhone } from '../session/phone.ts'
import { conflictProblem, conflictWith } from './conflict.ts'
import { answerQuestion, button, field, openPages, press, question, toasts, type } from './typing.ts'

const own = words.zh_CN
const shared = passwordWords.zh_CN
const newPassword = 'another horse staple'
const passwordRow = (state: string) => `${own.password} ${state}`

/** Whoever is logged in, with these ways in. */
async function openAs(changes: Partial<Me>, begunBy: 'wechat' | 'password' = 'wechat') {
  const phone = createPhone()
  const me = meOf(userOf(ada), changes)
  phone.store(phone.server.issue(me), begunBy)
  const view = renderPage(SecurityPage, phone)
  await screen.findByText(own.wechat)
  return { ...view, server: phone.server }
}
const withPassword = { username: 'ada', hasWechat: true }
const withoutPassword = { username: null, hasWechat: true }
const withoutWechat = { username: 'ada', hasWechat: false }

beforeEach(() => {
  vi.clearAllMocks()
  forgetConflict(pendingConflict.get())
  openPages('pages/me/index', 'account/security/index')
})

describe('a guest', () => {
  it('reads what the page is for, and nothing is asked of the server', () => {
    const { phone } = renderPage(SecurityPage)
    expect(screen.getByText(own.why)).toBeDefined()
    expect(phone.server.total()).toBe(0)
  })
})

describe('the ways into the account', () => {
  it('are grey shapes until they are known', async () => {
    const phone = createPhone()
    phone.store()
    const release = phone.server.holdNext('GET /v1/me')
    renderPage(SecurityPage, phone)
    expect(screen.getAllByRole('progressbar')).toHaveLength(2)
    release()
    expect(await screen.findByText(own.wechat)).toBeDefined()
  })

  it('can be asked for again where that failed', async () => {
    const phone = createPhone()
    phone.store()
    phone.server.failNext('GET /v1/me', new ApiProblem('network_unreachable'))
    renderPage(SecurityPage, phone)
    expect((await screen.findByRole('alert')).textContent).toContain(zhCn.problems.network_unreachable)
    await press(zhCn.common.retry)
    expect(await screen.findByText(own.wechat)).toBeDefined()
    expect(screen.queryByRole('alert')).toBeNull()
  })

  it('are looked up again after a merge, on whichever page', async () => {
    const { session, server } = await openAs(withoutWechat)
    expect(screen.getByText(own.isNotBound)).toBeDefined()
    server.answerNext('POST /v1/me/merge', () => server.issue(userOf(ada, { username: 'ada' })))
    await act(async () => {
      const proof = { password: 'p' }
      await session.load('POST /v1/me/merge', { body: { ticket: 'ticket', proof, otherProof: proof } })
    })
    expect(await screen.findByText(own.isBound)).toBeDefined()
  })
})

describe('the first password', () => {
  async function openForm() {
    const view = await openAs(withoutPassword)
    await press(passwordRow(own.isNotSet))
    return view
  }

  it('is set with a username, proven by WeChat', async () => {
    const { server } = await openForm()
    expect(screen.getByText(own.usernameRule)).toBeDefined()
    expect(screen.queryByLabelText(own.currentPassword)).toBeNull()
    type(shared.username, 'Ada')
    type(shared.newPassword, newPassword)
    server.answerNext('PUT /v1/me/password', () => server.issue(userOf(ada, { username: 'ada' })))
    server.answerNext('GET /v1/me', () => meOf(userOf(ada, { username: 'ada' })))
    await press(own.save)
    expect(await screen.findByText('ada')).toBeDefined()
    expect(server.lastBody('PUT /v1/me/password')).toEqual({
      proof: { code: `code-of-${ada}-1`, appId: 'wx0000000000000000' },
      username: 'Ada',
      newPassword,
    })
    expect(toasts()).toEqual([own.passwordSaved])
    expect(screen.queryByLabelText(shared.newPassword)).toBeNull()
  })

  it.each([
    ['ab', newPassword, own.usernameMissed],
    ['a da', newPassword, own.usernameMissed],
    ['ada', 'short', shared.newPasswordMissed],
    ['ada', 'x'.repeat(129), shared.newPasswordMissed],
  ])('is not sent as %s with %s', async (username, typed, problem) => {
    const { server } = await openForm()
    type(shared.username, username)
    type(shared.newPassword, typed)
    await press(own.save)
    expect(screen.getByRole('alert').textContent).toBe(problem)
    expect(server.count('PUT /v1/me/password')).toBe(0)
  })

  it.each(['username_taken', 'password_too_common'] as const)('says %s beside its field', async (code) => {
    const { server } = await openForm()
    type(shared.username, 'ada')
    type(shared.newPassword, newPassword)
    server.failNext('PUT /v1/me/password', refusal(code, 409))
    await press(own.save)
    const alert = await screen.findByRole('alert')
    expect(alert.className).toBe('field__problem')
    expect(alert.textContent).toBe(problems.zh_CN[code])
    type(code === 'username_taken' ? shared.username : shared.newPassword, 'something.else')
    expect(screen.queryByRole('alert')).toBeNull()
  })

  it('gives way to the form for another one where another device was faster', async () => {
    const { server } = await openForm()
    type(shared.username, 'ada')
    type(shared.newPassword, newPassword)
    server.failNext('PUT /v1/me/password', refusal('username_immutable', 409))
    server.answerNext('GET /v1/me', () => meOf(userOf(ada, { username: 'elsewhere' })))
    await press(own.save)
    expect(await screen.findByLabelText(own.currentPassword)).toBeDefined()
    expect(field(shared.newPassword).value).toBe('')
  })
})

describe('another password', () => {
  async function openForm(changes: Partial<Me> = withPassword) {
    const view = await openAs(changes)
    await press(passwordRow(own.isSet))
    return view
  }

  it('is proven by the current one', async () => {
    const { server, phone } = await openForm()
    expect(screen.getByText(own.otherDevices)).toBeDefined()
    type(own.currentPassword, 'correct horse battery')
    type(shared.newPassword, newPassword)
    server.answerNext('PUT /v1/me/password', () => server.issue(userOf(ada, { username: 'ada' })))
    await press(own.save)
    await waitFor(() => expect(toasts()).toEqual([own.passwordSaved]))
    expect(server.lastBody('PUT /v1/me/password')).toEqual({
      proof: { password: 'correct horse battery' },
      newPassword,
    })
    expect(JSON.stringify([...phone.stored])).not.toMatch(/horse/)
  })

  it('is proven by WeChat where the current one is forgotten, which then is neither sent nor kept', async () => {
    const { server } = await openForm()
    type(own.currentPassword, 'half remembered')
    await press(own.forgotten)
    await press(own.byPassword)
    expect(field(own.currentPassword).value).toBe('')
    await press(own.forgotten)
    type(shared.newPassword, newPassword)
    server.answerNext('PUT /v1/me/password', () => server.issue(userOf(ada, { username: 'ada' })))
    await press(own.save)
    expect(server.lastBody('PUT /v1/me/password')).toEqual({
      proof: { code: `code-of-${ada}-1`, appId: 'wx0000000000000000' },
      newPassword,
    })
  })

  it('says what helps who has forgotten it and has bound no WeChat', async () => {
    await openForm(withoutWechat)
    expect(screen.getByText(own.forgottenUnbound)).toBeDefined()
    expect(screen.queryByRole('button', { name: own.forgotten })).toBeNull()
  })

  it('is not sent without the current one', async () => {
    const { server } = await openForm()
    type(shared.newPassword, newPassword)
    await press(own.save)
    expect(screen.getByRole('alert').textContent).toBe(own.currentPasswordMissed)
    expect(server.count('PUT /v1/me/password')).toBe(0)
  })

  it('says beside its field that the current one is wrong', async () => {
    const { server } = await openForm()
    type(own.currentPassword, 'wrong')
    type(shared.newPassword, newPassword)
    server.failNext('PUT /v1/me/password', refusal('credentials_invalid', 400))
    await press(own.save)
    const alert = await screen.findByRole('alert')
    expect([alert.className, alert.textContent]).toEqual(['field__problem', own.currentPasswordWrong])
  })

  it('says that this WeChat proves nothing where it is not the one', async () => {
    const { server, session } = await openForm()
    await press(own.forgotten)
    type(shared.newPassword, newPassword)
    server.failNext('PUT /v1/me/password', refusal('different_account', 409))
    await press(own.save)
    expect((await screen.findByRole('alert')).textContent).toContain(own.differentWechat)
    expect(session.state().kind).toBe('user')
  })

  it('waits as long as the server asks for', async () => {
    const { server } = await openForm()
    type(own.currentPassword, 'wrong')
    type(shared.newPassword, newPassword)
    server.failNext(
      'PUT /v1/me/password',
      new ApiProblem('rate_limited', { status: 429, retryAfterSeconds: 30 }),
    )
    await press(own.save)
    expect(button(loginWords.zh_CN.wait(30)).disabled).toBe(true)
    expect(screen.getByRole('alert').textContent).toContain(zhCn.problems.rate_limited)
  })

  it('can be looked at while it is typed', async () => {
    await openForm()
    expect(field(shared.newPassword).type).toBe('password')
    await act(async () => screen.getAllByRole('button', { name: shared.show }).at(-1)?.click())
    expect(field(shared.newPassword).type).toBe('text')
    expect(field(own.currentPassword).type).toBe('password')
  })

  it('is sent once, however often the button is pressed', async () => {
    const { server } = await openForm()
    type(own.currentPassword, 'correct horse battery')
    type(shared.newPassword, newPassword)
    const release = server.holdNext('PUT /v1/me/password')
    server.answerNext('PUT /v1/me/password', () => server.issue(userOf(ada, { username: 'ada' })))
    await press(own.save)
    expect(button(own.saving).disabled).toBe(true)
    await press(own.saving)
    expect(server.count('PUT /v1/me/password')).toBe(1)
    await act(async () => release())
    expect(toasts()).toEqual([own.passwordSaved])
  })
})

describe('binding WeChat', () => {
  it('takes a fresh code, and shows that it is bound', async () => {
    const { server } = await openAs(withoutWechat)
    server.answerNext('PUT /v1/me/wechat', () => server.issue(userOf(ada, { username: 'ada' })))
    await press(own.bind)
    expect(await screen.findByText(own.isBound)).toBeDefined()
    expect(server.lastBody('PUT /v1/me/wechat')).toEqual({
      code: `code-of-${ada}-1`,
      appId: 'wx0000000000000000',
    })
    expect(toasts()).toEqual([own.bound])
  })

  it('is there, too, for who has bound the WeChat of another mini program', async () => {
    const { server } = await openAs(withPassword)
    server.answerNext('PUT /v1/me/wechat', () => server.issue(userOf(ada, { username: 'ada' })))
    await press(own.bind)
    await waitFor(() => expect(toasts()).toEqual([own.bound]))
  })

  it('leads to the merge where this WeChat belongs to another account', async () => {
    const { server } = await openAs(withoutWechat)
    const conflict = conflictWith()
    server.failNext('PUT /v1/me/wechat', conflictProblem(conflict))
    await press(own.bind)
    expect((await screen.findByRole('alert')).textContent).toContain(own.conflict)
    expect(Taro.navigateTo).not.toHaveBeenCalled()
    await press(own.merge)
    await waitFor(() => expect(Taro.navigateTo).toHaveBeenCalledWith({ url: '/account/merge/index' }))
    expect(pendingConflict.get()).toEqual(conflict)
  })

  it('promises no merge where the two accounts cannot be joined', async () => {
    const { server } = await openAs(withoutWechat)
    server.failNext('PUT /v1/me/wechat', conflictProblem(conflictWith({}, null)))
    await press(own.bind)
    expect((await screen.findByRole('alert')).textContent).toContain(own.conflictForGood)
    expect(screen.queryByRole('button', { name: own.merge })).toBeNull()
  })

  it.each([
    ['wechat_already_bound', own.alreadyBound],
    ['code_used', zhCn.problems.code_used],
    ['wechat_busy', zhCn.problems.wechat_busy],
  ] as const)('says %s, and changes nothing', async (code, said) => {
    const { server } = await openAs(withoutWechat)
    server.failNext('PUT /v1/me/wechat', refusal(code, 409))
    await press(own.bind)
    expect((await screen.findByRole('alert')).textContent).toContain(said)
    expect(screen.getByText(own.isNotBound)).toBeDefined()
  })

  it('says that WeChat gave nothing', async () => {
    const { phone } = await openAs(withoutWechat)
    phone.platform.login.mockResolvedValueOnce({})
    await press(own.bind)
    expect((await screen.findByRole('alert')).textContent).toContain(zhCn.problems.wechat_code_missing)
  })
})

describe('binding a WeChat account that does not lead here', () => {
  it('needs the password, and a fresh code beside it', async () => {
    const { server } = await openAs(withPassword)
    server.failNext('PUT /v1/me/wechat', refusal('proof_required', 403))
    server.answerNext('PUT /v1/me/wechat', () => server.issue(userOf(ada, { username: 'ada' })))
    await press(own.bind)
    type(shared.password, 'correct horse battery')
    await press(proofWords.zh_CN.confirm)
    await waitFor(() => expect(toasts()).toEqual([own.bound]))
    expect(server.lastBody('PUT /v1/me/wechat')).toEqual({
      code: `code-of-${ada}-2`,
      appId: 'wx0000000000000000',
      proof: { password: 'correct horse battery' },
    })
  })

  it('asks a session that a password began at once', async () => {
    const { server } = await openAs(withoutWechat, 'password')
    await press(own.bind)
    expect(server.count('PUT /v1/me/wechat')).toBe(0)
    expect(screen.getByText(proofWords.zh_CN.body)).toBeDefined()
  })

  it('says what is needed where there is no password', async () => {
    const { server } = await openAs(withoutPassword)
    server.failNext('PUT /v1/me/wechat', refusal('proof_required', 403))
    await press(own.bind)
    expect((await screen.findByRole('alert')).textContent).toContain(problems.zh_CN.proof_required)
  })
})

describe('unbinding WeChat', () => {
  it('says first what will happen, and by which name to come back', async () => {
    const { server } = await openAs(withPassword)
    answerQuestion(false)
    await press(own.unbind)
    expect(question()).toMatchObject({
      content: own.unbindBody('ada'),
      confirmColor: dangerColors.light,
    })
    expect(server.count('POST /v1/me/wechat/unbind')).toBe(0)
    expect(screen.getByText(own.isBound)).toBeDefined()
  })

  it('is done when it is confirmed', async () => {
    const { server, phone } = await openAs(withPassword)
    server.answerNext('POST /v1/me/wechat/unbind', () => server.issue(userOf(ada, { username: 'ada' })))
    await press(own.unbind)
    expect(await screen.findByText(own.isNotBound)).toBeDefined()
    expect(phone.storedSession()?.begunBy).toBe('password')
    expect(toasts()).toEqual([own.unbound])
  })

  it('needs a password first, and leads there', async () => {
    const { server } = await openAs(withoutPassword)
    await press(own.unbind)
    expect(question()).toMatchObject({ content: own.passwordFirstBody })
    expect(screen.getByText(own.setPassword)).toBeDefined()
    expect(server.count('POST /v1/me/wechat/unbind')).toBe(0)
  })

  it('says why the server refuses it after all', async () => {
    const { server } = await openAs(withPassword)
    server.failNext('POST /v1/me/wechat/unbind', refusal('last_login_method', 409))
    await press(own.unbind)
    expect((await screen.findByRole('alert')).textContent).toContain(problems.zh_CN.last_login_method)
    expect(screen.getByText(own.isBound)).toBeDefined()
  })
})

describe('somebody whom the server logs out meanwhile', () => {
  it('is told so, and is a guest here', async () => {
    const { server } = await openAs(withPassword)
    server.failNext('POST /v1/me/wechat/unbind', refusal('session_revoked', 401))
    await press(own.unbind)
    expect((await screen.findByRole('alert')).textContent).toContain(zhCn.problems.session_revoked)
    expect(screen.getByText(own.why)).toBeDefined()
  })
})
