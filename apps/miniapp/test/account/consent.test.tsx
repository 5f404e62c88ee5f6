// @vitest-environment happy-dom

import Taro from '@tarojs/taro'
import { act, fireEvent, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import ConsentPage from '../../src/account/consent/index.tsx'
import { strings } from '../../src/account/consent/strings.ts'
import DataPage from '../../src/account/data/index.tsx'
import { strings as dataStrings } from '../../src/account/data/strings.ts'
import { withdrawStrings } from '../../src/account/data/withdraw-strings.ts'
import { legal } from '../../src/account/legal.ts'
import { currentConsent } from '../../src/account/lib/consent.ts'
import { messagesFor } from '../../src/i18n/index.ts'
import { askForConsent } from '../../src/lib/navigation.ts'
import { offerUpdates } from '../../src/lib/update.ts'
import { ApiError } from '../../src/session/errors.ts'
import { renderPage } from '../pages/render-page.tsx'
import { apiError, userOf } from '../session/fake-server.ts'
import { ada, createPhone } from '../session/phone.ts'
import { answerDialog, button, openPages, question, tap, toasts } from './user-actions.ts'

const t = strings.zh_CN
const withdraw = withdrawStrings.zh_CN
const required = { agreementVersion: null, privacyVersion: legal.privacy.version }
const newer = { agreementVersion: null, privacyVersion: '9999-01-01' }

beforeEach(() => {
  vi.clearAllMocks()
  vi.mocked(Taro.canIUse).mockReturnValue(true)
  openPages('pages/home/index')
})

describe('ConsentPage', () => {
  async function open(asked = required) {
    const result = askForConsent(asked)
    await waitFor(() => expect(Taro.navigateTo).toHaveBeenCalledWith({ url: '/account/consent/index' }))
    openPages('pages/home/index', 'account/consent/index')
    return { result, ...renderPage(ConsentPage) }
  }

  it('resolves with the versions of this mini program when the user accepts', async () => {
    const { result } = await open()
    expect(button(`${t.privacy} ${t.version(legal.privacy.version)}`)).toBeDefined()
    await tap(t.accept)
    expect(await result).toEqual(currentConsent())
    expect(Taro.navigateBack).toHaveBeenCalledWith({ delta: 1 })
  })

  it('resolves with no consent when the user declines or goes back', async () => {
    const { result, unmount } = await open()
    await tap(t.decline)
    expect(Taro.navigateBack).toHaveBeenCalledWith({ delta: 1 })
    unmount()
    expect(await result).toBeNull()
  })

  it('resolves with no consent when WeChat cannot load the page', async () => {
    vi.mocked(Taro.navigateTo).mockRejectedValueOnce(new Error('no network'))
    expect(await askForConsent(required)).toBeNull()
  })

  it.each(['agreement', 'privacy'] as const)('opens the document: %s', async (route) => {
    await open()
    fireEvent.click(screen.getByRole('button', { name: new RegExp(t[route]) }))
    expect(Taro.navigateTo).toHaveBeenLastCalledWith({ url: `/account/${route}/index` })
  })

  describe('with changes in legal.ts', () => {
    const { changes } = legal.privacy
    beforeEach(() => {
      legal.privacy.changes = { zh_CN: ['新增登录设备管理'], en: ['New: your devices'] }
    })
    afterEach(() => {
      legal.privacy.changes = changes
    })

    it('shows what has changed', async () => {
      await open()
      expect(screen.getByText(t.changes)).toBeDefined()
      expect(screen.getByText('新增登录设备管理')).toBeDefined()
    })
  })

  it.each(['zh_CN', 'en'] as const)('names the menu item where a user withdraws in %s', (language) => {
    expect(strings[language].declineHint).toContain(messagesFor(language).me.data)
  })

  it('shows no list of changes without any', async () => {
    await open()
    expect(screen.queryByText(t.changes)).toBeNull()
  })

  it('asks for an update, and for no consent, when this version lacks the documents', async () => {
    const { result, unmount } = await open(newer)
    expect(screen.queryByRole('button', { name: t.accept })).toBeNull()
    await tap(t.update)
    expect(toasts()).toEqual([t.updateNotReady])
    unmount()
    expect(await result).toBeNull()
  })

  it('restarts with the version that WeChat has downloaded', async () => {
    const applyUpdate = vi.fn()
    const manager = { onUpdateReady: (announce: () => void) => announce(), applyUpdate }
    vi.mocked(Taro.getUpdateManager).mockReturnValueOnce(manager as never)
    offerUpdates(async () => false)
    await open(newer)
    await tap(t.update)
    expect(applyUpdate).toHaveBeenCalledTimes(1)
  })
})

describe('DataPage of a user whose consent is outdated', () => {
  async function open() {
    const phone = createPhone()
    phone.storeSession(phone.server.issue(userOf(ada, { username: 'ada' })))
    const outdated = new ApiError('consent_outdated', { status: 409, requiredConsent: required })
    phone.server.invalidateAccessTokens()
    phone.server.failNext('POST /v1/auth/refresh', outdated, 9)
    const view = renderPage(DataPage, phone)
    await waitFor(() => expect(view.session.state()).toMatchObject({ requiredConsent: required }))
    return view
  }
  const proof = { code: expect.any(String), appId: 'wx0000000000000000', expectedUserId: ada }

  it('withdraws with a proof and without a token, after the dialog', async () => {
    const { phone, session } = await open()
    answerDialog(false)
    await tap(withdraw.title)
    expect(question()).toMatchObject({ title: withdraw.dialog.title, content: withdraw.dialog.body })
    expect(phone.server.count('POST /v1/auth/consent/withdraw')).toBe(0)
    answerDialog(true)
    phone.server.respondNext('POST /v1/auth/consent/withdraw', () => undefined)
    await tap(withdraw.title)
    expect(phone.server.lastBody('POST /v1/auth/consent/withdraw')).toEqual(proof)
    await waitFor(() => expect(session.state().kind).toBe('guest'))
    expect(toasts()).toContain(withdraw.done)
    expect(phone.onConsentOutdated).not.toHaveBeenCalled()
  })

  it('shows why a withdrawal failed, and stays logged in', async () => {
    const { phone, session } = await open()
    phone.server.failNext('POST /v1/auth/consent/withdraw', apiError('rate_limited', 429))
    answerDialog(true)
    await tap(withdraw.title)
    expect(await screen.findByRole('alert')).toBeDefined()
    expect(session.state().kind).toBe('user')
  })

  it('exports without asking for the consent', async () => {
    const { phone } = await open()
    const exportedAt = new Date().toISOString()
    const account = { exportedAt, user: userOf(ada), sessions: [], wechatIdentities: [], auditEvents: [] }
    phone.server.respondNext('POST /v1/auth/export', () => account)
    await tap(dataStrings.zh_CN.export)
    expect(await screen.findByText(dataStrings.zh_CN.exportedAt)).toBeDefined()
    expect(phone.server.lastBody('POST /v1/auth/export')).toEqual(proof)
    expect(phone.server.count('POST /v1/me/export')).toBe(0)
    expect(phone.onConsentOutdated).not.toHaveBeenCalled()
  })

  it('deletes without asking for the consent', async () => {
    const { phone } = await open()
    phone.server.respondNext('POST /v1/auth/delete', () => undefined)
    fireEvent.click(screen.getByRole('checkbox'))
    answerDialog(true)
    await act(async () => void fireEvent.click(button(dataStrings.zh_CN.deleteAccount)))
    await waitFor(() => expect(phone.server.lastBody('POST /v1/auth/delete')).toEqual(proof))
    expect(phone.onConsentOutdated).not.toHaveBeenCalled()
  })
})
