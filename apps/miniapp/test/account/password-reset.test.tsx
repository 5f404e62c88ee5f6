// @vitest-environment happy-dom

import Taro from '@tarojs/taro'
import { screen } from '@testing-library/react'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { problems } from '../../src/account/lib/error-messages.ts'
import { passwordWords } from '../../src/account/lib/password-strings.ts'
import { words as loginWords } from '../../src/account/login/strings.ts'
import PasswordResetPage from '../../src/account/password-reset/index.tsx'
import { words } from '../../src/account/password-reset/strings.ts'
import { wordsFor } from '../../src/i18n/index.ts'
import { zhCn } from '../../src/i18n/zh-cn.ts'
import { ApiProblem } from '../../src/session/errors.ts'
import { renderPage } from '../pages/render-page.tsx'
import { passingTroubles, refusal } from '../session/fake-server.ts'
import { ada } from '../session/phone.ts'
import { button, openPages, press, type } from './typing.ts'

const own = words.zh_CN
const shared = passwordWords.zh_CN
const key = 'POST /v1/auth/password-reset'
const newPassword = 'another horse staple'

function open() {
  const view = renderPage(PasswordResetPage)
  type(shared.newPassword, newPassword)
  return { ...view, server: view.phone.server }
}

beforeEach(() => {
  vi.clearAllMocks()
  openPages('pages/me/index', 'account/password-login/index', 'account/password-reset/index')
})

describe('a forgotten password', () => {
  it('is replaced on the word of WeChat; then the way to log in is there', async () => {
    const { server, session } = open()
    expect(screen.getByText(own.everywhere)).toBeDefined()
    server.answerNext(key, () => undefined)
    await press(own.reset)
    expect(await screen.findByText(own.doneBody)).toBeDefined()
    expect(server.lastBody(key)).toEqual({
      code: `code-of-${ada}-1`,
      appId: 'wx0000000000000000',
      newPassword,
    })
    expect(session.state().kind).toBe('guest')
    expect(screen.queryByLabelText(shared.newPassword)).toBeNull()
    await press(own.login)
    expect(Taro.navigateBack).toHaveBeenCalledWith({ delta: 1 })
  })

  it.each(['short', 'x'.repeat(129)])('is not sent as %s', async (typed) => {
    const { server } = open()
    type(shared.newPassword, typed)
    await press(own.reset)
    expect(screen.getByRole('alert').textContent).toBe(shared.newPasswordMissed)
    expect(server.total()).toBe(0)
  })

  it('that is too easy to guess is said so beside it', async () => {
    const { server } = open()
    server.failNext(key, refusal('password_too_common', 400))
    await press(own.reset)
    const alert = await screen.findByRole('alert')
    expect([alert.className, alert.textContent]).toEqual([
      'field__problem',
      problems.zh_CN.password_too_common,
    ])
  })

  it.each([
    ['password_not_set', own.notSet],
    ['account_banned', zhCn.problems.account_banned],
    ['code_used', zhCn.problems.code_used],
    ...passingTroubles.map((trouble) => [trouble.code, wordsFor(trouble, zhCn)] as const),
  ] as const)('is kept where %s is in the way', async (code, said) => {
    const { server } = open()
    server.failNext(key, new ApiProblem(code))
    await press(own.reset)
    expect((await screen.findByRole('alert')).textContent).toContain(said)
    expect(button(own.reset).disabled).toBe(false)
  })

  it('waits as long as the server asks for', async () => {
    const { server } = open()
    server.failNext(key, new ApiProblem('wechat_rate_limited', { retryAfterSeconds: 5 }))
    await press(own.reset)
    expect(button(loginWords.zh_CN.wait(5)).disabled).toBe(true)
  })

  it('can stay forgotten', async () => {
    const { server } = open()
    await press(zhCn.common.cancel)
    expect(Taro.navigateBack).toHaveBeenCalledTimes(1)
    expect(server.total()).toBe(0)
  })
})
