// @vitest-environment happy-dom

import type { Me } from '@repo/shared'
import Taro from '@tarojs/taro'
import { act, screen, waitFor } from '@testing-library/react'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { strings as promptStrings } from '../../src/account/components/password-sheet-strings.ts'
import { errorMessages } from '../../src/account/lib/error-messages.ts'
import { clearMergeOffer, mergeOffer } from '../../src/account/lib/merge-offer.ts'
import { passwordStrings } from '../../src/account/lib/password-strings.ts'
import { strings as retryStrings } from '../../src/account/lib/retry-strings.ts'
import SecurityPage from '../../src/account/security/index.tsx'
import { strings } from '../../src/account/security/strings.ts'
import { zhCn } from '../../src/i18n/zh-cn.ts'
import { dangerColors } from '../../src/lib/dialogs.ts'
import { ApiError } from '../../src/session/errors.ts'
import { renderPage } from '../pages/render-page.tsx'
import { apiError, meOf, userOf } from '../session/fake-server.ts'
import { ada, createPhone } from '../session/phone.ts'
import { conflictError, conflictWith } from './conflict.ts'
import { answerDialog, button, field, openPages, question, tap, toasts, type } from './user-actions.ts'

const t = strings.zh_CN
const shared = passwordStrings.zh_CN
const newPassword = 'another horse staple'
const passwordRow = (state: string) => `${t.password} ${state}`

/** Whoever is logged in, with these ways in. */
async function openAs(changes: Partial<Me>, loginMethod: 'wechat' | 'password' = 'wechat') {
  const phone = createPhone()
  const me = meOf(userOf(ada), changes)
  phone.storeSession(phone.server.issue(me), loginMethod)
  const view = renderPage(SecurityPage, phone)
  await screen.findByText(t.wechat)
  return { ...view, server: phone.server }
}
const withPassword = { username: 'ada', hasWechat: true }
const withoutPassword = { username: null, hasWechat: true }
const withoutWechat = { username: 'ada', hasWechat: false }

beforeEach(() => {
  vi.clearAllMocks()
  clearMergeOffer(mergeOffer.get())
  openPages('pages/me/index', 'account/security/index')
})

describe('SecurityPage for a guest', () => {
  it('says why to log in, without a request', () => {
    const { phone } = renderPage(SecurityPage)
    expect(screen.getByText(t.why)).toBeDefined()
    expect(phone.server.total()).toBe(0)
  })
})

describe('login methods', () => {
  it('show a skeleton while loading', async () => {
    const phone = createPhone()
    phone.storeSession()
    const release = phone.server.holdNext('GET /v1/me')
    renderPage(SecurityPage, phone)
    expect(screen.getAllByRole('progressbar')).toHaveLength(2)
    release()
    expect(await screen.findByText(t.wechat)).toBeDefined()
  })

  it('can be loaded again after an error', async () => {
    const phone = createPhone()
    phone.storeSession()
    phone.server.failNext('GET /v1/me', new ApiError('network_unreachable'))
    renderPage(SecurityPage, phone)
    expect((await screen.findByRole('alert')).textContent).toContain(zhCn.errors.network_unreachable)
    await tap(zhCn.common.retry)
    expect(await screen.findByText(t.wechat)).toBeDefined()
    expect(screen.queryByRole('alert')).toBeNull()
  })

  it('reload after a merge on another page', async () => {
    const { session, server } = await openAs(withoutWechat)
    expect(screen.getByText(t.isNotBound)).toBeDefined()
    server.respondNext('POST /v1/me/merge', () => server.issue(userOf(ada, { username: 'ada' })))
    await act(async () => {
      const proof = { password: 'p' }
      await session.load('POST /v1/me/merge', { body: { ticket: 'ticket', proof, otherProof: proof } })
    })
    expect(await screen.findByText(t.isBound)).toBeDefined()
  })
})

