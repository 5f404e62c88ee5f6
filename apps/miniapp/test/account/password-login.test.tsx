// @vitest-environment happy-dom

import Taro from '@tarojs/taro'
import { act, fireEvent, screen, waitFor } from '@testing-library/react'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { problems } from '../../src/account/lib/error-messages.ts'
import { forgetConflict, pendingConflict } from '../../src/account/lib/merge-offer.ts'
import { passwordWords } from '../../src/account/lib/password-strings.ts'
import { words as loginWords } from '../../src/account/login/strings.ts'
import PasswordLoginPage from '../../src/account/password-login/index.tsx'
import { words } from '../../src/account/password-login/strings.ts'
import { wordsFor } from '../../src/i18n/index.ts'
import { zhCn } from '../../src/i18n/zh-cn.ts'
import { ApiProblem } from '../../src/session/errors.ts'
import { renderPage } from '../pages/render-page.tsx'
import { passingTroubles, refusal, userOf } from '../session/fake-server.ts'
import { ada, createPhone } from '../session/phone.ts'
import { conflictProblem, conflictWith } from './conflict.ts'
import { button, openPages, press, toasts, type } from './typing.ts'

const own = words.zh_CN
const shared = passwordWords.zh_CN
const key = 'POST /v1/auth/password-login'
const password = 'correct horse battery'
const tick = () => fireEvent.click(screen.getByRole('checkbox'))
const bindSwitch = () => screen.getByRole('switch', { name: own.bindTitle })

function open() {
  const view = renderPage(PasswordLoginPage)
  type(shared.username, 'Ada')
  type(shared.password, password)
  const { server } = view.phone
  const letIn = () =>
    server.answerNext(key, () => ({ ...server.issue(userOf(ada, { username: 'ada' })), isNewUser: false }))
  return { ...view, server, letIn }
}

beforeEach(() => {
  vi.clearAllMocks()
  forgetConflict(pendingConflict.get())
  openPages('pages/me/index', 'account/password-login/index')
})

describe('a login with a password', () => {
  it('logs in, stores no password, and goes back', async () => {
    const { server, letIn, session, phone } = open()
    letIn()
    tick()
    await press(own.login)
    await waitFor(() => expect(Taro.navigateBack).toHaveBeenCalledWith({ delta: 1 }))
    expect(session.state()).toMatchObject({ kind: 'user', user: { id: ada } })
    expect(server.lastBody(key)).toEqual({
      username: 'Ada',
      password,
      appId: 'wx0000000000000000',
      device: { model: 'Phone', system: 'OS 1' },
    })
    expect(toasts()).toEqual([loginWords.zh_CN.welcomeBack])
    expect(JSON.stringify([...phone.stored])).not.toContain(password)
  })

  it('leaves going back to the login page where that lies below', async () => {
    openPages('pages/me/index', 'account/login/index', 'account/password-login/index')
    const { letIn, session } = open()
    letIn()
    tick()
    await press(own.login)
    await waitFor(() => expect(session.state().kind).toBe('user'))
    expect(Taro.navigateBack).not.toHaveBeenCalled()
  })

  it.each([
    ['', password, own.usernameMissed],
    ['Ada', '', own.passwordMissed],
  ])('is not sent as %s with %s', async (username, typed, problem) => {
    const { server } = open()
    type(shared.username, username)
    type(shared.password, typed)
    tick()
    await press(own.login)
    expect(screen.getByRole('alert').textContent).toBe(problem)
    expect(server.total()).toBe(0)
  })

  it('can be left', async () => {
    const { server } = open()
    await press(loginWords.zh_CN.notNow)
    expect(Taro.navigateBack).toHaveBeenCalledTimes(1)
    expect(server.total()).toBe(0)
  })

  it('can be left while it is busy, and then logs nobody in, here and on the server', async () => {
    const { server, session } = open()
    let letIn = () => {}
    server.answerNext(key, async () => {
      await new Promise<void>((resolve) => (letIn = resolve))
      return { ...server.issue(userOf(ada, { username: 'ada' })), isNewUser: false }
    })
    tick()
    await press(own.login)
    await press(loginWords.zh_CN.notNow)
    expect(Taro.navigateBack).toHaveBeenCalledTimes(1)
    letIn()
    await waitFor(() => expect(server.count('POST /v1/auth/logout')).toBe(1))
    await waitFor(() => expect(server.liveSessions()).toBe(0))
    expect(session.state()).toEqual({ kind: 'guest', endedBy: null })
    expect(toasts()).toEqual([])
  })

  it('leads to the reset of a forgotten password', async () => {
    open()
    await press(own.forgotten)
    expect(Taro.navigateTo).toHaveBeenCalledWith({ url: '/account/password-reset/index' })
  })

  it('is nothing for who is logged in already', () => {
    const phone = createPhone()
    phone.store()
    renderPage(PasswordLoginPage, phone)
    expect(Taro.navigateBack).toHaveBeenCalledTimes(1)
  })
})

