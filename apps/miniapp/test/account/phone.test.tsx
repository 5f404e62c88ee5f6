// @vitest-environment happy-dom

import type { Conflict, User } from '@repo/shared'
import Taro from '@tarojs/taro'
import { act, fireEvent, screen, waitFor } from '@testing-library/react'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { problems } from '../../src/account/lib/error-messages.ts'
import { pendingConflict } from '../../src/account/lib/merge-offer.ts'
import PhonePage from '../../src/account/phone/index.tsx'
import { words as allWords } from '../../src/account/phone/strings.ts'
import { zhCn } from '../../src/i18n/zh-cn.ts'
import { dangerColors } from '../../src/lib/dialogs.ts'
import { urlOf } from '../../src/lib/navigation.ts'
import { ApiProblem } from '../../src/session/errors.ts'
import { renderPage } from '../pages/render-page.tsx'
import { refusal, userOf } from '../session/fake-server.ts'
import { ada, createPhone } from '../session/phone.ts'

const words = allWords.zh_CN
const masked = '138******00'

beforeEach(() => {
  vi.clearAllMocks()
})

/** Somebody who is logged in looks at the page. */
function openPage(changes: Partial<User> = {}) {
  const phone = createPhone()
  phone.store(phone.server.issue(userOf(ada, changes)))
  const page = renderPage(PhonePage, phone)
  const shownNumber = () => {
    const state = page.session.state()
    return state.kind === 'user' ? state.user.phoneMasked : undefined
  }
  return { ...page, server: phone.server, shownNumber }
}

const button = (name: string) => screen.getByRole('button', { name })
const press = (name: string) => act(async () => fireEvent.click(button(name)))
const alert = () => screen.findByRole('alert')
/** WeChat's answer to a press on its button. */
const answer = (name: string, detail: object) =>
  act(async () => {
    fireEvent(button(name), new CustomEvent('getphonenumber', { detail }))
  })
const ok = { errMsg: 'getPhoneNumber:ok', code: 'phone-code' }

it('tells a guest what the page is for, and asks nobody for anything', () => {
  const { phone } = renderPage(PhonePage)
  expect(screen.getByText(words.why)).toBeDefined()
  expect(screen.queryByRole('button', { name: words.bind })).toBeNull()
  expect(phone.server.total()).toBe(0)
})

describe('somebody without a number', () => {
  it('reads what it is for before they are asked, and has it afterwards', async () => {
    const { server, shownNumber } = openPage()
    expect(screen.getByText(words.purpose)).toBeDefined()
    server.answerNext('POST /v1/me/phone', () => server.issue(userOf(ada, { phoneMasked: masked })))
    await answer(words.bind, ok)
    expect(server.lastBody('POST /v1/me/phone')).toEqual({
      code: 'phone-code',
      proof: { code: `code-of-${ada}-1`, appId: 'wx0000000000000000' },
    })
    expect(shownNumber()).toBe(masked)
    expect(screen.getByText(masked)).toBeDefined()
    expect(Taro.showToast).toHaveBeenCalledWith(expect.objectContaining({ title: words.saved }))
  })

  it('is not asked twice while the first press is under way', async () => {
    const { server } = openPage()
    const release = server.holdNext('POST /v1/me/phone')
    server.answerNext('POST /v1/me/phone', () => server.issue(userOf(ada, { phoneMasked: masked })))
    await answer(words.bind, ok)
    expect((button(words.bind) as HTMLButtonElement).disabled).toBe(true)
    await answer(words.bind, { ...ok, code: 'another' })
    await act(async () => release())
    expect(server.count('POST /v1/me/phone')).toBe(1)
  })

  it.each(['getPhoneNumber:fail user deny', 'getPhoneNumber:fail:user deny', 'getPhoneNumber:user deny'])(
    'who refuses by "%s" is left in peace: no error, nothing sent, and everything else works',
    async (errMsg) => {
      const { server } = openPage()
      await answer(words.bind, { errMsg })
      expect(screen.getByRole('status').textContent).toBe(words.refused)
      expect(screen.queryByRole('alert')).toBeNull()
      expect(server.asked()).toBe(0)
      expect(button(words.bind)).toBeDefined()
    },
  )

  it.each([
    [{ errMsg: 'getPhoneNumber:fail no permission' }, problems.zh_CN.phone_not_permitted],
    [
      { errMsg: 'getPhoneNumber:fail jsapi has no permission', errno: 102 },
      problems.zh_CN.phone_not_permitted,
    ],
    [{ errMsg: 'getPhoneNumber:fail appid privacy api banned' }, problems.zh_CN.phone_not_permitted],
    [{ errMsg: 'getPhoneNumber:fail', errno: 112 }, problems.zh_CN.privacy_undeclared],
    [{ errMsg: 'getPhoneNumber:fail', errno: 104 }, problems.zh_CN.privacy_refused],
    [{ errMsg: 'getPhoneNumber:fail no quota', errno: 1400001 }, problems.zh_CN.phone_quota_exhausted],
    [{ errMsg: 'getPhoneNumber:fail user is blocked', errno: 1421102 }, problems.zh_CN.phone_blocked],
    [{ errMsg: 'getPhoneNumber:ok', encryptedData: 'e', iv: 'i' }, problems.zh_CN.phone_code_missing],
  ])('for whom WeChat has no number, %o, reads why', async (detail, why) => {
    const { server } = openPage()
    await answer(words.bind, detail)
    expect((await alert()).textContent).toContain(why)
    expect(server.asked()).toBe(0)
    expect(button(words.bind)).toBeDefined()
  })

  it.each([
    [refusal('phone_code_invalid', 400), problems.zh_CN.phone_code_invalid],
    [refusal('phone_blocked', 403), problems.zh_CN.phone_blocked],
    [refusal('phone_not_permitted', 502), problems.zh_CN.phone_not_permitted],
    [refusal('phone_quota_exhausted', 503), problems.zh_CN.phone_quota_exhausted],
    [refusal('session_key_expired', 409), problems.zh_CN.session_key_expired],
    [refusal('wechat_busy', 503), zhCn.problems.wechat_busy],
    [refusal('wechat_unavailable', 503), zhCn.problems.wechat_unavailable],
    [refusal('wechat_misconfigured', 502), words.problems.wechat_misconfigured],
    [refusal('wechat_rate_limited', 429), words.problems.wechat_rate_limited],
    [refusal('rate_limited', 429), zhCn.problems.rate_limited],
    [new ApiProblem('network_unreachable'), zhCn.problems.network_unreachable],
  ])('whose number the server does not take, by %s, reads why and can press again', async (problem, why) => {
    const { server, shownNumber } = openPage()
    server.failNext('POST /v1/me/phone', problem)
    await answer(words.bind, ok)
    expect((await alert()).textContent).toContain(why)
    expect(shownNumber()).toBeNull()
    await answer(words.bind, { errMsg: 'getPhoneNumber:fail user deny' })
    expect(screen.queryByRole('alert')).toBeNull()
    server.answerNext('POST /v1/me/phone', () => server.issue(userOf(ada, { phoneMasked: masked })))
    await answer(words.bind, ok)
    expect(shownNumber()).toBe(masked)
    expect(screen.queryByRole('alert')).toBeNull()
  })
})

