// @vitest-environment happy-dom

import { type AuditEvent, auditEventTypes } from '@repo/shared'
import { act, fireEvent, screen } from '@testing-library/react'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import LoginHistoryPage from '../../src/account/login-history/index.tsx'
import { strings } from '../../src/account/login-history/strings.ts'
import { strings as asyncStrings } from '../../src/components/async-content-strings.ts'
import { zhCn } from '../../src/i18n/zh-cn.ts'
import { ApiError } from '../../src/session/errors.ts'
import { leaveAndReturn } from '../fakes/taro.ts'
import { tellNetwork } from '../network.ts'
import { renderPage } from '../pages/render-page.tsx'
import { apiError } from '../session/fake-server.ts'
import { createPhone } from '../session/phone.ts'

const t = strings.zh_CN
const key = 'GET /v1/me/login-history'

const eventOf = (changes: Partial<AuditEvent>): AuditEvent => ({
  id: '0199f3a0-0000-7000-8000-000000000001',
  type: 'login',
  at: new Date(2026, 10, 20, 9, 5).toISOString(),
  sessionId: null,
  ipMasked: '203.0.*.*',
  appId: null,
  code: null,
  reason: null,
  ...changes,
})

const page = (events: AuditEvent[], nextLogins: string | null = null, nextChanges: string | null = null) => ({
  events,
  nextLogins,
  nextChanges,
})

/** A phone with a session; the server responds with these events first. */
function phoneWith(...events: AuditEvent[]) {
  const phone = createPhone()
  phone.storeSession()
  phone.server.respondNext(key, () => page(events))
  return phone
}

beforeEach(async () => {
  vi.clearAllMocks()
  await tellNetwork(true)
})

