import type { Conflict } from '@repo/shared'
import Taro from '@tarojs/taro'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { clearMergeOffer, mergeOffer, offerMerge } from '../../src/account/lib/merge-offer.ts'
import { notifyLoginClosed, openLogin, openPage, urlOf } from '../../src/lib/navigation.ts'
import { consent } from '../fakes/consent.ts'
import { createPhone } from '../session/phone.ts'

const conflict: Conflict = {
  ticket: 'ticket',
  ticketExpiresAt: '2026-11-20T08:05:00.000Z',
  other: { nicknameMasked: '小**' },
}

const open = (...routes: string[]) =>
  vi.mocked(Taro.getCurrentPages).mockReturnValue(routes.map((route) => ({ route })) as never)

beforeEach(() => {
  vi.clearAllMocks()
})

describe('offerMerge', () => {
  it('waits until the login page has closed', async () => {
    open('pages/me/index', 'account/login/index')
    const offered = offerMerge(conflict)
    await Promise.resolve()
    expect(Taro.navigateTo).not.toHaveBeenCalled()
    notifyLoginClosed()
    await offered
    expect(Taro.navigateTo).toHaveBeenCalledWith({ url: '/account/merge/index' })
    expect(mergeOffer.get()).toEqual(conflict)
    clearMergeOffer(conflict)
    expect(mergeOffer.get()).toBeNull()
  })

  it('opens on top of the page that the login was for', async () => {
    open('pages/me/index')
    const session = createPhone().launch()
    const wanted = openLogin()
      .then(() => session.requireLogin())
      .then(() => openPage('devices'))
    open('pages/me/index', 'account/login/index')
    await session.login(consent)
    const offered = offerMerge(conflict)
    notifyLoginClosed()
    await Promise.all([wanted, offered])
    expect(vi.mocked(Taro.navigateTo).mock.calls.map(([{ url }]) => url)).toEqual([
      urlOf('login'),
      urlOf('devices'),
      urlOf('merge'),
    ])
  })

  it('opens at once from another page', async () => {
    open('pages/me/index', 'account/phone/index')
    await offerMerge(conflict)
    expect(Taro.navigateTo).toHaveBeenCalledWith({ url: '/account/merge/index' })
    expect(mergeOffer.get()).toEqual(conflict)
  })
})