describe('first password', () => {
  async function openForm() {
    const view = await openAs(withoutPassword)
    await tap(passwordRow(t.isNotSet))
    return view
  }

  it('is set with a username, with WeChat as proof', async () => {
    const { server } = await openForm()
    expect(screen.getByText(t.usernameRule)).toBeDefined()
    expect(screen.queryByLabelText(t.currentPassword)).toBeNull()
    type(shared.username, 'Ada')
    type(shared.newPassword, newPassword)
    server.respondNext('PUT /v1/me/password', () => server.issue(userOf(ada, { username: 'ada' })))
    server.respondNext('GET /v1/me', () => meOf(userOf(ada, { username: 'ada' })))
    await tap(t.save)
    expect(await screen.findByText('ada')).toBeDefined()
    expect(server.lastBody('PUT /v1/me/password')).toEqual({
      proof: { code: `code-of-${ada}-1`, appId: 'wx0000000000000000' },
      username: 'Ada',
      newPassword,
    })
    expect(toasts()).toEqual([t.passwordSaved])
    expect(screen.queryByLabelText(shared.newPassword)).toBeNull()
  })

  it.each([
    ['ab', newPassword, t.usernameInvalid],
    ['a da', newPassword, t.usernameInvalid],
    ['ada', 'short', shared.newPasswordInvalid],
    ['ada', 'x'.repeat(129), shared.newPasswordInvalid],
  ])('is not sent as %s with %s', async (username, typed, problem) => {
    const { server } = await openForm()
    type(shared.username, username)
    type(shared.newPassword, typed)
    await tap(t.save)
    expect(screen.getByRole('alert').textContent).toBe(problem)
    expect(server.count('PUT /v1/me/password')).toBe(0)
  })

  it.each(['username_taken', 'password_too_common'] as const)('shows %s beside its field', async (code) => {
    const { server } = await openForm()
    type(shared.username, 'ada')
    type(shared.newPassword, newPassword)
    server.failNext('PUT /v1/me/password', apiError(code, 409))
    await tap(t.save)
    const alert = await screen.findByRole('alert')
    expect(alert.className).toBe('field__error')
    expect(alert.textContent).toBe(errorMessages.zh_CN[code])
    type(code === 'username_taken' ? shared.username : shared.newPassword, 'something.else')
    expect(screen.queryByRole('alert')).toBeNull()
  })

  it('changes to the other form when another device was faster', async () => {
    const { server } = await openForm()
    type(shared.username, 'ada')
    type(shared.newPassword, newPassword)
    server.failNext('PUT /v1/me/password', apiError('username_immutable', 409))
    server.respondNext('GET /v1/me', () => meOf(userOf(ada, { username: 'elsewhere' })))
    await tap(t.save)
    expect(await screen.findByLabelText(t.currentPassword)).toBeDefined()
    expect(field(shared.newPassword).value).toBe('')
  })
})

