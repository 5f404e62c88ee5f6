import { lacksChromium } from '@repo/tooling/chromium'
import type { Page } from 'playwright-core'
import { afterAll, describe, expect, test } from 'vitest'
import { type Heard, heardBy, openAccount } from './account.ts'
import { callWx, closeSharedBrowser, startTestPreview, type TestPreview } from './phone.ts'

afterAll(closeSharedBrowser)

const press = async (page: Page, button = '#phone') => {
  await page.locator(button).click()
  return page.getByRole('dialog', { name: '获取并验证你的手机号' })
}

const answer = async (page: Page): Promise<Heard> => {
  await expect.poll(async () => (await heardBy(page)).length).toBe(1)
  const [heard] = await heardBy(page)
  return heard as Heard
}

/** The number that WeChat gives for the codes of xiaoming. */
async function boundNumber({ url }: TestPreview): Promise<string> {
  const { people } = (await (await fetch(`${url}/__simulator/people`)).json()) as {
    people: { id: string; phoneNumber: string }[]
  }
  return people.find(({ id }) => id === 'xiaoming')?.phoneNumber ?? ''
}

describe.skipIf(lacksChromium())('the phone number button', () => {
  test('returns a code and shows the number masked', async () => {
    const preview = await startTestPreview()
    const page = await openAccount({ preview, search: '?user=xiaohong' })
    const sheet = await press(page)
    await sheet.getByText('120****0002').waitFor()
    expect(await sheet.textContent()).not.toContain('12066600002')
    await sheet.getByRole('button', { name: '允许' }).click()
    const { type, detail } = await answer(page)
    expect({ type, detail }).toEqual({
      type: 'getphonenumber',
      detail: { errMsg: 'getPhoneNumber:ok', code: expect.stringMatching(/^\w{64}$/) },
    })
    const log = JSON.stringify(await page.evaluate(() => window.weappPreview.log()))
    expect(log).toContain('"title":"button.getPhoneNumber","ok":true')
    expect(log).not.toContain(String(detail.code))
    expect(log).not.toContain('12066600002')
  })

  test('returns only a code for getRealtimePhoneNumber', async () => {
    const page = await openAccount()
    await callWx(page, 'login')
    await (await press(page, '#realtime')).getByRole('button', { name: '允许' }).click()
    expect(await answer(page)).toEqual({
      type: 'getrealtimephonenumber',
      detail: { errMsg: 'getRealtimePhoneNumber:ok', code: expect.any(String) },
    })
  })

  test("changes the user's number when the user adds one, and keeps both in the list", async () => {
    const preview = await startTestPreview()
    const page = await openAccount({ preview })
    const sheet = await press(page)
    await sheet.getByRole('button', { name: '使用其他手机号' }).click()
    const form = page.getByRole('textbox', { name: '手机号' })
    await form.fill('123')
    expect(await page.getByRole('button', { name: '保存' }).last().isDisabled()).toBe(true)
    await form.fill('13800000000')
    await sheet.getByRole('button', { name: '保存' }).click()
    expect(await sheet.getByRole('radio', { name: '138****0000' }).isChecked()).toBe(true)
    await sheet.getByRole('button', { name: '允许' }).click()
    await answer(page)
    expect(await boundNumber(preview)).toBe('13800000000')

    const again = await press(page)
    await expect.poll(() => again.getByRole('radio').count()).toBe(2)
    await again.getByText('120****0001').click()
    await again.getByRole('button', { name: '允许' }).click()
    await expect.poll(async () => (await heardBy(page)).length).toBe(2)
    expect(await boundNumber(preview)).toBe('12066600001')
  })

  test.each([
    ['ios', '#phone', 'getPhoneNumber:fail user deny'],
    ['android', '#phone', 'getPhoneNumber:fail:user deny'],
    ['old', '#phone', 'getPhoneNumber:user deny'],
    ['ios', '#realtime', 'getRealtimePhoneNumber:fail user deny'],
  ])('fails with the errMsg of %s when the user denies: %s', async (denial, button, errMsg) => {
    const page = await openAccount({ search: `?denial=${denial}` })
    await (await press(page, button)).getByRole('button', { name: '拒绝' }).click()
    expect((await answer(page)).detail).toEqual({ errMsg, errno: 103 })
  })

  test.each([
    ['phoneNumber=102', 'getPhoneNumber:fail jsapi has no permission', 102],
    ['phoneNumber=104', 'getPhoneNumber:fail privacy permission is not authorized', 104],
    ['phoneNumber=112', 'getPhoneNumber:fail api scope is not declared in the privacy agreement', 112],
    ['phoneNumber=1421102', 'getPhoneNumber:fail user is blocked', 1_421_102],
    ['network=none', 'getPhoneNumber:fail cgi failed for network issues', 108],
  ])('fails without a dialog: %s', async (setting, errMsg, errno) => {
    const page = await openAccount({ search: `?${setting}` })
    const sheet = await press(page)
    expect((await answer(page)).detail).toEqual({ errMsg, errno })
    await expect.poll(() => sheet.count()).toBe(0)
  })

  test('shows that the quota is exhausted unless the button has its own message', async () => {
    const page = await openAccount({ search: '?phoneNumber=1400001' })
    const expected = { errMsg: 'getPhoneNumber:fail no quota', errno: 1_400_001 }
    await page.locator('#phone').click()
    await page.getByText('使用次数已达当前小程序上限').waitFor()
    expect(await heardBy(page)).toEqual([])
    await page.getByRole('button', { name: '我知道了' }).click()
    expect((await answer(page)).detail).toEqual(expected)

    await page.locator('#silent').click()
    await expect.poll(async () => (await heardBy(page)).length).toBe(2)
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
  })
})
