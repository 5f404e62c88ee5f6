// @vitest-environment happy-dom

import Taro from '@tarojs/taro'
import { screen } from '@testing-library/react'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { errorMessages } from '../../src/account/lib/error-messages.ts'
import { passwordStrings } from '../../src/account/lib/password-strings.ts'
import { strings as retryStrings } from '../../src/account/lib/retry-strings.ts'
import PasswordResetPage from '../../src/account/password-reset/index.tsx'
import { strings } from '../../src/account/password-reset/strings.ts'
import { errorMessage } from '../../src/i18n/index.ts'
import { zhCn } from '../../src/i18n/zh-cn.ts'
import { ApiError } from '../../src/session/errors.ts'
import { renderPage } from '../pages/render-page.tsx'
import { apiError, transientErrors } from '../session/fake-server.ts'
import { ada } from '../session/phone.ts'
import { button, openPages, tap, type } from './user-actions.ts'

const t = strings.zh_CN
const shared = passwordStrings.zh_CN
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

describe('PasswordResetPage', () => {
  it('resets the password with a WeChat code, and leads to the password login', async () => {
    const { server, session } = open()
    expect(screen.getByText(t.everywhere)).toBeDefined()
    server.respondNext(key, () => undefined)
    await tap(t.reset)
    expect(await screen.findByText(t.doneBody)).toBeDefined()
    expect(server.lastBody(key)).toEqual({
      code: `code-of-${ada}-1`,
      appId: 'wx0000000000000000',
      newPassword,
    })
    expect(session.state().kind).toBe('guest')
    expect(screen.queryByLabelText(shared.newPassword)).toBeNull()
    await tap(t.login)
    expect(Taro.navigateBack).toHaveBeenCalledWith({ delta: 1 })
  })

  it.each(['short', 'x'.repeat(129)])('is not sent as %s', async (typed) => {
    const { server } = open()
    type(shared.newPassword, typed)
    await tap(t.reset)
    expect(screen.getByRole('alert').textContent).toBe(shared.newPasswordInvalid)
    expect(server.total()).toBe(0)
  })

  it('shows a common password beside the field', async () => {
    const { server } = open()
    server.failNext(key, apiError('password_too_common', 400))
    await tap(t.reset)
    const alert = await screen.findByRole('alert')
    expect([alert.className, alert.textContent]).toEqual([
      'field__error',
      errorMessages.zh_CN.password_too_common,
    ])
  })

  it.each([
    ['password_not_set', t.notSet],
    ['account_banned', zhCn.errors.account_banned],
    ['code_used', zhCn.errors.code_used],
    ...transientErrors.map((error) => [error.code, errorMessage(error, zhCn)] as const),
  ] as const)('shows an error for %s', async (code, said) => {
    const { server } = open()
    server.failNext(key, new ApiError(code))
    await tap(t.reset)
    expect((await screen.findByRole('alert')).textContent).toContain(said)
    expect(button(t.reset).disabled).toBe(false)
  })

  it('waits after a 429', async () => {
    const { server } = open()
    server.failNext(key, new ApiError('wechat_rate_limited', { retryAfterSeconds: 5 }))
    await tap(t.reset)
    expect(button(retryStrings.zh_CN.retryIn(5)).disabled).toBe(true)
  })

  it('can be left', async () => {
    const { server } = open()
    await tap(zhCn.common.cancel)
    expect(Taro.navigateBack).toHaveBeenCalledTimes(1)
    expect(server.total()).toBe(0)
  })
})