describe('another password', () => {
  async function openForm(changes: Partial<Me> = withPassword) {
    const view = await openAs(changes)
    await tap(passwordRow(t.isSet))
    return view
  }

  it('is set with the current one as proof', async () => {
    const { server, phone } = await openForm()
    expect(screen.getByText(t.otherDevices)).toBeDefined()
    type(t.currentPassword, 'correct horse battery')
    type(shared.newPassword, newPassword)
    server.respondNext('PUT /v1/me/password', () => server.issue(userOf(ada, { username: 'ada' })))
    await tap(t.save)
    await waitFor(() => expect(toasts()).toEqual([t.passwordSaved]))
    expect(server.lastBody('PUT /v1/me/password')).toEqual({
      proof: { password: 'correct horse battery' },
      newPassword,
    })
    expect(JSON.stringify([...phone.stored])).not.toMatch(/horse/)
  })

  it('is set with WeChat as proof, and then neither sends nor keeps the current one', async () => {
    const { server } = await openForm()
    type(t.currentPassword, 'half remembered')
    await tap(t.forgotPassword)
    await tap(t.usePassword)
    expect(field(t.currentPassword).value).toBe('')
    await tap(t.forgotPassword)
    type(shared.newPassword, newPassword)
    server.respondNext('PUT /v1/me/password', () => server.issue(userOf(ada, { username: 'ada' })))
    await tap(t.save)
    expect(server.lastBody('PUT /v1/me/password')).toEqual({
      proof: { code: `code-of-${ada}-1`, appId: 'wx0000000000000000' },
      newPassword,
    })
  })

  it('explains what to do without a bound WeChat account', async () => {
    await openForm(withoutWechat)
    expect(screen.getByText(t.forgotPasswordUnbound)).toBeDefined()
    expect(screen.queryByRole('button', { name: t.forgotPassword })).toBeNull()
  })

  it('is not sent without the current one', async () => {
    const { server } = await openForm()
    type(shared.newPassword, newPassword)
    await tap(t.save)
    expect(screen.getByRole('alert').textContent).toBe(t.currentPasswordEmpty)
    expect(server.count('PUT /v1/me/password')).toBe(0)
  })

  it('shows a wrong current one beside its field', async () => {
    const { server } = await openForm()
    type(t.currentPassword, 'wrong')
    type(shared.newPassword, newPassword)
    server.failNext('PUT /v1/me/password', apiError('credentials_invalid', 400))
    await tap(t.save)
    const alert = await screen.findByRole('alert')
    expect([alert.className, alert.textContent]).toEqual(['field__error', t.currentPasswordWrong])
  })

  it('explains that this WeChat account is not bound', async () => {
    const { server, session } = await openForm()
    await tap(t.forgotPassword)
    type(shared.newPassword, newPassword)
    server.failNext('PUT /v1/me/password', apiError('different_account', 409))
    await tap(t.save)
    expect((await screen.findByRole('alert')).textContent).toContain(t.differentWechat)
    expect(session.state().kind).toBe('user')
  })

  it('waits after a 429', async () => {
    const { server } = await openForm()
    type(t.currentPassword, 'wrong')
    type(shared.newPassword, newPassword)
    server.failNext(
      'PUT /v1/me/password',
      new ApiError('rate_limited', { status: 429, retryAfterSeconds: 30 }),
    )
    await tap(t.save)
    expect(button(retryStrings.zh_CN.retryIn(30)).disabled).toBe(true)
    expect(screen.getByRole('alert').textContent).toContain(zhCn.errors.rate_limited)
  })

  it('can be shown', async () => {
    await openForm()
    expect(field(shared.newPassword).type).toBe('password')
    await act(async () => screen.getAllByRole('button', { name: shared.show }).at(-1)?.click())
    expect(field(shared.newPassword).type).toBe('text')
    expect(field(t.currentPassword).type).toBe('password')
  })

  it('is sent once for repeated taps', async () => {
    const { server } = await openForm()
    type(t.currentPassword, 'correct horse battery')
    type(shared.newPassword, newPassword)
    const release = server.holdNext('PUT /v1/me/password')
    server.respondNext('PUT /v1/me/password', () => server.issue(userOf(ada, { username: 'ada' })))
    await tap(t.save)
    expect(button(t.saving).disabled).toBe(true)
    await tap(t.saving)
    expect(server.count('PUT /v1/me/password')).toBe(1)
    await act(async () => release())
    expect(toasts()).toEqual([t.passwordSaved])
  })
})

describe('binding WeChat', () => {
  it('sends a fresh code and shows that WeChat is bound', async () => {
    const { server } = await openAs(withoutWechat)
    server.respondNext('PUT /v1/me/wechat', () => server.issue(userOf(ada, { username: 'ada' })))
    await tap(t.bind)
    expect(await screen.findByText(t.isBound)).toBeDefined()
    expect(server.lastBody('PUT /v1/me/wechat')).toEqual({
      code: `code-of-${ada}-1`,
      appId: 'wx0000000000000000',
    })
    expect(toasts()).toEqual([t.bound])
  })

  it('works also when the WeChat account of another mini program is bound', async () => {
    const { server } = await openAs(withPassword)
    server.respondNext('PUT /v1/me/wechat', () => server.issue(userOf(ada, { username: 'ada' })))
    await tap(t.bind)
    await waitFor(() => expect(toasts()).toEqual([t.bound]))
  })

  it('offers the merge when this WeChat is bound to another account', async () => {
    const { server } = await openAs(withoutWechat)
    const conflict = conflictWith()
    server.failNext('PUT /v1/me/wechat', conflictError(conflict))
    await tap(t.bind)
    expect((await screen.findByRole('alert')).textContent).toContain(t.conflict)
    expect(Taro.navigateTo).not.toHaveBeenCalled()
    await tap(t.merge)
    await waitFor(() => expect(Taro.navigateTo).toHaveBeenCalledWith({ url: '/account/merge/index' }))
    expect(mergeOffer.get()).toEqual(conflict)
  })

  it('offers no merge when the accounts cannot be merged', async () => {
    const { server } = await openAs(withoutWechat)
    server.failNext('PUT /v1/me/wechat', conflictError(conflictWith({}, null)))
    await tap(t.bind)
    expect((await screen.findByRole('alert')).textContent).toContain(t.conflictUnmergeable)
    expect(screen.queryByRole('button', { name: t.merge })).toBeNull()
  })

  it.each([
    ['wechat_already_bound', t.alreadyBound],
    ['code_used', zhCn.errors.code_used],
    ['wechat_busy', zhCn.errors.wechat_busy],
  ] as const)('shows an error for %s and changes nothing', async (code, said) => {
    const { server } = await openAs(withoutWechat)
    server.failNext('PUT /v1/me/wechat', apiError(code, 409))
    await tap(t.bind)
    expect((await screen.findByRole('alert')).textContent).toContain(said)
    expect(screen.getByText(t.isNotBound)).toBeDefined()
  })

  it('shows an error when WeChat returns no code', async () => {
    const { phone } = await openAs(withoutWechat)
    phone.platform.login.mockResolvedValueOnce({})
    await tap(t.bind)
    expect((await screen.findByRole('alert')).textContent).toContain(zhCn.errors.wechat_code_missing)
  })
})

