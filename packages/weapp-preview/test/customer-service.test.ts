import { lacksChromium } from '@repo/tooling/chromium'
import { afterAll, describe, expect, test } from 'vitest'
import { heardBy, openAccount } from './account.ts'
import { callWx, callWxSync, closeSharedBrowser } from './phone.ts'

afterAll(closeSharedBrowser)

describe.skipIf(lacksChromium())('customer service', () => {
  test('opens a sheet on a tap of the contact button, and fires no event', async () => {
    const page = await openAccount()
    await page.locator('#contact').click()
    const sheet = page.getByRole('dialog', { name: '客服消息' })
    await sheet.getByRole('button', { name: '关闭' }).click()
    await expect.poll(() => sheet.count()).toBe(0)
    expect(await heardBy(page)).toEqual([])
    expect(JSON.stringify(await page.evaluate(() => window.weappPreview.log()))).toContain(
      '"title":"button.contact","ok":true',
    )
    expect(await callWxSync(page, 'canIUse', 'button.open-type.contact')).toBe(true)
  })

  test('makePhoneCall resolves after a tap on the number, and fails when the user cancels', async () => {
    const page = await openAccount()
    const call = () => callWx(page, 'makePhoneCall', { phoneNumber: '010-12345678' })
    const sheet = page.getByRole('dialog', { name: '呼叫 010-12345678' })
    const called = call()
    await sheet.getByRole('button', { name: '呼叫 010-12345678' }).click()
    expect(await called).toMatchObject({ errMsg: 'makePhoneCall:ok' })
    const cancelled = call()
    await sheet.getByRole('button', { name: '取消' }).click()
    expect(await cancelled).toMatchObject({ errMsg: 'makePhoneCall:fail cancel' })
  })
})