describe('the consent', () => {
  it('is asked for first, and nothing is sent; refusing it costs nothing', async () => {
    const { server } = open()
    await press(own.login)
    expect(screen.getByRole('dialog', { name: loginWords.zh_CN.sheetTitle })).toBeDefined()
    await press(loginWords.zh_CN.sheetRefuse)
    expect(screen.queryByRole('dialog')).toBeNull()
    expect(screen.getByRole('checkbox').getAttribute('aria-checked')).toBe('false')
    expect(server.total()).toBe(0)
  })

  it('given there ticks it and logs in, in one press', async () => {
    const { letIn, session } = open()
    letIn()
    await press(own.login)
    await press(loginWords.zh_CN.sheetAgree)
    await waitFor(() => expect(session.state().kind).toBe('user'))
    expect(screen.getByRole('checkbox').getAttribute('aria-checked')).toBe('true')
  })
})

describe('binding WeChat with it', () => {
  it('is off until the person wants it, and then sends a code', async () => {
    const { server, letIn, phone } = open()
    expect(bindSwitch().getAttribute('aria-checked')).toBe('false')
    fireEvent.click(bindSwitch())
    letIn()
    tick()
    await press(own.login)
    expect(server.lastBody(key)).toMatchObject({ code: `code-of-${ada}-1` })
    await waitFor(() => expect(phone.storedSession()?.begunBy).toBe('wechat'))
  })

  async function collide(conflict = conflictWith()) {
    const view = open()
    fireEvent.click(bindSwitch())
    tick()
    view.server.failNext(key, conflictProblem(conflict))
    await press(own.login)
    expect((await screen.findByRole('alert')).textContent).toContain(own.conflict)
    return view
  }

  it('can be left out where this WeChat belongs to another account', async () => {
    const { server, letIn } = await collide()
    letIn()
    await press(own.withoutBinding)
    await waitFor(() => expect(Taro.navigateBack).toHaveBeenCalledTimes(1))
    expect(server.lastBody(key)).not.toHaveProperty('code')
    expect(pendingConflict.get()).toBeNull()
  })

  it('or be followed by the merge of the two, once the person is in', async () => {
    const conflict = conflictWith()
    const { server, letIn } = await collide(conflict)
    letIn()
    await press(own.thenMerge)
    await waitFor(() => expect(Taro.navigateTo).toHaveBeenCalledWith({ url: '/account/merge/index' }))
    expect(server.lastBody(key)).not.toHaveProperty('code')
    expect(pendingConflict.get()).toEqual(conflict)
  })

  it('offers no merge where there can be none', async () => {
    await collide(conflictWith({}, null))
    expect(screen.queryByRole('button', { name: own.thenMerge })).toBeNull()
    expect(button(own.withoutBinding).disabled).toBe(false)
  })

  it('says what to do where the account has another WeChat', async () => {
    const { server } = open()
    fireEvent.click(bindSwitch())
    tick()
    server.failNext(key, refusal('wechat_already_bound', 409))
    await press(own.login)
    expect((await screen.findByRole('alert')).textContent).toContain(own.alreadyBound)
    fireEvent.click(bindSwitch())
    expect(screen.queryByRole('alert')).toBeNull()
  })
})

describe('a refusal', () => {
  it('of the password stands beside it, and goes when it is typed anew', async () => {
    const { server, session } = open()
    tick()
    server.failNext(key, refusal('credentials_invalid', 400))
    await press(own.login)
    const alert = await screen.findByRole('alert')
    expect([alert.className, alert.textContent]).toEqual([
      'field__problem',
      problems.zh_CN.credentials_invalid,
    ])
    expect(session.state().kind).toBe('guest')
    type(shared.password, 'another')
    expect(screen.queryByRole('alert')).toBeNull()
  })

  it('of somebody banned gives the reason', async () => {
    const { server } = open()
    tick()
    server.failNext(key, new ApiProblem('account_banned', { status: 403, reason: '发布广告' }))
    await press(own.login)
    const { textContent } = await screen.findByRole('alert')
    expect(textContent).toContain(zhCn.problems.account_banned)
    expect(textContent).toContain('原因：发布广告')
  })

  it('of too many tries closes the button as long as the server asks for', async () => {
    const { server } = open()
    tick()
    server.failNext(key, new ApiProblem('rate_limited', { status: 429, retryAfterSeconds: 60 }))
    await press(own.login)
    expect(button(loginWords.zh_CN.wait(60)).disabled).toBe(true)
  })

  it.each(passingTroubles.map((trouble) => [trouble.code, trouble] as const))(
    'by %s is said in words, and the person stays',
    async (_code, trouble) => {
      const { server } = open()
      tick()
      server.failNext(key, trouble)
      await press(own.login)
      expect((await screen.findByRole('alert')).textContent).toContain(wordsFor(trouble, zhCn))
      expect(Taro.navigateBack).not.toHaveBeenCalled()
    },
  )

  it('that comes late moves nobody who has left', async () => {
    const { letIn, server, session, unmount } = open()
    const release = server.holdNext(key)
    letIn()
    tick()
    await press(own.login)
    expect(button(own.loggingIn).disabled).toBe(true)
    unmount()
    openPages('pages/me/index')
    await act(async () => release())
    await waitFor(() => expect(session.state().kind).toBe('user'))
    expect(Taro.navigateBack).not.toHaveBeenCalled()
    expect(Taro.switchTab).not.toHaveBeenCalled()
  })
})