describe('binding a WeChat account that is not bound yet', () => {
  it('needs the password and a fresh code', async () => {
    const { server } = await openAs(withPassword)
    server.failNext('PUT /v1/me/wechat', apiError('proof_required', 403))
    server.respondNext('PUT /v1/me/wechat', () => server.issue(userOf(ada, { username: 'ada' })))
    await tap(t.bind)
    type(shared.password, 'correct horse battery')
    await tap(promptStrings.zh_CN.confirm)
    await waitFor(() => expect(toasts()).toEqual([t.bound]))
    expect(server.lastBody('PUT /v1/me/wechat')).toEqual({
      code: `code-of-${ada}-2`,
      appId: 'wx0000000000000000',
      proof: { password: 'correct horse battery' },
    })
  })

  it('prompts a password session at once', async () => {
    const { server } = await openAs(withoutWechat, 'password')
    await tap(t.bind)
    expect(server.count('PUT /v1/me/wechat')).toBe(0)
    expect(screen.getByText(promptStrings.zh_CN.body)).toBeDefined()
  })

  it('shows what is needed without a password', async () => {
    const { server } = await openAs(withoutPassword)
    server.failNext('PUT /v1/me/wechat', apiError('proof_required', 403))
    await tap(t.bind)
    expect((await screen.findByRole('alert')).textContent).toContain(errorMessages.zh_CN.proof_required)
  })
})

describe('unbinding WeChat', () => {
  it('explains the consequences and names the username first', async () => {
    const { server } = await openAs(withPassword)
    answerDialog(false)
    await tap(t.unbind)
    expect(question()).toMatchObject({
      content: t.unbindBody('ada'),
      confirmColor: dangerColors.light,
    })
    expect(server.count('POST /v1/me/wechat/unbind')).toBe(0)
    expect(screen.getByText(t.isBound)).toBeDefined()
  })

  it('unbinds after the confirmation', async () => {
    const { server, phone } = await openAs(withPassword)
    server.respondNext('POST /v1/me/wechat/unbind', () => server.issue(userOf(ada, { username: 'ada' })))
    await tap(t.unbind)
    expect(await screen.findByText(t.isNotBound)).toBeDefined()
    expect(phone.storedSession()?.loginMethod).toBe('password')
    expect(toasts()).toEqual([t.unbound])
  })

  it('leads to the password form without a password', async () => {
    const { server } = await openAs(withoutPassword)
    await tap(t.unbind)
    expect(question()).toMatchObject({ content: t.passwordFirstBody })
    expect(screen.getByText(t.setPassword)).toBeDefined()
    expect(server.count('POST /v1/me/wechat/unbind')).toBe(0)
  })

  it('shows why the API rejects it', async () => {
    const { server } = await openAs(withPassword)
    server.failNext('POST /v1/me/wechat/unbind', apiError('last_login_method', 409))
    await tap(t.unbind)
    expect((await screen.findByRole('alert')).textContent).toContain(errorMessages.zh_CN.last_login_method)
    expect(screen.getByText(t.isBound)).toBeDefined()
  })
})

describe('SecurityPage when the session ends', () => {
  it('tells the guest why', async () => {
    const { server } = await openAs(withPassword)
    server.failNext('POST /v1/me/wechat/unbind', apiError('session_revoked', 401))
    await tap(t.unbind)
    expect((await screen.findByRole('alert')).textContent).toContain(zhCn.errors.session_revoked)
    expect(screen.getByText(t.why)).toBeDefined()
  })
})
