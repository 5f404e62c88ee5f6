// @vitest-environment happy-dom

import { api, type Conflict, errorStatus } from '@repo/shared'
import Taro from '@tarojs/taro'
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { strings as agreementStrings } from '../../src/account/components/agreement-strings.ts'
import { strings as notMyAccountStrings } from '../../src/account/components/not-my-account-strings.ts'
import { errorMessages } from '../../src/account/lib/error-messages.ts'
import { mergeOffer } from '../../src/account/lib/merge-offer.ts'
import { strings as retryStrings } from '../../src/account/lib/retry-strings.ts'
import LoginPage from '../../src/account/login/index.tsx'
import { strings } from '../../src/account/login/strings.ts'
import { errorMessage } from '../../src/i18n/index.ts'
import { zhCn } from '../../src/i18n/zh-cn.ts'
import { ApiError } from '../../src/session/errors.ts'
import { renderPage } from '../pages/render-page.tsx'
import { apiError, transientErrors, userOf } from '../session/fake-server.ts'
import { ada, bob, createPhone } from '../session/phone.ts'

const t = strings.zh_CN
const agreement = agreementStrings.zh_CN
const button = (name: string) => screen.getByRole('button', { name }) as HTMLButtonElement
const checkbox = () => screen.getByRole('checkbox')
const tap = (name = t.button) => fireEvent.click(button(name))

const conflict: Conflict = {
  ticket: 'ticket',
  ticketExpiresAt: '2026-11-20T08:05:00.000Z',
  other: { nicknameMasked: '小**' },
}
/** As a guest gets it: the accounts cannot be merged. */
const lost: Conflict = { ...conflict, ticket: null, ticketExpiresAt: null }

function openedFrom(...routes: string[]) {
  vi.mocked(Taro.getCurrentPages).mockReturnValue(routes.map((route) => ({ route })) as never)
}

beforeEach(() => {
  vi.mocked(Taro.canIUse).mockReturnValue(true)
  vi.clearAllMocks()
  openedFrom('pages/me/index', 'account/login/index')
})

afterEach(() => {
  vi.useRealTimers()
})

describe('LoginPage consent', () => {
  it('is unchecked at first', () => {
    renderPage(LoginPage)
    expect(checkbox().getAttribute('aria-checked')).toBe('false')
  })

  it('opens the consent sheet and sends nothing when a login is tapped without it', () => {
    const { phone } = renderPage(LoginPage)
    tap()
    expect(screen.getByRole('dialog', { name: agreement.title })).toBeDefined()
    expect(phone.platform.login).not.toHaveBeenCalled()
  })

  it('can be rejected without a login', () => {
    const { phone } = renderPage(LoginPage)
    tap()
    tap(agreement.reject)
    expect(screen.queryByRole('dialog')).toBeNull()
    expect(checkbox().getAttribute('aria-checked')).toBe('false')
    expect(phone.platform.login).not.toHaveBeenCalled()
  })

  it('can be accepted in the sheet, which checks it and logs in', async () => {
    const { session } = renderPage(LoginPage)
    tap()
    tap(agreement.accept)
    expect(checkbox().getAttribute('aria-checked')).toBe('true')
    await waitFor(() => expect(session.state().kind).toBe('user'))
  })

  it('can be withdrawn', () => {
    const { phone } = renderPage(LoginPage)
    fireEvent.click(checkbox())
    fireEvent.click(checkbox())
    tap()
    expect(phone.platform.login).not.toHaveBeenCalled()
  })

  it('links the documents', () => {
    renderPage(LoginPage)
    fireEvent.click(screen.getByText(agreement.agreement))
    fireEvent.click(screen.getByText(agreement.privacy))
    expect(vi.mocked(Taro.navigateTo).mock.calls).toEqual([
      [{ url: '/account/agreement/index' }],
      [{ url: '/account/privacy/index' }],
    ])
  })
})

