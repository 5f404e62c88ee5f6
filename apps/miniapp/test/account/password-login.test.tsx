// @vitest-environment happy-dom

import Taro from '@tarojs/taro'
import { act, fireEvent, screen, waitFor } from '@testing-library/react'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { strings as agreementStrings } from '../../src/account/components/agreement-strings.ts'
import { currentConsent } from '../../src/account/lib/consent.ts'
import { errorMessages } from '../../src/account/lib/error-messages.ts'
import { clearMergeOffer, mergeOffer } from '../../src/account/lib/merge-offer.ts'
import { passwordStrings } from '../../src/account/lib/password-strings.ts'
import { strings as retryStrings } from '../../src/account/lib/retry-strings.ts'
import { strings as loginStrings } from '../../src/account/login/strings.ts'
import PasswordLoginPage from '../../src/account/password-login/index.tsx'
import { strings } from '../../src/account/password-login/strings.ts'
import { errorMessage } from '../../src/i18n/index.ts'
import { zhCn } from '../../src/i18n/zh-cn.ts'
import { ApiError } from '../../src/session/errors.ts'
import { renderPage } from '../pages/render-page.tsx'
import { apiError, transientErrors, userOf } from '../session/fake-server.ts'
import { ada, createPhone } from '../session/phone.ts'
import { conflictError, conflictWith } from './conflict.ts'
import { button, openPages, tap, toasts, type } from './user-actions.ts'

const t = strings.zh_CN
const agreement = agreementStrings.zh_CN
const shared = passwordStrings.zh_CN
const key = 'POST /v1/auth/password-login'
const password = 'correct horse battery'
const check = () => fireEvent.click(screen.getByRole('checkbox'))
const bindSwitch = () => screen.getByRole('switch', { name: t.bindTitle })

function open() {
  const view = renderPage(PasswordLoginPage)
  type(shared.username, 'Ada')
  type(shared.password, password)
  const { server } = view.phone
  const letIn = () =>
    server.respondNext(key, () => ({ ...server.issue(userOf(ada, { username: 'ada' })), isNewUser: false }))
  return { ...view, server, letIn }
}

beforeEach(() => {
  vi.clearAllMocks()
  clearMergeOffer(mergeOffer.get())
  openPages('pages/me/index', 'account/password-login/index')
})

describe('PasswordLoginPage', () => {
  it('logs in, stores no password, and goes back', async () => {
    const { server, letIn, session, phone } = open()
    letIn()
    check()
    await tap(t.login)
    await waitFor(() => expect(Taro.navigateBack).toHaveBeenCalledWith({ delta: 1 }))
    expect(session.state()).toMatchObject({ kind: 'user', user: { id: ada } })
    expect(server.lastBody(key)).toEqual({
      consent: currentConsent(),
      username: 'Ada',
      password,
      appId: 'wx0000000000000000',
      device: { model: 'Phone', system: 'OS 1' },
    })
    expect(toasts()).toEqual([loginStrings.zh_CN.welcomeBack])
    expect(JSON.stringify([...phone.stored])).not.toContain(password)
  })

  it('leaves the navigation to a login page below', async () => {
    openPages('pages/me/index', 'account/login/index', 'account/password-login/index')
    const { letIn, session } = open()
    letIn()
    check()
    await tap(t.login)
    await waitFor(() => expect(session.state().kind).toBe('user'))
    expect(Taro.navigateBack).not.toHaveBeenCalled()
  })

  it.each([
    ['', password, t.usernameEmpty],
    ['Ada', '', t.passwordEmpty],
  ])('is not sent as %s with %s', async (username, typed, problem) => {
    const { server } = open()
    type(shared.username, username)
    type(shared.password, typed)
    check()
    await tap(t.login)
    expect(screen.getByRole('alert').textContent).toBe(problem)
    expect(server.total()).toBe(0)
  })

  it('can be left', async () => {
    const { server } = open()
    await tap(loginStrings.zh_CN.notNow)
    expect(Taro.navigateBack).toHaveBeenCalledTimes(1)
    expect(server.total()).toBe(0)
  })

  it('cancels a pending login, here and on the server', async () => {
    const { server, session } = open()
    let letIn = () => {}
    server.respondNext(key, async () => {
      await new Promise<void>((resolve) => (letIn = resolve))
      return { ...server.issue(userOf(ada, { username: 'ada' })), isNewUser: false }
    })
    check()
    await tap(t.login)
    await tap(loginStrings.zh_CN.notNow)
    expect(Taro.navigateBack).toHaveBeenCalledTimes(1)
    letIn()
    await waitFor(() => expect(server.count('POST /v1/auth/logout')).toBe(1))
    await waitFor(() => expect(server.sessionCount()).toBe(0))
    expect(session.state()).toEqual({ kind: 'guest', endedBy: null })
    expect(toasts()).toEqual([])
  })

  it('asks the user to update the mini program when its documents are outdated', async () => {
    const { server, session } = open()
    server.failNext(key, apiError('consent_outdated', 409))
    check()
    await tap(t.login)
    expect(screen.getByRole('alert').textContent).toContain(loginStrings.zh_CN.outdated)
    expect(session.state().kind).toBe('guest')
  })

  it('opens the password reset', async () => {
    open()
    await tap(t.forgotPassword)
    expect(Taro.navigateTo).toHaveBeenCalledWith({ url: '/account/password-reset/index' })
  })

  it('closes at once for a logged-in user', () => {
    const phone = createPhone()
    phone.storeSession()
    renderPage(PasswordLoginPage, phone)
    expect(Taro.navigateBack).toHaveBeenCalledTimes(1)
  })
})

