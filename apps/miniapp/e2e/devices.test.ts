import { lacksChromium } from '@repo/tooling/chromium'
import { describe, expect, it } from 'vitest'
import { type Phone, pressLogin } from './phone.ts'
import { useSurroundings } from './use-surroundings.ts'

describe.skipIf(lacksChromium())('the page of the devices', () => {
  const world = useSurroundings()

  /** A phone of this person, on which they log in. */
  async function logInOn(person: string): Promise<Phone> {
    const phone = await world.openPhone({ person })
    await pressLogin(phone)
    await phone.see('普通用户')
    return phone
  }

  const removals = (phone: Phone) => phone.page.getByRole('button', { name: /^移除/ }).locator('visible=true')

  it('shows this one, which is the only one', async () => {
    const phone = await logInOn('zhangwei')
    await phone.press('登录设备')
    await phone.see('本机')
    await phone.see('iPhone (preview)')
    await phone.see('iOS 17.5 · 127.0.*.*')
    await phone.see('只有这台设备登录着')
    expect(await removals(phone).count()).toBe(0)
  })

  it('removes another one after a question, which is a guest at its next request and reads why', async () => {
    const lost = await logInOn('xiaohong')
    const kept = await logInOn('xiaohong')
    await kept.press('登录设备')
    await removals(kept).click()
    await kept.see('将立即退出登录')
    await kept.press('取消')
    await lost.press('登录设备')
    await lost.see('本机')

    await removals(kept).click()
    await kept.page.getByRole('dialog').getByRole('button', { name: '移除' }).click()
    await kept.see('只有这台设备登录着')
    await expect.poll(() => kept.requests.at(-1)).toMatch(/^POST \/v1\/me\/sessions\/[^/]+\/revoke$/)

    // The list of the lost phone is old by now, and so is what it may do.
    await removals(lost).click()
    await lost.page.getByRole('dialog').getByRole('button', { name: '移除' }).click()
    await expect.poll(() => lost.routes().then((routes) => routes.at(-1))).toBe('account/login/index')
    await lost.press('暂不登录')
    await lost.see('这次登录已被结束，请重新登录。')
    await lost.see('登录后，可以查看账号在哪些设备上登录着')
  })

  it('puts a device back that could not be removed, and says why', async () => {
    await logInOn('chenjing')
    const phone = await logInOn('chenjing')
    await phone.press('登录设备')
    await removals(phone).waitFor()
    await world.stopApi()
    await removals(phone).click()
    await phone.page.getByRole('dialog').getByRole('button', { name: '移除' }).click()
    await phone.see('连不上网络或服务器，请检查网络后再试。')
    await removals(phone).waitFor()
    await world.restartApi()
  })

  it('logs out everywhere after a question, here and there', async () => {
    const other = await logInOn('xiaoming')
    const phone = await logInOn('xiaoming')
    await phone.press('登录设备')
    await phone.press('退出所有设备')
    await phone.press('取消')
    await phone.see('本机')
    await phone.press('退出所有设备')
    await phone.page.getByRole('dialog').getByRole('button', { name: '退出' }).click()
    await phone.see('已退出所有设备')
    await phone.see('尚未登录')
    expect(await phone.routes()).toEqual(['pages/me/index'])
    await other.reopen()
    await other.press('我的')
    await other.see('这次登录已被结束，请重新登录。')
    await other.see('尚未登录')
  })
})