describe('LoginPage login', () => {
  const tapWithConsent = () => {
    fireEvent.click(checkbox())
    tap()
  }

  it('logs in and returns to the page that opened it', async () => {
    renderPage(LoginPage)
    tapWithConsent()
    await waitFor(() => expect(Taro.navigateBack).toHaveBeenCalledWith({ delta: 1 }))
    expect(Taro.switchTab).not.toHaveBeenCalled()
    expect(Taro.showToast).toHaveBeenCalledWith({ title: t.welcomeBack, icon: 'none' })
  })

  it('opens the home tab when no page opened it', async () => {
    openedFrom('account/login/index')
    renderPage(LoginPage)
    tapWithConsent()
    await waitFor(() => expect(Taro.switchTab).toHaveBeenCalledWith({ url: '/pages/home/index' }))
    expect(Taro.navigateBack).not.toHaveBeenCalled()
  })

  it('closes the documents on top of it too', async () => {
    renderPage(LoginPage)
    tapWithConsent()
    openedFrom('pages/me/index', 'account/login/index', 'pages/privacy/index')
    await waitFor(() => expect(Taro.navigateBack).toHaveBeenCalledWith({ delta: 2 }))
  })

  it('shows a spinner and ignores a second tap', async () => {
    const { phone } = renderPage(LoginPage)
    const release = phone.server.holdNext('POST /v1/auth/login')
    tapWithConsent()
    await waitFor(() => expect(button(t.loggingIn).disabled).toBe(true))
    tap(t.loggingIn)
    release()
    await waitFor(() => expect(Taro.navigateBack).toHaveBeenCalled())
    expect(phone.platform.login).toHaveBeenCalledTimes(1)
  })

  it.each(
    [...transientErrors, apiError('account_banned', 403), apiError('wechat_login_blocked', 403)].map(
      (error) => [error.code, error] as const,
    ),
  )('shows a message for %s and stays open', async (_code, error) => {
    const { phone } = renderPage(LoginPage)
    phone.server.failNext('POST /v1/auth/login', error)
    tapWithConsent()
    await waitFor(() => expect(screen.getByRole('alert').textContent).toContain(errorMessage(error, zhCn)))
    expect(Taro.navigateBack).not.toHaveBeenCalled()
  })

  it('shows the reason of a ban', async () => {
    const { phone } = renderPage(LoginPage)
    const banned = new ApiError('account_banned', { status: 403, reason: '发布广告' })
    phone.server.failNext('POST /v1/auth/login', banned)
    tapWithConsent()
    await waitFor(() => expect(screen.getByRole('alert').textContent).toContain('原因：发布广告'))
    fireEvent.click(screen.getByText(zhCn.banNotice))
    await waitFor(() => expect(Taro.navigateTo).toHaveBeenCalledWith({ url: '/account/banned/index' }))
  })

  it('leads to support where the message says so', async () => {
    const { phone } = renderPage(LoginPage)
    phone.server.failNext('POST /v1/auth/login', apiError('wechat_misconfigured', 502))
    tapWithConsent()
    expect((await screen.findByRole('button', { name: zhCn.support })).dataset.openType).toBe('contact')
  })

  it('clears the error at the next attempt', async () => {
    const { phone } = renderPage(LoginPage)
    phone.server.failNext('POST /v1/auth/login', apiError('code_used', 400))
    tapWithConsent()
    await screen.findByRole('alert')
    tap()
    await waitFor(() => expect(Taro.navigateBack).toHaveBeenCalled())
    expect(screen.queryByRole('alert')).toBeNull()
  })

  it('shows the request ID after a server error', async () => {
    const { phone } = renderPage(LoginPage)
    phone.server.failNext(
      'POST /v1/auth/login',
      new ApiError('internal_error', { status: 500, requestId: 'req-7' }),
    )
    tapWithConsent()
    expect((await screen.findByRole('alert')).textContent).toContain('req-7')
  })

  it('counts down the wait after a 429', async () => {
    vi.useFakeTimers()
    const { phone, session } = renderPage(LoginPage)
    phone.server.failNext(
      'POST /v1/auth/login',
      new ApiError('wechat_rate_limited', { status: 429, retryAfterSeconds: 3 }),
    )
    tapWithConsent()
    await act(() => vi.advanceTimersByTimeAsync(0))
    expect(button(retryStrings.zh_CN.retryIn(3)).disabled).toBe(true)
    await act(() => vi.advanceTimersByTimeAsync(1_000))
    expect(button(retryStrings.zh_CN.retryIn(2)).disabled).toBe(true)
    await act(() => vi.advanceTimersByTimeAsync(2_000))
    tap()
    await act(() => vi.advanceTimersByTimeAsync(0))
    expect(session.state().kind).toBe('user')
  })

  it('disables the button for at most two minutes', async () => {
    const { phone } = renderPage(LoginPage)
    phone.server.failNext(
      'POST /v1/auth/login',
      new ApiError('too_many_requests', { status: 429, retryAfterSeconds: 86_400 }),
    )
    tapWithConsent()
    await waitFor(() => expect(button(retryStrings.zh_CN.retryIn(120)).disabled).toBe(true))
  })

  it('does not navigate when its page was closed meanwhile, and keeps the session', async () => {
    const { phone, session, unmount } = renderPage(LoginPage)
    const release = phone.server.holdNext('POST /v1/auth/login')
    tapWithConsent()
    unmount()
    release()
    await waitFor(() => expect(session.state().kind).toBe('user'))
    expect(Taro.navigateBack).not.toHaveBeenCalled()
    expect(Taro.switchTab).not.toHaveBeenCalled()
  })
})