describe('a number that is another account’s', () => {
  const conflict: Conflict = {
    ticket: 'id.secret',
    ticketExpiresAt: '2026-11-20T09:00:00.000Z',
    other: {
      nicknameMasked: '阿**',
      phoneMasked: masked,
      registeredAt: '2026-01-02T03:04:05.000Z',
      hasPassword: false,
      hasWechat: true,
    },
  }
  const problem = (offer: Conflict) => new ApiProblem('account_conflict', { status: 409, conflict: offer })

  it('leads to the merge, which the person may decline', async () => {
    const { server, session } = openPage()
    server.failNext('POST /v1/me/phone', problem(conflict))
    await answer(words.bind, ok)
    expect((await alert()).textContent).toContain('阿**')
    expect(Taro.navigateTo).not.toHaveBeenCalled()
    await press(words.merge)
    await waitFor(() => expect(Taro.navigateTo).toHaveBeenCalledWith({ url: urlOf('merge') }))
    expect(pendingConflict.get()).toEqual(conflict)
    act(() => session.showUser({ phoneMasked: masked }))
    expect(screen.queryByRole('alert')).toBeNull()
  })

  it('offers no merge where there can be none', async () => {
    const { server } = openPage()
    server.failNext('POST /v1/me/phone', problem({ ...conflict, ticket: null, ticketExpiresAt: null }))
    await answer(words.bind, ok)
    expect((await alert()).textContent).toContain('不能与现在的账号合并')
    expect(screen.queryByRole('button', { name: words.merge })).toBeNull()
  })
})

describe('somebody with a number', () => {
  it('sees it masked, and is not asked for one', () => {
    openPage({ phoneMasked: masked })
    expect(screen.getByText(masked)).toBeDefined()
    expect(screen.queryByRole('button', { name: words.bind })).toBeNull()
    expect(document.querySelector('[data-open-type]')).toBeNull()
  })

  it('changes it after reading what will happen', async () => {
    const { server, shownNumber } = openPage({ phoneMasked: masked })
    await press(words.change)
    expect(screen.getByText(words.changeBody)).toBeDefined()
    server.answerNext('POST /v1/me/phone', () => server.issue(userOf(ada, { phoneMasked: '139******11' })))
    await answer(words.choose, ok)
    expect(shownNumber()).toBe('139******11')
    expect(screen.getByText('139******11')).toBeDefined()
    expect(screen.queryByText(words.changeBody)).toBeNull()
  })

  it('keeps it when they cancel, refuse, or the server says no', async () => {
    const { server, shownNumber } = openPage({ phoneMasked: masked })
    await press(words.change)
    await press(zhCn.common.cancel)
    await press(words.change)
    await answer(words.choose, { errMsg: 'getPhoneNumber:fail user deny' })
    expect(screen.getByRole('status').textContent).toBe(words.refused)
    expect(screen.queryByText(words.changeBody)).toBeNull()
    await press(words.change)
    server.failNext('POST /v1/me/phone', refusal('phone_code_invalid', 400))
    await answer(words.choose, ok)
    expect((await alert()).textContent).toContain(problems.zh_CN.phone_code_invalid)
    expect(shownNumber()).toBe(masked)
  })

  it('removes it after a confirmation that says what will happen', async () => {
    const { server, shownNumber } = openPage({ phoneMasked: masked })
    server.answerNext('POST /v1/me/phone/delete', () => server.issue(userOf(ada)))
    await press(words.remove)
    expect(Taro.showModal).toHaveBeenCalledWith(
      expect.objectContaining({ content: words.removeBody, confirmColor: dangerColors.light }),
    )
    expect(shownNumber()).toBeNull()
    expect(button(words.bind)).toBeDefined()
  })

  it('keeps it when they think better of it, or the server cannot be reached', async () => {
    const { server, shownNumber } = openPage({ phoneMasked: masked })
    vi.mocked(Taro.showModal).mockResolvedValueOnce({ confirm: false } as never)
    await press(words.remove)
    expect(server.asked()).toBe(0)
    server.failNext('POST /v1/me/phone/delete', new ApiProblem('network_unreachable'))
    await press(words.remove)
    expect((await alert()).textContent).toContain(zhCn.problems.network_unreachable)
    expect(shownNumber()).toBe(masked)
  })
})
