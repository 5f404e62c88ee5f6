import { lacksChromium } from '@repo/tooling/chromium'
import { describe, expect, it } from 'vitest'
import { logInWithWechat, type Phone } from './phone.ts'
import { zh } from './strings.ts'
import { useE2eEnvironment } from './use-e2e-environment.ts'

describe.skipIf(lacksChromium())('DevicesPage', () => {
  const environment = useE2eEnvironment()

  /** Logs in on a new phone. */
  async function logInOn(user: string): Promise<Phone> {
    const phone = await environment.openPhone({ user })
    await logInWithWechat(phone)
    await phone.see('普通用户')
    return phone
  }

  const removals = (phone: Phone) =>
    phone.page.getByRole('button', { name: new RegExp(`^${zh.devices.remove}`) }).locator('visible=true')

  it('shows only this device when there is no other', async () => {
    const phone = await logInOn('zhangwei')
    await phone.tap(zh.me.devices)
    await phone.see(zh.devices.thisDevice)
    await phone.see('iPhone (preview)')
    await phone.see('iOS 17.5 · 127.0.*.*')
    await phone.see(zh.devices.onlyThis)
    expect(await removals(phone).count()).toBe(0)
  })

  it('logs out another device, which becomes a guest at its next request and shows why', async () => {
    const lost = await logInOn('xiaohong')
    const kept = await logInOn('xiaohong')
    await kept.tap(zh.me.devices)
    await removals(kept).click()
    await kept.see(zh.devices.removeBody('iPhone (preview)'))
    await kept.tap(zh.common.cancel)
    await lost.tap(zh.me.devices)
    await lost.see(zh.devices.thisDevice)

    await removals(kept).click()
    await kept.page.getByRole('dialog').getByRole('button', { name: zh.phone.removeConfirm }).click()
    await kept.see(zh.devices.onlyThis)
    await expect.poll(() => kept.requests.at(-1)).toMatch(/^POST \/v1\/me\/sessions\/[^/]+\/revoke$/)

    // The list of the lost phone is old by now, and so is what it may do.
    await removals(lost).click()
    await lost.page.getByRole('dialog').getByRole('button', { name: zh.phone.removeConfirm }).click()
    await expect.poll(() => lost.routes().then((routes) => routes.at(-1))).toBe('account/login/index')
    await lost.tap(zh.login.notNow)
    await lost.see(zh.errors.session_revoked)
    await lost.see(zh.devices.why)
  })

  it('shows a device again with the reason when its removal fails', async () => {
    await logInOn('chenjing')
    const phone = await logInOn('chenjing')
    await phone.tap(zh.me.devices)
    await removals(phone).waitFor()
    await environment.stopApi()
    await removals(phone).click()
    await phone.page.getByRole('dialog').getByRole('button', { name: zh.phone.removeConfirm }).click()
    await phone.see(zh.errors.network_unreachable)
    await removals(phone).waitFor()
    await environment.restartApi()
  })

  it('logs out on all devices', async () => {
    const other = await logInOn('xiaoming')
    const phone = await logInOn('xiaoming')
    await phone.tap(zh.me.devices)
    await phone.tap(zh.devices.everywhere)
    await phone.tap(zh.common.cancel)
    await phone.see(zh.devices.thisDevice)
    await phone.tap(zh.devices.everywhere)
    await phone.page.getByRole('dialog').getByRole('button', { name: zh.me.confirmLogout.confirm }).click()
    await phone.see(zh.devices.everywhereDone)
    await phone.see(zh.me.guestName)
    expect(await phone.routes()).toEqual(['pages/me/index'])
    await other.reopen()
    await other.tap(zh.me.title)
    await other.see(zh.errors.session_revoked)
    await other.see(zh.me.guestName)
  })
})