describe('LoginHistoryPage', () => {
  it('tells a guest why to log in, without a request', () => {
    const { phone } = renderPage(LoginHistoryPage)
    expect(screen.getByText(t.why)).toBeDefined()
    fireEvent.click(screen.getByRole('button', { name: zhCn.me.login }))
    expect(phone.openLogin).toHaveBeenCalledTimes(1)
    expect(phone.server.total()).toBe(0)
  })

  it('shows what happened, when, and from which IP', async () => {
    renderPage(LoginHistoryPage, phoneWith(eventOf({})))
    expect(screen.getByRole('progressbar')).toBeDefined()
    expect(await screen.findByText(t.types.login)).toBeDefined()
    expect(screen.getByText('2026年11月20日 09:05')).toBeDefined()
    expect(screen.getByText('203.0.*.*')).toBeDefined()
    expect(screen.queryByRole('progressbar')).toBeNull()
  })

  it('shows an empty state', async () => {
    renderPage(LoginHistoryPage, phoneWith())
    expect(await screen.findByText(t.empty.logins)).toBeDefined()
  })

  it.each(auditEventTypes)('has a string for %s', async (type) => {
    renderPage(LoginHistoryPage, phoneWith(eventOf({ type })))
    expect(await screen.findByText(t.types[type])).toBeDefined()
  })

  it.each([
    [eventOf({ type: 'login_rejected', code: 'credentials_invalid' }), t.codes.credentials_invalid],
    [eventOf({ type: 'session_revoked', reason: 'device_removed' }), t.reasons.device_removed],
    [eventOf({ type: 'wechat_bound', reason: 'phone' }), t.reasons.phone],
  ])('shows the reason: %o', async (event, why = '') => {
    renderPage(LoginHistoryPage, phoneWith(event))
    expect(await screen.findByText(why)).toBeDefined()
  })

  it('shows neutral text for unknown event types and no unknown reasons', async () => {
    const type = 'toString' as AuditEvent['type']
    const event = eventOf({ type, code: 'newer_code', reason: 'newer_reason', ipMasked: null })
    renderPage(LoginHistoryPage, phoneWith(event))
    expect(await screen.findByText(t.unknownType)).toBeDefined()
    expect(screen.getByText('2026年11月20日 09:05')).toBeDefined()
    expect(screen.queryByText(/newer|null/)).toBeNull()
  })

  it('shows an error and loads again on retry', async () => {
    const phone = createPhone()
    phone.storeSession()
    phone.server.failNext(key, new ApiError('network_unreachable'))
    phone.server.respondNext(key, () => page([eventOf({})]))
    renderPage(LoginHistoryPage, phone)
    expect((await screen.findByRole('alert')).textContent).toContain(zhCn.errors.network_unreachable)
    fireEvent.click(screen.getByRole('button', { name: zhCn.common.retry }))
    expect(await screen.findByText(t.types.login)).toBeDefined()
    expect(screen.queryByRole('alert')).toBeNull()
  })

  it('loads once by itself when the network is back', async () => {
    await tellNetwork(false)
    const phone = createPhone()
    phone.storeSession()
    phone.server.failNext(key, new ApiError('network_unreachable'))
    phone.server.respondNext(key, () => page([eventOf({})]))
    renderPage(LoginHistoryPage, phone)
    const notice = await screen.findByRole('alert')
    expect(notice.textContent).toContain(asyncStrings.zh_CN.offline)
    expect(notice.textContent).not.toContain(zhCn.errors.network_unreachable)
    expect(screen.getByRole('button', { name: zhCn.common.retry })).toBeDefined()
    await tellNetwork(true)
    expect(await screen.findByText(t.types.login)).toBeDefined()
    expect(phone.server.count(key)).toBe(2)
  })

  it('keeps its content without a network and shows no error beside the banner', async () => {
    const phone = phoneWith(eventOf({}))
    renderPage(LoginHistoryPage, phone)
    await screen.findByText(t.types.login)
    await tellNetwork(false)
    phone.server.failNext(key, new ApiError('network_unreachable'))
    phone.server.failNext(key, new ApiError('server_unavailable'))
    await act(async () => leaveAndReturn())
    expect(screen.queryByRole('alert')).toBeNull()
    expect(screen.getByText(t.types.login)).toBeDefined()
    await tellNetwork(true)
    expect((await screen.findByRole('alert')).textContent).toContain(zhCn.errors.server_unavailable)
    expect(phone.server.count(key)).toBe(3)
  })

  it('does not reload when the network is back and nothing has failed', async () => {
    const phone = phoneWith(eventOf({}))
    renderPage(LoginHistoryPage, phone)
    await screen.findByText(t.types.login)
    await tellNetwork(false)
    await tellNetwork(true)
    expect(phone.server.count(key)).toBe(1)
  })

  it('reloads when the page returns and keeps its content meanwhile', async () => {
    const phone = phoneWith(eventOf({}))
    renderPage(LoginHistoryPage, phone)
    await screen.findByText(t.types.login)
    expect(phone.server.count(key)).toBe(1)
    phone.server.failNext(key, new ApiError('network_unreachable'))
    await act(async () => leaveAndReturn())
    expect((await screen.findByRole('alert')).textContent).toContain(zhCn.errors.network_unreachable)
    expect(screen.getByText(t.types.login)).toBeDefined()
  })

  it('loads logins first, and account changes in a list of their own', async () => {
    const phone = phoneWith(eventOf({}))
    renderPage(LoginHistoryPage, phone)
    await screen.findByText(t.types.login)
    expect(phone.server.lastOptions(key)).toMatchObject({ query: { kind: 'logins' } })
    const changes = screen.getByRole('radio', { name: t.kinds.changes })
    expect(changes.getAttribute('aria-checked')).toBe('false')
    phone.server.respondNext(key, () => page([eventOf({ type: 'phone_bound' })]))
    await act(async () => fireEvent.click(changes))
    expect(await screen.findByText(t.types.phone_bound)).toBeDefined()
    expect(screen.queryByText(t.types.login)).toBeNull()
    expect(phone.server.lastOptions(key)).toMatchObject({ query: { kind: 'changes' } })
    expect(changes.getAttribute('aria-checked')).toBe('true')
  })

  describe('with several pages', () => {
    const more = () => fireEvent.click(screen.getByRole('button', { name: t.more }))
    const refused = eventOf({ id: 'older', type: 'login_rejected' })
    async function openPage() {
      const phone = createPhone()
      phone.storeSession()
      phone.server.respondNext(key, () => page([eventOf({})], 'cursor', 'of the other kind'))
      renderPage(LoginHistoryPage, phone)
      await screen.findByText(t.types.login)
      return phone
    }

    it('appends the next page once per tap and says where the list ends', async () => {
      const phone = await openPage()
      expect(screen.queryByText(t.end)).toBeNull()
      const release = phone.server.holdNext(key)
      phone.server.respondNext(key, () => page([refused]))
      await act(async () => more())
      const busy = screen.getByRole('button', { name: t.loading }) as HTMLButtonElement
      expect(busy.disabled).toBe(true)
      await act(async () => release())
      expect(await screen.findByText(t.types.login_rejected)).toBeDefined()
      expect(screen.getByText(t.types.login)).toBeDefined()
      expect(phone.server.lastOptions(key)).toMatchObject({ query: { kind: 'logins', before: 'cursor' } })
      expect(screen.getByText(t.end)).toBeDefined()
      expect(screen.queryByRole('button', { name: t.more })).toBeNull()
    })

    it('shows an error below the list and continues at the next tap', async () => {
      const phone = await openPage()
      phone.server.failNext(key, new ApiError('server_unavailable'))
      await act(async () => more())
      expect((await screen.findByRole('alert')).textContent).toContain(zhCn.errors.server_unavailable)
      expect(screen.getByText(t.types.login)).toBeDefined()
      phone.server.respondNext(key, () => page([refused]))
      await act(async () => more())
      expect(await screen.findByText(t.types.login_rejected)).toBeDefined()
      expect(screen.queryByRole('alert')).toBeNull()
    })

    it('drops an older page that arrives after a reload', async () => {
      const phone = await openPage()
      const release = phone.server.holdNext(key)
      phone.server.respondNext(key, () => page([eventOf({ id: 'newest', type: 'login' })]))
      phone.server.respondNext(key, () => page([refused]))
      await act(async () => more())
      await act(async () => leaveAndReturn())
      await act(async () => release())
      expect(screen.queryByText(t.types.login_rejected)).toBeNull()
    })
  })

  it('shows a guest why the session was ended', async () => {
    const phone = createPhone()
    phone.storeSession()
    phone.server.failNext(key, apiError('session_revoked', 401))
    renderPage(LoginHistoryPage, phone)
    expect((await screen.findByRole('alert')).textContent).toContain(zhCn.errors.session_revoked)
    expect(screen.getByText(t.why)).toBeDefined()
    expect(phone.openLogin).not.toHaveBeenCalled()
  })
})