describe('PasswordLoginPage consent', () => {
  it('is asked for first, and can be rejected', async () => {
    const { server } = open()
    await tap(t.login)
    expect(screen.getByRole('dialog', { name: agreement.title })).toBeDefined()
    await tap(agreement.reject)
    expect(screen.queryByRole('dialog')).toBeNull()
    expect(screen.getByRole('checkbox').getAttribute('aria-checked')).toBe('false')
    expect(server.total()).toBe(0)
  })

  it('in the sheet checks it and logs in with one tap', async () => {
    const { letIn, session } = open()
    letIn()
    await tap(t.login)
    await tap(agreement.accept)
    await waitFor(() => expect(session.state().kind).toBe('user'))
    expect(screen.getByRole('checkbox').getAttribute('aria-checked')).toBe('true')
  })
})

describe('PasswordLoginPage binding', () => {
  it('is off at first, and sends a code when switched on', async () => {
    const { server, letIn, phone } = open()
    expect(bindSwitch().getAttribute('aria-checked')).toBe('false')
    fireEvent.click(bindSwitch())
    letIn()
    check()
    await tap(t.login)
    expect(server.lastBody(key)).toMatchObject({ code: `code-of-${ada}-1` })
    await waitFor(() => expect(phone.storedSession()?.loginMethod).toBe('wechat'))
  })

  async function collide(conflict = conflictWith()) {
    const view = open()
    fireEvent.click(bindSwitch())
    check()
    view.server.failNext(key, conflictError(conflict))
    await tap(t.login)
    expect((await screen.findByRole('alert')).textContent).toContain(t.conflict)
    return view
  }

  it('can be left out when this WeChat is bound to another account', async () => {
    const { server, letIn } = await collide()
    letIn()
    await tap(t.withoutBinding)
    await waitFor(() => expect(Taro.navigateBack).toHaveBeenCalledTimes(1))
    expect(server.lastBody(key)).not.toHaveProperty('code')
    expect(mergeOffer.get()).toBeNull()
  })

  it('can be followed by the merge after the login', async () => {
    const conflict = conflictWith()
    const { server, letIn } = await collide(conflict)
    letIn()
    await tap(t.mergeAfterLogin)
    await waitFor(() => expect(Taro.navigateTo).toHaveBeenCalledWith({ url: '/account/merge/index' }))
    expect(server.lastBody(key)).not.toHaveProperty('code')
    expect(mergeOffer.get()).toEqual(conflict)
  })

  it('offers no merge when the accounts cannot be merged', async () => {
    await collide(conflictWith({}, null))
    expect(screen.queryByRole('button', { name: t.mergeAfterLogin })).toBeNull()
    expect(button(t.withoutBinding).disabled).toBe(false)
  })

  it('explains that the account has another WeChat account', async () => {
    const { server } = open()
    fireEvent.click(bindSwitch())
    check()
    server.failNext(key, apiError('wechat_already_bound', 409))
    await tap(t.login)
    expect((await screen.findByRole('alert')).textContent).toContain(t.alreadyBound)
    fireEvent.click(bindSwitch())
    expect(screen.queryByRole('alert')).toBeNull()
  })
})

describe('PasswordLoginPage errors', () => {
  it('shows wrong credentials beside the field until the user types', async () => {
    const { server, session } = open()
    check()
    server.failNext(key, apiError('credentials_invalid', 400))
    await tap(t.login)
    const alert = await screen.findByRole('alert')
    expect([alert.className, alert.textContent]).toEqual([
      'field__error',
      errorMessages.zh_CN.credentials_invalid,
    ])
    expect(session.state().kind).toBe('guest')
    type(shared.password, 'another')
    expect(screen.queryByRole('alert')).toBeNull()
  })

  it('shows the reason of a ban', async () => {
    const { server } = open()
    check()
    server.failNext(key, new ApiError('account_banned', { status: 403, reason: '发布广告' }))
    await tap(t.login)
    const { textContent } = await screen.findByRole('alert')
    expect(textContent).toContain(zhCn.errors.account_banned)
    expect(textContent).toContain('原因：发布广告')
  })

  it('disables the button after a 429', async () => {
    const { server } = open()
    check()
    server.failNext(key, new ApiError('rate_limited', { status: 429, retryAfterSeconds: 60 }))
    await tap(t.login)
    expect(button(retryStrings.zh_CN.retryIn(60)).disabled).toBe(true)
  })

  it.each(transientErrors.map((error) => [error.code, error] as const))(
    'shows a message for %s and stays open',
    async (_code, error) => {
      const { server } = open()
      check()
      server.failNext(key, error)
      await tap(t.login)
      expect((await screen.findByRole('alert')).textContent).toContain(errorMessage(error, zhCn))
      expect(Taro.navigateBack).not.toHaveBeenCalled()
    },
  )

  it('does not navigate when the user has closed the page', async () => {
    const { letIn, server, session, unmount } = open()
    const release = server.holdNext(key)
    letIn()
    check()
    await tap(t.login)
    expect(button(t.loggingIn).disabled).toBe(true)
    unmount()
    openPages('pages/me/index')
    await act(async () => release())
    await waitFor(() => expect(session.state().kind).toBe('user'))
    expect(Taro.navigateBack).not.toHaveBeenCalled()
    expect(Taro.switchTab).not.toHaveBeenCalled()
  })
})