describe('LoginPage phone button', () => {
  const phoneButton = () => button(t.phoneButton)
  const answer = (detail: object, pressed = phoneButton()) =>
    fireEvent(pressed, new CustomEvent('getphonenumber', { detail }))
  const ok = { errMsg: 'getPhoneNumber:ok', code: 'a phone code' }
  const login = 'POST /v1/auth/phone-login'

  /** A server that knows the owner of the number. */
  function phoneWithNumber(phone = createPhone()) {
    phone.server.respondNext(login, () => ({ ...phone.server.issue(userOf(ada)), isNewUser: true }))
    return phone
  }

  it('says what the number is for', () => {
    renderPage(LoginPage)
    expect(screen.getByText(t.phonePurpose)).toBeDefined()
  })

  it('asks for consent first, with a button that accepts and continues', async () => {
    const { phone, session } = renderPage(LoginPage, phoneWithNumber())
    expect(phoneButton().dataset.openType).toBeUndefined()
    tap(t.phoneButton)
    const agreeing = button(agreement.acceptWithPhone)
    expect(agreeing.dataset.openType).toBe('getPhoneNumber|agreePrivacyAuthorization')
    fireEvent.click(agreeing)
    expect(phone.server.total()).toBe(0)
    answer(ok, agreeing)
    expect(screen.queryByRole('dialog')).toBeNull()
    expect(checkbox().getAttribute('aria-checked')).toBe('true')
    await waitFor(() => expect(session.state().kind).toBe('user'))
    expect(phone.server.lastBody(login)).toMatchObject({
      loginCode: `code-of-${ada}-1`,
      phoneCode: 'a phone code',
    })
    expect(Taro.showToast).toHaveBeenCalledWith({ title: t.welcome, icon: 'none' })
  })

  it("links WeChat's privacy guide", () => {
    renderPage(LoginPage)
    fireEvent.click(screen.getByText(agreement.guide))
    expect(Taro.openPrivacyContract).toHaveBeenCalledTimes(1)
  })

  it('uses an open-type of old WeChat versions without a privacy guide', () => {
    vi.mocked(Taro.canIUse).mockImplementation((name) => name !== 'openPrivacyContract')
    renderPage(LoginPage)
    fireEvent.click(checkbox())
    expect(phoneButton().dataset.openType).toBe('getPhoneNumber')
  })

  it("is WeChat's own button after the consent, and logs in", async () => {
    renderPage(LoginPage, phoneWithNumber())
    fireEvent.click(checkbox())
    expect(phoneButton().dataset.openType).toBe('getPhoneNumber|agreePrivacyAuthorization')
    answer(ok)
    await waitFor(() => expect(Taro.navigateBack).toHaveBeenCalledTimes(1))
  })

  it('logs in once for repeated results and disables the other login', async () => {
    const phone = createPhone()
    const release = phone.server.holdNext(login)
    phoneWithNumber(phone)
    renderPage(LoginPage, phone)
    fireEvent.click(checkbox())
    const pressed = phoneButton()
    answer(ok, pressed)
    answer(ok, pressed)
    await waitFor(() => expect(button(t.loggingIn).disabled).toBe(true))
    expect(button(t.button).disabled).toBe(true)
    expect(Taro.navigateBack).not.toHaveBeenCalled()
    release()
    await waitFor(() => expect(Taro.navigateBack).toHaveBeenCalled())
    expect(phone.server.count(login)).toBe(1)
  })

  it.each(['getPhoneNumber:fail user deny', 'getPhoneNumber:fail:user deny', 'getPhoneNumber:user deny'])(
    'treats %s as a denial: no error, nothing sent',
    async (errMsg) => {
      const { phone, session } = renderPage(LoginPage)
      fireEvent.click(checkbox())
      answer({ errMsg })
      expect(screen.getByRole('status').textContent).toBe(t.phoneDenied)
      expect(screen.queryByRole('alert')).toBeNull()
      expect(phone.server.total()).toBe(0)
      tap()
      await waitFor(() => expect(session.state().kind).toBe('user'))
    },
  )

  it.each([
    [{ errMsg: 'getPhoneNumber:fail no permission', errno: 102 }, 'phone_not_permitted'],
    [{ errMsg: 'getPhoneNumber:fail', errno: 104 }, 'privacy_denied'],
    [{ errMsg: 'getPhoneNumber:fail', errno: 112 }, 'privacy_undeclared'],
    [{ errMsg: 'getPhoneNumber:fail', errno: 1400001 }, 'phone_quota_exhausted'],
    [{ errMsg: 'getPhoneNumber:fail', errno: 1421102 }, 'phone_blocked'],
    [{ errMsg: 'getPhoneNumber:ok', encryptedData: 'e', iv: 'i' }, 'phone_code_missing'],
    [{ errMsg: 'getPhoneNumber:fail system error' }, 'phone_failed'],
  ] as const)('shows a message for %o, and WeChat login still works', async (detail, code) => {
    const { session } = renderPage(LoginPage)
    fireEvent.click(checkbox())
    answer(detail)
    expect(screen.getByRole('alert').textContent).toContain(errorMessages.zh_CN[code])
    tap()
    await waitFor(() => expect(session.state().kind).toBe('user'))
    expect(screen.queryByRole('alert')).toBeNull()
  })

  const refusals = [
    'unknown_app',
    'account_banned',
    'session_revoked',
    'code_invalid',
    'code_used',
    'wechat_login_blocked',
    'phone_code_invalid',
    'phone_blocked',
    'phone_not_permitted',
    'phone_quota_exhausted',
    'account_conflict',
    'shared_account_choice',
    'wechat_rate_limited',
    'wechat_misconfigured',
    'wechat_busy',
    'wechat_unavailable',
  ] as const satisfies (typeof api)[typeof login]['errors'][number][]

  it('has a test for each error of the contract', () => {
    const tested = [...refusals, 'consent_outdated']
    expect([...new Set(api[login].errors)].sort()).toEqual(tested.sort())
  })

  it.each(refusals)('shows a message for %s and stays open', async (code) => {
    const { phone } = renderPage(LoginPage)
    const refused = apiError(code, errorStatus[code])
    phone.server.failNext(login, refused)
    fireEvent.click(checkbox())
    answer(ok)
    expect((await screen.findByRole('alert')).textContent).toContain(
      errorMessage(refused, { ...zhCn, errors: { ...zhCn.errors, ...errorMessages.zh_CN } }),
    )
    expect(Taro.navigateBack).not.toHaveBeenCalled()
    expect(phoneButton().disabled).toBe(false)
  })

  it('asks the user to update the mini program when its documents are outdated', async () => {
    const { phone, session } = renderPage(LoginPage)
    phone.server.failNext(login, apiError('consent_outdated', errorStatus.consent_outdated))
    fireEvent.click(checkbox())
    answer(ok)
    expect((await screen.findByRole('alert')).textContent).toContain(t.outdated)
    expect(phone.onConsentOutdated).not.toHaveBeenCalled()
    expect(session.state().kind).toBe('guest')
    expect(Taro.navigateBack).not.toHaveBeenCalled()
  })

  it('names the account that has the number', async () => {
    const { phone } = renderPage(LoginPage)
    phone.server.failNext(login, new ApiError('account_conflict', { status: 409, conflict: lost }))
    fireEvent.click(checkbox())
    answer(ok)
    expect((await screen.findByRole('alert')).textContent).toContain(t.phoneTaken('小**'))
    expect(Taro.navigateTo).not.toHaveBeenCalled()
  })

  it('waits with the WeChat button after a 429', async () => {
    const { phone } = renderPage(LoginPage)
    phone.server.failNext(login, new ApiError('rate_limited', { status: 429, retryAfterSeconds: 9 }))
    fireEvent.click(checkbox())
    answer(ok)
    await waitFor(() => expect(button(retryStrings.zh_CN.retryIn(9)).disabled).toBe(true))
    expect(phoneButton().disabled).toBe(true)
  })
})

