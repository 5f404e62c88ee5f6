import type { Page } from 'playwright-core'
import { afterAll, describe, expect, test } from 'vitest'
import { lacksChromium } from '../../tooling/src/chromium.ts'
import { type Heard, heardBy, openAccount } from './account.ts'
import { appId, callWx, closeSharedBrowser, type PreviewUnderTest, secret, startPreview } from './phone.ts'

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

/** What a server of the mini program gets for a code. */
async function exchange({ url }: PreviewUnderTest, code: unknown): Promise<Record<string, unknown>> {
  const ask = async (path: string, body: object) =>
    (await fetch(`${url}${path}`, { method: 'POST', body: JSON.stringify(body) })).json()
  const credentials = { grant_type: 'client_credential', appid: appId, secret }
  const { access_token: token } = await ask('/cgi-bin/stable_token', credentials)
  return ask(`/wxa/business/getuserphonenumber?access_token=${token}`, { code })
}

describe.skipIf(lacksChromium())('the phone button', () => {
  test('hands over a code for the number of the person, shown masked', async () => {
    const preview = await startPreview()
    const page = await openAccount({ preview, search: '?person=xiaohong' })
    const sheet = await press(page)
    await sheet.getByText('120****0002').waitFor()
    expect(await sheet.textContent()).not.toContain('12066600002')
    await sheet.getByRole('button', { name: '允许' }).click()
    const { type, detail } = await answer(page)
    expect({ type, detail }).toEqual({
      type: 'getphonenumber',
      detail: { errMsg: 'getPhoneNumber:ok', code: expect.stringMatching(/^\w{64}$/) },
    })
    expect(await exchange(preview, detail.code)).toMatchObject({ phone_info: { phoneNumber: '12066600002' } })
    const log = JSON.stringify(await page.evaluate(() => window.weappPreview.log()))
    expect(log).toContain('"title":"button.getPhoneNumber","ok":true')
    expect(log).not.toContain(String(detail.code))
    expect(log).not.toContain('12066600002')
  })

  test('encrypts the number, too, once there is a session_key', async () => {
    const page = await openAccount()
    await callWx(page, 'login')
    await (await press(page)).getByRole('button', { name: '允许' }).click()
    expect((await answer(page)).detail).toEqual({
      errMsg: 'getPhoneNumber:ok',
      code: expect.any(String),
      encryptedData: expect.any(String),
      iv: expect.any(String),
    })
  })

  test('verifies in real time without the old way', async () => {
    const page = await openAccount()
    await callWx(page, 'login')
    await (await press(page, '#realtime')).getByRole('button', { name: '允许' }).click()
    expect(await answer(page)).toEqual({
      type: 'getrealtimephonenumber',
      detail: { errMsg: 'getRealtimePhoneNumber:ok', code: expect.any(String) },
    })
  })

  test('hands over another number, which stays on the list', async () => {
    const preview = await startPreview()
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
    const { detail } = await answer(page)
    expect(await exchange(preview, detail.code)).toMatchObject({ phone_info: { phoneNumber: '13800000000' } })

    const again = await press(page)
    await expect.poll(() => again.getByRole('radio').count()).toBe(2)
    await again.getByText('120****0001').click()
    await again.getByRole('button', { name: '允许' }).click()
    await expect.poll(async () => (await heardBy(page)).length).toBe(2)
    const first = (await heardBy(page)).at(-1)?.detail.code
    expect(await exchange(preview, first)).toMatchObject({ phone_info: { phoneNumber: '12066600001' } })
  })

  test.each([
    ['ios', '#phone', 'getPhoneNumber:fail user deny'],
    ['android', '#phone', 'getPhoneNumber:fail:user deny'],
    ['old', '#phone', 'getPhoneNumber:user deny'],
    ['ios', '#realtime', 'getRealtimePhoneNumber:fail user deny'],
  ])('words a refusal as %s does: %s', async (refusal, button, errMsg) => {
    const page = await openAccount({ search: `?refusal=${refusal}` })
    await (await press(page, button)).getByRole('button', { name: '拒绝' }).click()
    expect((await answer(page)).detail).toEqual({ errMsg, errno: 103 })
  })

  test.each([
    ['phoneNumber=102', 'getPhoneNumber:fail jsapi has no permission', 102],
    ['phoneNumber=104', 'getPhoneNumber:fail privacy permission is not authorized', 104],
    ['phoneNumber=112', 'getPhoneNumber:fail api scope is not declared in the privacy agreement', 112],
    ['phoneNumber=1421102', 'getPhoneNumber:fail user is blocked', 1_421_102],
    ['network=none', 'getPhoneNumber:fail cgi failed for network issues', 108],
  ])('fails without asking: %s', async (setting, errMsg, errno) => {
    const page = await openAccount({ search: `?${setting}` })
    const sheet = await press(page)
    expect((await answer(page)).detail).toEqual({ errMsg, errno })
    await expect.poll(() => sheet.count()).toBe(0)
  })

  test('says that the quota is used up, unless the mini program says it itself', async () => {
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