describe('LoginPage merge offer', () => {
  it('opens after the login when the page has closed', async () => {
    const phone = createPhone()
    phone.server.respondNext('POST /v1/auth/login', () => ({
      ...phone.server.issue(userOf(ada)),
      isNewUser: false,
      conflict,
    }))
    const { unmount } = renderPage(LoginPage, phone)
    fireEvent.click(checkbox())
    tap()
    await waitFor(() => expect(Taro.navigateBack).toHaveBeenCalledTimes(1))
    expect(Taro.navigateTo).not.toHaveBeenCalled()
    unmount()
    await waitFor(() => expect(Taro.navigateTo).toHaveBeenCalledWith({ url: '/account/merge/index' }))
    expect(mergeOffer.get()).toEqual(conflict)
  })

  it('opens for the conflict of a failed phone login after a WeChat login', async () => {
    const phone = createPhone()
    phone.server.failNext(
      'POST /v1/auth/phone-login',
      new ApiError('account_conflict', { status: 409, conflict }),
    )
    const { unmount } = renderPage(LoginPage, phone)
    fireEvent.click(checkbox())
    const detail = { errMsg: 'getPhoneNumber:ok', code: 'c' }
    fireEvent(button(t.phoneButton), new CustomEvent('getphonenumber', { detail }))
    expect((await screen.findByRole('alert')).textContent).toContain(t.phoneTakenMergeable('小**'))
    expect(Taro.navigateTo).not.toHaveBeenCalled()
    tap()
    await waitFor(() => expect(Taro.navigateBack).toHaveBeenCalledTimes(1))
    unmount()
    await waitFor(() => expect(Taro.navigateTo).toHaveBeenCalledWith({ url: '/account/merge/index' }))
    expect(mergeOffer.get()).toEqual(conflict)
  })

  it("does not open when the user says that the account is another user's", async () => {
    const phone = createPhone()
    phone.server.failNext(
      'POST /v1/auth/phone-login',
      new ApiError('account_conflict', { status: 409, conflict }),
    )
    const { unmount } = renderPage(LoginPage, phone)
    fireEvent.click(checkbox())
    const detail = { errMsg: 'getPhoneNumber:ok', code: 'c' }
    fireEvent(button(t.phoneButton), new CustomEvent('getphonenumber', { detail }))
    await screen.findByRole('alert')
    tap(notMyAccountStrings.zh_CN.notMine)
    expect(screen.queryByRole('alert')).toBeNull()
    expect(screen.getByText(t.phoneNotMine)).toBeDefined()
    tap()
    await waitFor(() => expect(Taro.navigateBack).toHaveBeenCalledTimes(1))
    unmount()
    await new Promise((resolve) => setTimeout(resolve, 0))
    expect(Taro.navigateTo).not.toHaveBeenCalled()
  })

  it('does not open when the accounts cannot be merged', async () => {
    const phone = createPhone()
    phone.server.failNext(
      'POST /v1/auth/phone-login',
      new ApiError('account_conflict', { status: 409, conflict: lost }),
    )
    const { unmount } = renderPage(LoginPage, phone)
    fireEvent.click(checkbox())
    const detail = { errMsg: 'getPhoneNumber:ok', code: 'c' }
    fireEvent(button(t.phoneButton), new CustomEvent('getphonenumber', { detail }))
    await screen.findByRole('alert')
    tap()
    await waitFor(() => expect(Taro.navigateBack).toHaveBeenCalledTimes(1))
    unmount()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(Taro.navigateTo).not.toHaveBeenCalled()
  })
})

describe('LoginPage phone login to an existing account', () => {
  it('names the account and the logged-out devices once the page has closed', async () => {
    const phone = createPhone()
    phone.server.respondNext('POST /v1/auth/phone-login', () => ({
      ...phone.server.issue(userOf(bob, { nickname: '小明' })),
      isNewUser: false,
      joinedByPhone: true,
    }))
    vi.mocked(Taro.getCurrentPages).mockReturnValue([{ route: 'account/login/index' }] as never)
    const { unmount } = renderPage(LoginPage, phone)
    fireEvent.click(checkbox())
    const detail = { errMsg: 'getPhoneNumber:ok', code: 'c' }
    fireEvent(button(t.phoneButton), new CustomEvent('getphonenumber', { detail }))
    await waitFor(() => expect(phone.storedSession()).toBeDefined())
    expect(Taro.showModal).not.toHaveBeenCalled()
    vi.mocked(Taro.getCurrentPages).mockReturnValue([])
    unmount()
    await waitFor(() => expect(Taro.showModal).toHaveBeenCalledTimes(1))
    expect(vi.mocked(Taro.showModal).mock.lastCall?.[0]).toMatchObject({
      title: t.joinedTitle,
      content: t.joinedBody('小明'),
      showCancel: false,
    })
    expect(Taro.showToast).not.toHaveBeenCalled()
  })
})

describe('LoginPage password button', () => {
  it('opens the password login', () => {
    renderPage(LoginPage)
    tap(t.passwordButton)
    expect(Taro.navigateTo).toHaveBeenCalledWith({ url: '/account/password-login/index' })
  })
})

describe('LoginPage not now', () => {
  it('closes the page without a login', () => {
    const { phone } = renderPage(LoginPage)
    tap(t.notNow)
    expect(Taro.navigateBack).toHaveBeenCalledWith({ delta: 1 })
    expect(phone.server.total()).toBe(0)
  })

  it('navigates once for repeated taps', () => {
    renderPage(LoginPage)
    tap(t.notNow)
    tap(t.notNow)
    expect(Taro.navigateBack).toHaveBeenCalledTimes(1)
  })

  it('cancels a pending login, here and on the server', async () => {
    const { phone, session } = renderPage(LoginPage)
    const release = phone.server.holdNext('POST /v1/auth/login')
    fireEvent.click(checkbox())
    tap()
    await waitFor(() => expect(phone.server.count('POST /v1/auth/login')).toBe(1))
    expect(button(t.notNow).disabled).toBe(false)
    tap(t.notNow)
    expect(Taro.navigateBack).toHaveBeenCalledTimes(1)
    release()
    await waitFor(() => expect(phone.server.count('POST /v1/auth/logout')).toBe(1))
    await waitFor(() => expect(phone.server.sessionCount()).toBe(0))
    expect(session.state()).toEqual({ kind: 'guest', endedBy: null })
    expect(Taro.showToast).not.toHaveBeenCalled()
  })
})

describe('LoginPage', () => {
  it('closes at once for a logged-in user', () => {
    const phone = createPhone()
    phone.storeSession()
    renderPage(LoginPage, phone)
    expect(Taro.navigateBack).toHaveBeenCalledTimes(1)
    expect(phone.server.total()).toBe(0)
  })

  it('shows why the server has ended the session', async () => {
    const phone = createPhone()
    phone.storeSession()
    phone.server.failNext('GET /v1/me', apiError('session_revoked', 401))
    const { session } = renderPage(LoginPage, phone)
    await act(() => session.start())
    expect(screen.getByRole('alert').textContent).toContain(zhCn.errors.session_revoked)
  })
})

describe('LoginPage for a user with an account in another mini program', () => {
  const sharedAccount = { nicknameMasked: '好**', appNames: ['商城'] }
  const question = () => screen.findByRole('dialog', { name: t.sharedTitle })

  async function ask() {
    const page = renderPage(LoginPage)
    const error = new ApiError('shared_account_choice', { status: 409, sharedAccount })
    page.phone.server.failNext('POST /v1/auth/login', error)
    fireEvent.click(checkbox())
    tap()
    await question()
    return page
  }
  const lastBody = ({ phone }: ReturnType<typeof renderPage>) =>
    phone.server.lastBody('POST /v1/auth/login') as Record<string, unknown>

  it('names the account and its mini program, and shows no error', async () => {
    await ask()
    expect((await question()).textContent).toContain('「商城」已有账号（好**）')
    expect(screen.queryByRole('alert')).toBeNull()
  })

  it.each([
    [t.sharedJoin, 'join'],
    [t.sharedSeparate, 'separate'],
  ])('logs in with a fresh code and the choice when the user taps %s', async (label, choice) => {
    const page = await ask()
    tap(label)
    await waitFor(() => expect(page.session.state().kind).toBe('user'))
    expect(lastBody(page)).toMatchObject({ sharedAccount: choice })
    expect(page.phone.platform.login).toHaveBeenCalledTimes(2)
  })

  it('logs in nowhere when the user closes the question', async () => {
    const page = await ask()
    fireEvent.click(within(await question()).getByLabelText(t.notNow))
    expect(screen.queryByRole('dialog')).toBeNull()
    expect(page.session.state().kind).toBe('guest')
    expect(lastBody(page)).not.toHaveProperty('sharedAccount')
    expect(page.phone.platform.login).toHaveBeenCalledTimes(1)
    // The next tap asks again.
    expect(button(t.button).disabled).toBe(false)
  })
})
